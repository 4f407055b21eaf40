"""A resource that cannot be served as it is declared is refused by name, before the service starts."""

import re
from collections.abc import Callable, Sequence
from functools import partial
from typing import Annotated, Any, Literal

import pytest
from litestar import Litestar, Router, get, post, put
from litestar.datastructures import State
from litestar.di import NamedDependency, Provide
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery, HeaderParameter, QueryParameter, RawBody
from litestar.response import Stream
from litestar.types import ParametersMap
from msgspec import Meta
from sqlalchemy.orm import InstrumentedAttribute

from service.api.v1.document import INFO
from service.core.auth import PUBLIC, CallerRequest
from service.core.database import Database
from service.core.dependencies import DEPENDENCIES
from service.core.http.admission import refuse_unsupported_preconditions
from service.core.http.cursor import CursorSigner
from service.core.http.operation import declare_operations
from service.core.http.query import ListQuery
from service.core.openapi.document import build_document
from service.core.resources.access.policies import Policies
from service.core.resources.controller import ReadController, ResourceController
from service.core.resources.exposed_columns import refuse_hidden_columns
from service.core.resources.filters import (
    Filter,
    any_related,
    at_or_after,
    before,
    equals,
    holds_all,
    one_of,
    text_in,
    words_in,
)
from service.core.resources.lists import ListReader
from service.core.resources.mapping import Mapping, MappingError
from service.core.resources.read_repository import ReadRepository
from service.core.resources.repository import Repository
from service.core.schema import Body, IfMatch, Listing, Query, Resource
from service.core.type_info import AnnotationError
from service.prisma.url import parse_database_url
from tests.security.tenants import tables
from tests.support.labels import Label, LabelController, LabelQuery, LabelReplace, LabelRepository
from tests.support.notes import Note as NoteDto
from tests.support.tables import Label as LabelRow
from tests.support.tables import Note
from tests.support.things import client, ready

STATE = State(
    {
        "database": Database(parse_database_url("postgresql://localhost/unused"), statement_timeout=5),
        "cursors": CursorSigner("secret"),
        "policies": Policies({}),
    }
)


def labels(
    filters: dict[str, Filter] | None = None, sorts: dict[str, Any] | None = None, hidden: Sequence[Any] = ()
) -> ListReader[LabelRow, Label]:
    mapping = Mapping(Label, LabelRow, hidden=hidden)
    return ListReader(mapping, filters=filters or {}, sorts=sorts or {"name": LabelRow.name})


def test_a_repository_cannot_be_called_as_litestar_calls_what_is_its_own() -> None:
    with pytest.raises(MappingError, match=r"TagController\.tags .* `tags_repository`"):

        class TagController(ResourceController):  # pyright: ignore[reportUnusedClass]  # to declare it is to fail
            tags: LabelRepository  # pyright: ignore[reportIncompatibleVariableOverride]  # what is to be refused


def test_a_resource_called_tags_is_served_under_another_attribute() -> None:
    class TagController(ResourceController):
        path = "/tags"
        tags = ("tags",)
        tag_rows: LabelRepository

    assert TagController.repositories() == {"tag_rows": LabelRepository}


def test_a_repository_may_be_declared_in_a_base_class_or_as_text() -> None:
    class TagController(ResourceController):
        tag_rows: "LabelRepository"

    class HashTagController(TagController):
        path = "/hash-tags"

    assert HashTagController.repositories() == {"tag_rows": LabelRepository}


def test_a_resource_belongs_to_the_application_itself() -> None:
    with pytest.raises(MappingError, match="LabelController belongs to the application itself"):
        Litestar([Router("/api", route_handlers=[LabelController])], state=STATE)


def test_a_controller_whose_repository_gives_another_dto_is_refused() -> None:
    class Wrong(ReadController[LabelRepository, NoteDto, LabelQuery]):
        path = "/labels"

    with pytest.raises(MappingError, match="Wrong names Note, and its repository gives Label"):
        Litestar([Wrong], state=STATE)


def test_a_dto_that_does_not_show_its_key_is_refused() -> None:
    class Nameless(Resource):
        name: Annotated[str, Meta(description="The name.")]

    class NamelessRepository(ReadRepository[LabelRow, Nameless]):
        reader = ListReader(Mapping(Nameless, LabelRow), filters={}, sorts={"name": LabelRow.name})

    class NamelessController(ReadController[NamelessRepository, Nameless, LabelQuery]):
        path = "/nameless"

    with pytest.raises(MappingError, match="Nameless does not show its key: give it a field 'id'"):
        Litestar([NamelessController], state=STATE)


