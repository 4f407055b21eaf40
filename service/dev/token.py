"""nox -s token: a token as app-web signs it, for calls to the service in local."""

import argparse
import os
import sys
from collections.abc import Sequence

from service.core.auth import mint
from service.dev.environment import load_environment
from service.dev.exit_codes import USAGE_ERROR
from service.settings import Environment

CLAIMS = {
    "tenant": "the tenant whose rows are meant",
    "role": "the user's role",
    "scope": "what the token is good for, as in 'pages:read topics:write'; all of it unless told",
}


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="nox -s token --", description=__doc__)
    parser.add_argument("user_id", nargs="?", help="whose calls these are; a visitor's unless told")
    for claim, meaning in CLAIMS.items():
        parser.add_argument(f"--{claim}", help=meaning)
    parser.add_argument(
        "--minutes", type=int, default=8 * 60, help="how long it is good (default: %(default)s)"
    )
    options = parser.parse_args(arguments)
    load_environment()
    if os.environ["ENVIRONMENT"] != Environment.LOCAL:
        print(
            f"ENVIRONMENT is {os.environ['ENVIRONMENT']}: outside local app-web alone signs tokens.",
            file=sys.stderr,
        )
        return USAGE_ERROR
    claims = {name: value for name in CLAIMS if (value := getattr(options, name))}
    print(mint(os.environ["SECRET_KEY"].strip(), options.user_id, claims, seconds=60 * options.minutes))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
