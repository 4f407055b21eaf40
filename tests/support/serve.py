"""python -m tests.support.serve: the service as production runs it, with the tests' own resources."""

import os
import sys
from collections.abc import Sequence

from litestar import Litestar

from service import app
from service.__main__ import main
from service.core.resources.controller import ResourceController
from tests.sqlite.settings import settings_of
from tests.support.labels import LabelController
from tests.support.notes import NoteController
from tests.support.seats import SeatController
from tests.support.words import WordController

RESOURCES: Sequence[type[ResourceController]] = (
    NoteController,
    LabelController,
    SeatController,
    WordController,
)


def create_app() -> Litestar:
    return app.create_app(settings_of(os.environ), RESOURCES)


if __name__ == "__main__":
    sys.exit(main("tests.support.serve:create_app"))
