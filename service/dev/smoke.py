"""nox -s smoke: the application can be created for each environment, without a database."""

import sys
import time
from argparse import ArgumentParser

from service.app import create_app
from service.core.resources.declarations import UndecidedError
from service.dev.wire_types import refuse_what_json_cannot_carry
from service.settings import Environment, load_settings


def main() -> int:
    try:
        _start_everywhere()
    except UndecidedError as error:
        print(error)
        return 1
    return 0


def _start_everywhere() -> None:
    for environment in Environment:
        began = time.perf_counter()
        app = create_app(
            load_settings(
                {
                    "ENVIRONMENT": environment,
                    "SECRET_KEY": "smoke" * 8,
                    "DATABASE_URL": "postgresql://nobody@localhost:1/none",
                }
            )
        )
        milliseconds = (time.perf_counter() - began) * 1000
        refuse_what_json_cannot_carry(app.state.operations)
        print(f"{environment}: {len(app.routes)} routes in {milliseconds:.0f} ms")


if __name__ == "__main__":
    ArgumentParser(prog="nox -s smoke", description=__doc__).parse_args()
    sys.exit(main())