async def _by_its_id(self: Any, label_id: FromPath[str]) -> str:
    del self
    return label_id


async def _by_another_name(self: Any, label: FromPath[str]) -> str:
    del self
    return label


@pytest.mark.parametrize(("parameter", "read"), [("label_id", _by_its_id), ("label", _by_another_name)])
def test_a_handler_of_the_resources_own_stands_in_place_of_the_bases(parameter: str, read: Any) -> None:
    """Whatever it calls the path's parameter."""

    class Own(ReadController[LabelRepository, Label, LabelQuery]):
        path = "/labels"
        mine = get(f"/{{{parameter}:str}}", operation_id="getLabelInMyWay")(read)

    app = Litestar([Own], dependencies=DEPENDENCIES, state=STATE, openapi_config=None)
    assert {operation.name for operation in declare_operations(app)} == {"listLabels", "getLabelInMyWay"}


def test_an_operation_without_a_name_is_refused() -> None:
    """Nothing would say which `scope` a token needs for it."""

    class Nameless(ReadController[LabelRepository, Label, LabelQuery]):
        path = "/labels"

        @get("/of-the-wall")
        async def walls(self) -> None:
            """List walls."""

    app = Litestar([Nameless], dependencies=DEPENDENCIES, state=STATE, openapi_config=None)
    with pytest.raises(AnnotationError, match=r"walls of /labels/of-the-wall: give it an `operation_id`"):
        declare_operations(app)


async def _hook(payload: Body[LabelReplace]) -> None:
    """What anybody may send."""


async def _look(criteria: Query[LabelQuery]) -> None:
    """What anybody may ask."""


async def _walls() -> None:
    """List walls."""


async def _unmarked(payload: LabelReplace) -> None:
    """What Litestar alone would read."""


async def _by_litestar(data: LabelReplace) -> None:
    """What Litestar alone would read."""


async def _by_itself(criteria: Query[LabelQuery], depth: FromQuery[int]) -> None:
    """What no document would name."""


def _clock() -> float:
    return 0.0


async def _unmarked_clock(clock: float) -> None:
    """What Litestar takes for a dependency by its name."""


def _clock_of_zone(zone: FromQuery[str]) -> float:
    return float(len(zone))


def _watch(clock: NamedDependency[float]) -> float:
    return clock


async def _by_watch(watch: NamedDependency[float]) -> None:
    """What asks for what asks for a query parameter."""


def _language(language: Annotated[str, HeaderParameter(name="Accept-Language")]) -> str:
    return language


async def _by_language(spoken: NamedDependency[str]) -> None:
    """What asks for what asks for a header."""


async def _by_language_too(
    spoken: NamedDependency[str], language: Annotated[str, HeaderParameter(name="Accept-Language")]
) -> Stream:
    """What names the header that it asks for by a dependency."""
    return Stream([spoken, language])


SPOKEN = {"spoken": Provide(_language, sync_to_thread=False)}


async def _unprovided(depth: NamedDependency[int] = 1) -> None:
    """What Litestar reads from the query, since nothing provides it."""


async def _of_class(class_: FromPath[str]) -> None:
    """What no generated function could take."""


async def _no_struct(criteria: Query[dict[str, str]]) -> None:
    """What has no fields."""


async def _all_known(
    wall: FromPath[int], payload: Body[list[int]], request: CallerRequest, if_match: IfMatch, body: RawBody
) -> None:
    """What is read and described, or nobody has to describe."""


NAMED: dict[str, Any] = {"operation_id": "walls", "tags": ["walls"]}


