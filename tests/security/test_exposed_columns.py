"""What a resource hides it also does not take, and no other resource shows: the application refuses to start."""

from typing import Any

import msgspec
import pytest
from msgspec import UNSET, UnsetType

from service.core.http.query import ListQuery
from service.core.resources.conditions import everybody
from service.core.resources.controller import CrudController, ReadController, ResourceController
from service.core.resources.exposed_columns import refuse_hidden_columns
from service.core.resources.filters import Filter, any_related, is_given, text_in
from service.core.resources.lists import ListReader
from service.core.resources.mapping import Field, Mapping, MappingError
from service.core.resources.nested import count_of, to_many, values_of
from service.core.resources.read_repository import ReadRepository
from service.core.resources.repository import Repository
from service.core.schema import Absent, Payload, Resource
from service.dev.declarations.undecided import undecided_columns, undecided_models, without_mapping
from tests.security.tenants.dto import Text
from tests.security.test_hidden_columns import Box, BoxReplace, BoxUpdate, HiddenBox, HiddenKeeper

HIDDEN = "which a mapping of HiddenBox names in `hidden`"


def boxes(
    hidden: list[Any],
    create: Any = Absent,
    update: Any = BoxUpdate,
    *,
    own: bool = False,
    query: Any = ListQuery,
    **filters: Filter,
) -> Any:
    """The resource of boxes, with `hidden`, these payloads and filters; with `own`, it sees to a creation itself."""

    class Boxes(Repository[HiddenBox, Box]):
        reader = ListReader(
            Mapping(Box, HiddenBox, changed_by=[BoxReplace], readable=everybody("a test"), hidden=hidden),
            filters=filters,
            sorts={"id": HiddenBox.id},
        )

    class OwnBoxes(Boxes):
        async def create(self, payload: Any) -> Box:
            return await self.insert({"id": "1", "name": payload.title})

    kind: Any = OwnBoxes if own else Boxes

    class BoxController(CrudController[kind, Box, query, create, BoxReplace, update]):
        path = "/boxes"

    return BoxController


def keepers(query: Any = ListQuery, shown: dict[str, Field] | None = None, **filters: Filter) -> Any:
    """The resource of keepers, with these fields of boxes and these filters."""
    names = [(name, list[Any]) for name in shown or {}]
    kind: Any = msgspec.defstruct("Keeper", [("id", Text), *names], bases=(Resource,))

    class Keepers(ReadRepository[HiddenKeeper, kind]):
        reader = ListReader(
            Mapping(kind, HiddenKeeper, fields=shown, readable=everybody("a test")),
            filters=filters,
            sorts={"id": HiddenKeeper.id},
        )

    class KeeperController(ReadController[Keepers, kind, query]):
        path = "/keepers"

    return KeeperController


class WithPin(Payload):
    name: Text | UnsetType = UNSET
    pin: Text | UnsetType = UNSET


class Named(Payload):
    name: Text | UnsetType = UNSET


class Strayed(Payload):
    title: Text | UnsetType = UNSET


class ByPin(ListQuery):
    pin: tuple[str, ...] = ()


class BoxPin(Resource):
    id: Text
    pin: Text | None


PINS = Mapping(BoxPin, HiddenBox)


def refused(*resources: type[ResourceController]) -> str:
    with pytest.raises(MappingError) as error:
        refuse_hidden_columns(resources)
    return str(error.value)


def test_no_payload_takes_what_is_hidden() -> None:
    hiding = [HiddenBox.pin, HiddenBox.keeper_id]
    assert refused(boxes(hiding, WithPin)).startswith(f"WithPin takes 'pin', {HIDDEN}")
    assert refused(boxes(hiding, update=WithPin)).startswith(f"WithPin takes 'pin', {HIDDEN}")
    taking = boxes([HiddenBox.keeper_id], update=WithPin)
    refuse_hidden_columns([boxes(hiding, update=Named), keepers()])
    refuse_hidden_columns([taking])
    assert not list(undecided_columns([taking])), "what is taken need be neither shown nor hidden"
    untaken = boxes([HiddenBox.keeper_id], update=Named)
    assert list(undecided_columns([untaken])) == ["HiddenBox.pin"]


@pytest.mark.parametrize(
    ("field", "said"),
    [
        (to_many(HiddenKeeper.boxes, PINS, order=[], most=3), "BoxPin shows 'pin'"),
        (values_of(HiddenKeeper.boxes, HiddenBox.pin, most=3), "Keeper shows 'pin'"),
    ],
)
def test_no_other_resource_shows_what_is_hidden(field: Field, said: str) -> None:
    shows = keepers(shown={"pins": field})
    assert refused(boxes([HiddenBox.pin], update=Named), shows).startswith(f"{said}, {HIDDEN}")
    refuse_hidden_columns([boxes([]), shows])


@pytest.mark.parametrize("item", [text_in(HiddenBox.name, HiddenBox.pin), is_given(HiddenBox.pin)])
def test_no_parameter_is_compared_with_what_is_hidden(item: Filter) -> None:
    """But a filter that no caller sets may be, such as one that the path sets."""
    said = refused(boxes([HiddenBox.pin], update=Named, query=ByPin, pin=item))
    assert said.startswith(f"the parameter `pin` of BoxController is compared with 'pin', {HIDDEN}")
    refuse_hidden_columns([boxes([HiddenBox.pin], update=Named, pin=item)])
    refuse_hidden_columns([boxes([], query=ByPin, pin=item)])


def test_no_parameter_is_compared_with_what_another_resource_hides() -> None:
    by_pin = keepers(ByPin, pin=any_related(HiddenKeeper.boxes, HiddenBox.pin))
    assert HIDDEN in refused(boxes([HiddenBox.pin], update=Named), by_pin)
    refuse_hidden_columns([boxes([]), by_pin])


def test_what_counts_rows_of_which_nobody_has_decided_is_named() -> None:
    """Their model may have no mapping, in which it could be said who may read them."""
    counting = keepers(
        shown={
            "pins": values_of(HiddenKeeper.boxes, HiddenBox.pin, most=3),
            "boxes": count_of(HiddenKeeper.boxes),
        },
        pin=any_related(HiddenKeeper.boxes, HiddenBox.pin),
    )
    assert undecided_models([counting]) == ["HiddenBox"]
    assert list(without_mapping([counting], ["HiddenBox"])) == [
        "Keeper.pins counts or lists rows of HiddenBox.",
        "Keeper.boxes counts or lists rows of HiddenBox.",
        "The filter 'pin' of Keepers looks at rows of HiddenBox.",
    ]
    assert not list(without_mapping([counting], ["HiddenKeeper"]))


@pytest.mark.parametrize("given", [{"create": Strayed}, {"update": Strayed}])
def test_a_payload_takes_nothing_that_no_column_holds(given: dict[str, Any]) -> None:
    """Else it would be found out by the first caller who sends it, who gets a 500."""
    assert refused(boxes([], **given)).startswith("HiddenBox has no column for the field 'title'")
    if "create" in given:
        refuse_hidden_columns([boxes([], **given, own=True)])
