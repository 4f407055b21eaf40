"""python -m tests.sqlite.serve: the service as production runs it, over the SQLite file that SQLITE_URL names."""

import os
import sys

from litestar import Litestar

from service import app
from service.__main__ import main
from tests.sqlite.settings import settings_of


def create_app() -> Litestar:
    return app.create_app(settings_of(os.environ))


if __name__ == "__main__":
    sys.exit(main("tests.sqlite.serve:create_app"))
