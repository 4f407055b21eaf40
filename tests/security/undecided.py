"""python -m tests.security.undecided: the service with a resource of which nobody has said who may read it."""

import sys

from litestar import Litestar

from service import app
from service.__main__ import main
from service.core.http.query import ListQuery
from service.core.lifecycle.explained import explained
from service.core.resources.controller import ReadController
from service.core.resources.lists import ListReader
from service.core.resources.mapping import Mapping
from service.core.resources.read_repository import ReadRepository
from tests.support import tables
from tests.support.labels import Label


class LabelRepository(ReadRepository[tables.Label, Label]):
    """Labels."""

    reader = ListReader(Mapping(Label, tables.Label), filters={}, sorts={"id": tables.Label.id})


class LabelController(ReadController[LabelRepository, Label, ListQuery]):
    """Labels."""

    path = "/labels"


def create_app() -> Litestar:
    with explained():
        return app.create_app(resources=[LabelController])


if __name__ == "__main__":
    sys.exit(main("tests.security.undecided:create_app"))
