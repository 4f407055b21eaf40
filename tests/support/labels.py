"""Labels: the smallest resource, of the tests' own."""

from typing import Annotated

from msgspec import UNSET, Meta, UnsetType

from service.core.http.query import ListQuery
from service.core.resources.conditions import everybody
from service.core.resources.controller import CrudController
from service.core.resources.filters import equals, text_in
from service.core.resources.lists import ListReader
from service.core.resources.mapping import Mapping
from service.core.resources.repository import Repository
from service.core.schema import Payload, Resource, Search
from tests.support import tables

Name = Annotated[str, Meta(min_length=1, max_length=200, description="The name.", examples=["Red"])]


class Label(Resource):
    """A label."""

    id: Annotated[int, Meta(ge=1, le=2**31 - 1, description="Its number.", examples=[7])]
    name: Annotated[str, Meta(description="The name.", examples=["Red"])]


class LabelReplace(Payload):
    """All that a label says."""

    name: Name


class LabelUpdate(Payload):
    """What to change."""

    name: Name | UnsetType = UNSET


class LabelQuery(ListQuery):
    """Which labels."""

    id: Annotated[int, Meta(description="With this number.")] | None = None
    q: Search | None = None


class LabelRepository(Repository[tables.Label, Label]):
    """Reads and writes labels."""

    reader = ListReader(
        Mapping(Label, tables.Label, changed_by=[LabelReplace], readable=everybody("a test")),
        filters={"id": equals(tables.Label.id), "q": text_in(tables.Label.name)},
        sorts={"name": tables.Label.name},
    )


class LabelController(
    CrudController[LabelRepository, Label, LabelQuery, LabelReplace, LabelReplace, LabelUpdate]
):
    """Labels."""

    path = "/labels"