@pytest.mark.parametrize(
    ("handler", "what"),
    [
        (
            post("/unmarked", **NAMED)(_unmarked),
            r"'payload'; the body's JSON is the argument `payload: Body\[\.\.\.\]`",
        ),
        (
            post("/data", **NAMED)(_by_litestar),
            r"'data'; the body's JSON is the argument `payload: Body\[\.\.\.\]`",
        ),
        (
            get("/itself", **NAMED)(_by_itself),
            r"'depth'; the query is the argument `criteria: Query\[\.\.\.\]`",
        ),
        (
            get("/clock", **NAMED, dependencies={"clock": Provide(_clock, sync_to_thread=False)})(
                _unmarked_clock
            ),
            r"'clock'; a dependency is marked as `NamedDependency\[\.\.\.\]`",
        ),
        (
            get(
                "/watch",
                **NAMED,
                dependencies={
                    "clock": Provide(_clock_of_zone, sync_to_thread=False),
                    "watch": Provide(_watch, sync_to_thread=False),
                },
            )(_by_watch),
            r"_by_watch of /watch: .* 'zone' of the dependency 'clock'",
        ),
        (
            get("/language", **NAMED, dependencies=SPOKEN)(_by_language),
            r"'language' of the dependency 'spoken'; a header is an argument of the handler, `Annotated",
        ),
        (get("/unprovided", **NAMED)(_unprovided), r"'depth'; the query is"),
        (
            get("/walls/{wall:str}", **NAMED)(_walls),
            r"nothing describes \{wall\}; have it take `wall: FromPath",
        ),
        (
            get("/walls/{class_:str}", **NAMED)(_of_class),
            r"cannot take a parameter 'class'; call it otherwise",
        ),
        (get("/dict", **NAMED)(_no_struct), r"the type of `criteria` is a Struct"),
        (post("/hook", opt={PUBLIC: True})(_hook), r"_hook of /hook: give it an `operation_id`"),
        (get("/look", opt={PUBLIC: True})(_look), r"_look of /look: give it an `operation_id`"),
        (get("/walls", operation_id="listWalls")(_walls), r"_walls of /walls: give it `tags`"),
        (
            HTTPRouteHandler("/walls", http_method=["GET", "POST"], operation_id="walls", tags=["walls"])(
                _walls
            ),
            r"_walls of /walls: give it one method",
        ),
    ],
)
@pytest.mark.filterwarnings(
    "ignore:.*(declared using deprecated|NamedDependency|Reserved kwarg):DeprecationWarning"
)
def test_a_handler_that_could_not_answer_is_refused(handler: HTTPRouteHandler, what: str) -> None:
    app = Litestar([handler], dependencies=DEPENDENCIES, openapi_config=None)
    with pytest.raises(AnnotationError, match=what):
        declare_operations(app)


@pytest.mark.filterwarnings("ignore:.*deprecated:DeprecationWarning")
def test_a_parameter_of_a_layer_is_refused() -> None:
    """Litestar asks each call for it, and no document names it."""
    layer: ParametersMap = {"zone": QueryParameter(annotation=str)}
    app = Litestar([get("/walls", **NAMED)(_walls)], parameters=layer, openapi_config=None)
    with pytest.raises(
        AnnotationError, match="nothing describes the parameter 'zone'; have the handler take"
    ):
        declare_operations(app)


def test_a_handler_that_runs_in_a_thread_is_known_by_its_function() -> None:
    """Litestar wraps it in an object that has neither its name nor its docstring."""

    class Wall(ResourceController):
        path = "/walls"
        tags = ("walls",)

        @get("/", operation_id="listWalls", sync_to_thread=True)
        def walls(self) -> None:
            """List walls."""

    (operation,) = declare_operations(Litestar([Wall], state=STATE, openapi_config=None))
    assert isinstance(operation.controller, Wall)
    assert build_document([operation], INFO)["paths"]["/walls"]["get"]["summary"] == "List walls"


def test_a_handler_of_all_arguments_that_are_read_is_known() -> None:
    app = Litestar(
        [put("/walls/{wall:int}", **NAMED)(_all_known)], dependencies=DEPENDENCIES, openapi_config=None
    )
    (operation,) = declare_operations(app)
    assert operation.name == "walls"
    assert operation.read_only == ()


def test_an_answer_that_does_not_say_what_it_holds_is_known_without_a_body() -> None:
    """Such as an export; and a header that a dependency reads is described where the handler takes it too."""
    handler = get("/walls", **NAMED, dependencies=SPOKEN)(_by_language_too)
    (operation,) = declare_operations(Litestar([handler], openapi_config=None))
    described = build_document([operation], INFO)["paths"]["/walls"]["get"]
    assert "content" not in described["responses"]["200"]
    assert [each["name"] for each in described["parameters"]] == ["Accept-Language"]


