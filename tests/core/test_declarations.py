"""A resource that cannot be served as it is declared is refused by name, before the service starts."""

import re
from typing import Annotated, Any

import pytest
from msgspec import Meta
from sqlalchemy.orm import InstrumentedAttribute

from service.core.resources.controller import ResourceController
from service.core.resources.filters import at_or_after, before, equals, holds_all, one_of, text_in
from service.core.resources.lists import ListReader
from service.core.resources.mapping import Mapping, MappingError
from service.core.schema import Resource
from tests.support.labels import Label, LabelRepository
from tests.support.tables import Label as LabelRow
from tests.support.tables import Note


def test_a_repository_cannot_be_called_as_litestar_calls_what_is_its_own() -> None:
    with pytest.raises(MappingError, match=r"TagController\.tags .* `tags_repository`"):

        class TagController(ResourceController):  # pyright: ignore[reportUnusedClass]
            tags: LabelRepository  # pyright: ignore[reportIncompatibleVariableOverride]


def test_a_resource_called_tags_is_served_under_another_attribute() -> None:
    class TagController(ResourceController):
        path = "/tags"
        tags = ("tags",)
        tag_rows: LabelRepository

    assert TagController.repositories() == {"tag_rows": LabelRepository}


def test_a_field_without_a_column_is_named() -> None:
    class Stray(Resource):
        id: Annotated[int, Meta(description="Its number.")]
        colour: Annotated[str, Meta(description="No column.")]

    with pytest.raises(MappingError, match=r"TestLabel|Label has no column for the field 'colour'"):
        Mapping(Stray, LabelRow)


def test_a_field_whose_name_on_the_wire_is_not_prismas_is_named() -> None:
    class Renamed(Resource, rename={"view_count": "views"}):
        id: Annotated[str, Meta(description="Its id.")]
        view_count: Annotated[str, Meta(description="How often it was seen.")]

    with pytest.raises(MappingError, match=r"view_count.*'views'.*'viewCount'"):
        Mapping(Renamed, Note)


@pytest.mark.parametrize(
    ("build", "column"),
    [
        (equals, Note.content),
        (one_of, Note.metadata_),
        (at_or_after, Note.tags),
        (before, Note.status),
        (holds_all, Note.title),
        (text_in, Note.position),
    ],
)
def test_a_filter_that_a_type_has_no_sense_of_is_refused(
    build: Any, column: InstrumentedAttribute[Any]
) -> None:
    with pytest.raises(MappingError, match=re.escape(str(column))):
        build(column)


def test_an_order_that_a_type_has_no_sense_of_is_refused() -> None:
    class JustTheId(Resource):
        id: Annotated[str, Meta(description="Its id.")]

    with pytest.raises(MappingError, match=r"Note\.content"):
        ListReader(Mapping(JustTheId, Note), filters={}, sorts={"content": Note.content})


def test_two_dtos_of_one_name_share_nothing() -> None:
    class Other:
        class Label(Resource):
            id: Annotated[int, Meta(description="Its number.")]

    one, two = Mapping(Label, LabelRow), Mapping(Other.Label, LabelRow)
    assert one.name == two.name
    assert one != two
    assert ListReader(one, filters={}, sorts={"id": LabelRow.id}) != ListReader(
        two, filters={}, sorts={"id": LabelRow.id}
    )
    first, second = (
        ListReader(one, filters={}, sorts={"id": LabelRow.id}),
        ListReader(two, filters={}, sorts={"id": LabelRow.id}),
    )
    assert first != second
    assert first.scope != second.scope, "a cursor of one fits the other"
