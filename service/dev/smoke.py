"""nox -s smoke: the application can be created for each environment, without a database."""

import sys
import time
from argparse import ArgumentParser

from service.core.lifecycle.explained import DeclarationError
from service.dev.declarations.application import make_app
from service.settings import Environment


def main() -> int:
    try:
        _start_everywhere()
    except DeclarationError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _start_everywhere() -> None:
    for environment in Environment:
        began = time.perf_counter()
        app = make_app(environment)
        milliseconds = (time.perf_counter() - began) * 1000
        print(f"{environment}: {len(app.routes)} routes in {milliseconds:.0f} ms")


if __name__ == "__main__":
    ArgumentParser(prog="nox -s smoke", description=__doc__).parse_args()
    sys.exit(main())