def test_two_operations_of_one_name_are_refused() -> None:
    handlers = [get("/walls", **NAMED)(_walls), get("/rooms", **NAMED)(_walls)]
    app = Litestar(handlers, dependencies=DEPENDENCIES, openapi_config=None)
    with pytest.raises(
        AnnotationError, match=r"^GET /(walls|rooms) and GET /(walls|rooms) have an operation walls each"
    ):
        declare_operations(app)


def test_two_handlers_of_one_place_are_refused() -> None:
    """Litestar says nothing where a parameter has two names, and calls the last handler alone."""

    async def wall(wall: FromPath[str]) -> None:
        """Read a wall."""

    async def room(room: FromPath[str]) -> None:
        """Read a room."""

    def declared(method: Any) -> int:
        handlers = [
            get("/walls/{wall:str}", **NAMED)(wall),
            method("/walls/{room:str}", operation_id="room", tags=["walls"])(room),
        ]
        app = Litestar(handlers, dependencies=DEPENDENCIES, openapi_config=None)
        return len(declare_operations(app))

    assert declared(post) == 2
    with pytest.raises(
        AnnotationError, match=r"(wall|room) of .* and .*(wall|room) of .* both answer GET, and only one"
    ):
        declared(get)


def test_a_resource_says_more_of_an_operation_of_the_bases() -> None:
    class Wall(ReadController[LabelRepository, Label, LabelQuery]):
        path = "/labels"
        descriptions = {"read_one": "Read {one}.\n\nAs it hangs on the wall."}  # noqa: RUF012  # as slices say it

    app = Litestar([Wall], dependencies=DEPENDENCIES, state=STATE, openapi_config=None)
    said = {operation.name: operation.handler.description for operation in declare_operations(app)}
    assert said == {"listLabels": "List labels.", "getLabel": "Read a label.\n\nAs it hangs on the wall."}


@pytest.mark.parametrize(
    ("name", "said", "wrong"),
    [
        ("read_wall", "Read a wall.", "it has no operation 'read_wall' of the base's"),
        ("read_list", "Nobody hears it.", "it has no operation 'read_list' of the base's"),
        ("read_one", "Read `{id}`.", r"A description may hold \{One\}, .*\{\{\): 'Read `\{id\}`\.'"),
    ],
)
def test_a_description_that_says_nothing_or_of_nothing_is_named(name: str, said: str, wrong: str) -> None:
    class Wall(ReadController[LabelRepository, Label, LabelQuery]):
        path = "/labels"
        descriptions = {name: said}  # noqa: RUF012  # as slices say it

        @get("/", operation_id="listWalls")
        async def walls(self) -> None:
            """List walls."""

    with pytest.raises(MappingError, match=wrong):
        Litestar([Wall], dependencies=DEPENDENCIES, state=STATE)


def test_a_field_without_a_column_is_named() -> None:
    class Stray(Resource):
        id: Annotated[int, Meta(description="Its number.")]
        colour: Annotated[str, Meta(description="No column.")]

    with pytest.raises(MappingError, match=r"\w+ has no column for the field 'colour' .*`fields`"):
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
        (words_in, Note.title),
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


def test_a_default_order_that_no_column_has_is_refused() -> None:
    with pytest.raises(
        MappingError, match=r"the list of Label: `default_sort` names the order '-rank'.*: name"
    ):
        ListReader(Mapping(Label, LabelRow), filters={}, sorts={"name": LabelRow.name}, default_sort="-rank")


@pytest.mark.parametrize(
    ("declare", "said"),
    [
        (
            lambda: ListReader(Mapping(Label, LabelRow), filters={}, sorts={}),
            "the list of Label has no order",
        ),
        (lambda: labels(sorts={"id": Note.id}), r"Note\.id is no column of Label"),
        (lambda: labels(filters={"id": one_of(Note.id)}), r"Note\.id is no column of Label"),
        (
            lambda: labels(filters={"q": text_in(LabelRow.name, Note.title)}),
            r"Note\.title is no column of Label",
        ),
        (lambda: labels(hidden=[Note.title]), r"Note\.title is no column of Label"),
        (lambda: one_of(tables.Task.project), r"Task\.project is no column"),
        (lambda: any_related(tables.Task.title, LabelRow.id), r"Task\.title is no relation"),
        (
            lambda: any_related(tables.Task.project, tables.Task.title),
            r"Task\.project does not lead to rows that have Task\.title",
        ),
        (text_in, "text_in searches in no column"),
    ],
)
def test_a_column_that_is_none_of_its_rows_is_refused(declare: Callable[[], object], said: str) -> None:
    """Another model's would bring all of that model's rows into the list."""
    with pytest.raises(TypeError, match=said):
        declare()


def test_a_fixed_field_that_is_none_is_refused() -> None:
    class Labels(LabelRepository):
        whole = Mapping(Label, LabelRow, changed_by=[LabelReplace], fixed={"nam": "stays"})

    class Fixed(ReadController[Labels, Label, LabelQuery]):
        path = "/labels"

    with pytest.raises(MappingError, match="Label has no column for the field 'nam'"):
        refuse_hidden_columns([Fixed])


def test_what_a_query_takes_and_the_list_does_not_know_is_refused() -> None:
    """Else it would be found out by the first caller who sends it, who gets a 500."""

    class Coloured(LabelQuery):
        text_colour: str | None = None

    class Ranked(LabelQuery):
        sort: Literal["name", "-rank", None] = None  # noqa: PYI061  # a team may write it so

    class ColouredController(ReadController[LabelRepository, Label, Coloured]):
        path = "/labels"

    class RankedController(ReadController[LabelRepository, Label, Ranked]):
        path = "/labels"

    class OwnController(ReadController[LabelRepository, Label, Coloured]):
        path = "/labels"

        @get("/", operation_id="listOwn")
        async def own(self, criteria: Query[Coloured]) -> None:
            """Read the colour itself."""

    class OwnRepository(LabelRepository):
        async def read_list(
            self, query: ListQuery, *, sort: str | None = None, **within: object
        ) -> Listing[Label]:
            """Read the colour itself."""
            return await super().read_list(query, sort=sort, **within)

    class OwnListController(ReadController[OwnRepository, Label, Coloured]):
        path = "/labels"

    with pytest.raises(
        MappingError, match="Coloured takes `textColour`, and the list of Label has no filter"
    ):
        Litestar([ColouredController], dependencies=DEPENDENCIES, state=STATE)
    with pytest.raises(MappingError, match="Ranked: `sort` names the order '-rank'"):
        Litestar([RankedController], dependencies=DEPENDENCIES, state=STATE)
    Litestar([OwnController], dependencies=DEPENDENCIES, state=STATE)
    Litestar([OwnListController], dependencies=DEPENDENCIES, state=STATE)


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
    assert first.identity != second.identity, "a cursor of one fits the other"


def test_what_writes_says_what_changes_a_row() -> None:
    """Else there was no row hash, and nothing that a write would compare `If-Match` with."""
    shown = Mapping(Label, LabelRow)

    class Reads(ReadRepository[LabelRow, Label]):
        reader = ListReader(shown, filters={}, sorts={"name": LabelRow.name})

    with pytest.raises(
        MappingError, match="Writes writes rows: give the mapping of Label as `changed_by` the payloads"
    ):

        class Writes(Repository[LabelRow, Label]):  # pyright: ignore[reportUnusedClass]  # making it is what fails
            reader = Reads.reader


def test_a_value_for_what_is_no_column_is_named() -> None:
    """What code of a resource sets is known when it runs, since it may depend on who calls."""
    writes = LabelRepository.writes
    for write in (
        partial(writes.insert, ["nam"], ()),
        partial(writes.update, ["nam"], ["name"], (), hashes=()),
        partial(writes.update, ["name"], ["nam"], (), hashes=()),
        partial(writes.delete, hashes=(), marks=["nam"]),
    ):
        with pytest.raises(MappingError, match=r"Label has no column 'nam', .* `from_token` and `deletion_m"):
            write()


@pytest.mark.parametrize("header", ["If-Match", "If-None-Match"])
async def test_what_no_operation_describes_reads_preconditions_itself(header: str) -> None:
    @post("/hook", opt={PUBLIC: True}, sync_to_thread=False)
    def hook() -> None:
        """Called by whom it trusts by other means than a token."""

    app = Litestar([hook], before_request=refuse_unsupported_preconditions, openapi_config=None)
    async with client(ready(app)) as caller:
        assert (await caller.post("/hook", headers={header: "*"})).status_code == 201
