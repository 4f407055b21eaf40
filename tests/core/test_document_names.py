"""Names and paths of the document: each type has its own, and each parameter the type that it is parsed by."""

from collections.abc import Callable
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

import msgspec
import pytest
from litestar import get, post
from litestar.params import FromPath, PathParameter
from msgspec import Meta
from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from service.app import create_app
from service.core import errors, field_errors
from service.core.http import problem
from service.core.http.operation import NoQuery, Operation, declare_operations
from service.core.http.query import ListQuery
from service.core.http.reply import Created
from service.core.openapi.enums import NAMES, order_names, tell_names_apart
from service.core.resources.conditions import everybody
from service.core.resources.controller import ReadController
from service.core.resources.lists import ListReader
from service.core.resources.mapping import Mapping
from service.core.resources.operation_names import OperationNames
from service.core.resources.read_repository import ReadRepository
from service.core.schema import JsonText, JsonValue, Listing, Query
from service.core.schema import Resource as Base
from service.core.type_info import AnnotationError
from service.prisma.names import camel
from service.settings import load_settings
from tests.support.api import LOCAL
from tests.support.own_base import OwnBase
from tests.support.things import application, client, described, ready, serving_only


def one(name: str) -> type[msgspec.Struct]:
    return msgspec.defstruct(name, [("id", int)], module="slices.one.dto")


def other(name: str) -> type[msgspec.Struct]:
    return msgspec.defstruct(name, [("id", str)], module="slices.other.dto")


def both(name: str) -> Any:
    return msgspec.defstruct("Whole", [("a", one(name)), ("b", list[other(name)])])


def enum(name: str, module: str) -> Any:
    kind: Any = StrEnum
    return kind(name, ["RED"], module=module)


def enums(name: str) -> Any:
    colours, sizes = enum(name, "slices.one.dto"), enum(name, "slices.other.dto")
    return msgspec.defstruct("Whole", [("a", colours), ("b", sizes | None, None)])


def an_enum_and_a_dto(name: str) -> Any:
    return msgspec.defstruct("Whole", [("a", enum(name, "slices.one.dto")), ("b", other(name))])


def a_list(name: str) -> Any:
    listed = msgspec.defstruct("Page", [("id", int)], module="slices.one.dto")
    return msgspec.defstruct("Whole", [("a", Listing[listed]), ("b", other(f"{name}List"))])


def a_titled_union(name: str) -> Any:
    first = msgspec.defstruct("First", [], tag_field="kind", tag="first")
    second = msgspec.defstruct("Second", [], tag_field="kind", tag="second")
    titled = Annotated[first | second, Meta(title=name)]
    inner = msgspec.defstruct("Inner", [("a", titled)])
    fields = [("a", list[titled]), ("b", titled), ("c", dict[str, titled]), ("d", inner)]
    return msgspec.defstruct("Whole", fields, module="slices.one.dto")


@pytest.mark.parametrize("shape", [both, enums, an_enum_and_a_dto, a_list])
def test_two_types_of_one_name_are_refused_with_both_modules(shape: Callable[[str], Any]) -> None:
    with pytest.raises(AnnotationError, match=r"slices\.other\.dto") as caught:
        described(application(payload=shape("Page")))
    assert "slices.one.dto" in str(caught.value) or "Listing" in str(caught.value)
    assert "Page" in str(caught.value)


def test_a_union_with_a_title_is_a_component_of_that_name() -> None:
    """What stands inline gets a name that a generator makes up: `Items2`."""
    schemas = described(application(payload=a_titled_union("Choice")))["components"]["schemas"]
    choice = {"$ref": "#/components/schemas/Choice"}
    assert schemas["Whole"]["properties"] == {
        "a": {"type": "array", "items": choice},
        "b": choice,
        "c": {"type": "object", "additionalProperties": choice},
        "d": {"$ref": "#/components/schemas/Inner"},
    }
    assert schemas["Inner"]["properties"] == {"a": choice}
    assert [each["$ref"].rpartition("/")[2] for each in schemas["Choice"]["oneOf"]] == ["First", "Second"]
    assert schemas["Choice"]["discriminator"]["propertyName"] == "kind"
    assert "title" not in schemas["Choice"]


def test_a_union_and_a_dto_of_one_name_are_refused() -> None:
    outer: Any = msgspec.defstruct("Outer", [("a", a_titled_union("Page")), ("b", other("Page"))])
    with pytest.raises(AnnotationError, match=r"slices\.other\.dto\.Page and the union of First, Second"):
        described(application(payload=outer))


def test_a_number_says_that_it_has_64_bits() -> None:
    """Of one without a format Go's generator makes 32 bits."""
    whole = msgspec.defstruct("Whole", [("ratio", float | None), ("any_json", JsonValue)])
    fields = described(application(payload=whole))["components"]["schemas"]["Whole"]["properties"]
    assert fields["ratio"] == {"type": ["number", "null"], "format": "double"}
    assert {"type": "number", "format": "double"} in fields["any_json"]["anyOf"]
    assert "integer" not in {each["type"] for each in fields["any_json"]["anyOf"]}


def test_what_takes_any_json_says_so_as_what_shows_it_does() -> None:
    """Of a choice of types generators make one that refuses objects, or what was read."""
    fields = {
        "shown": JsonText,
        "taken": JsonValue | None,
        "list": list[JsonValue | None],
        "free": dict[str, Any],
    }
    whole = msgspec.defstruct(
        "Whole", [*fields.items(), ("left", JsonValue | msgspec.UnsetType | None, msgspec.UNSET)]
    )
    shown = described(application(payload=whole))["components"]["schemas"]["Whole"]["properties"]
    assert shown == {
        "shown": {},
        "taken": {},
        "list": {"type": "array", "items": {}},
        "free": {"type": "object", "additionalProperties": True},
        "left": {},
    }


@pytest.mark.parametrize("name", ["Problem", "FieldError", "ErrorCode"])
def test_a_name_of_the_errors_is_refused_with_both_modules(name: str) -> None:
    with pytest.raises(AnnotationError, match=r"slices\.one\.dto") as caught:
        described(application(payload=one(name)))
    modules = (problem.Problem.__module__, errors.ErrorCode.__module__, field_errors.FieldError.__module__)
    assert any(module in str(caught.value) for module in modules)


@pytest.mark.parametrize("name", ["Resource", "Listing", "Payload", "ListQuery", "Created", "Operation"])
def test_names_that_are_ours_but_in_no_document_are_free(name: str) -> None:
    kind = msgspec.defstruct(name, [("id", int)], bases=(Base,), module="slices.one.dto")
    schemas = described(application(payload=msgspec.defstruct("Whole", [("a", kind), ("b", Listing[kind])])))
    assert {name, f"{name}List"} <= schemas["components"]["schemas"].keys()


def test_two_problems_of_the_same_text_are_one() -> None:
    """The same type by two ways is one component."""
    kind = one("Page")
    whole = msgspec.defstruct("Whole", [("a", kind), ("b", Listing[kind]), ("c", Listing[kind] | None)])
    assert described(application(payload=whole))["components"]["schemas"].keys() >= {"Page", "PageList"}


class Country(Base):
    """A country, by its code."""

    code: str
    name: str


class CityPart(Base):
    """A part of a city, by two columns."""

    country_code: str
    number: int
    owner_id: str


@get("/countries", operation_id="listCountries", tags=["countries"])
async def list_countries(criteria: Query[ListQuery]) -> Listing[Country]:
    raise NotImplementedError(criteria)


@post("/countries", operation_id="createCountry", tags=["countries"])
async def create_country() -> Created[Country]:
    raise NotImplementedError


@get("/countries/{country_code:str}", operation_id="getCountry", tags=["countries"])
async def get_country(
    country_code: Annotated[str, PathParameter(pattern="^[A-Z]{2}$", description="Two capitals.")],
) -> Country:
    return Country(code=country_code, name="")


@post("/parts", operation_id="createPart", tags=["parts"])
async def create_part() -> Created[CityPart]:
    raise NotImplementedError


@get("/parts/{country_code:str}/{city_part_number:int}", operation_id="getPart", tags=["parts"])
async def get_part(
    country_code: FromPath[str],
    city_part_number: Annotated[int, PathParameter(ge=1, lt=100, description="Its number.")],
) -> CityPart:
    return CityPart(country_code=country_code, number=city_part_number, owner_id="")


@get("/owners/{owner_id:uuid}", operation_id="getOwner", tags=["owners"])
async def get_owner(owner_id: FromPath[UUID]) -> Country:
    return Country(code=str(owner_id), name="")


BIG = Annotated[str, PathParameter(pattern="^[0-9]{1,19}$", description="A 64-bit number as text.")]


@get("/big/{row:str}", operation_id="getBig", tags=["big"])
async def get_big(row: BIG) -> Country:
    return Country(code=row, name="")


HANDLERS = [list_countries, create_country, get_country, create_part, get_part, get_owner, get_big]


def test_a_parameter_of_the_path_is_described_as_it_is_declared() -> None:
    paths = described(serving_only(HANDLERS))["paths"]
    found = {
        parameter["name"]: (parameter["schema"], parameter["description"])
        for path in paths.values()
        for operation in path.values()
        for parameter in operation.get("parameters", [])
        if parameter["in"] == "path" and operation["operationId"] != "getPart"
    }
    assert found == {
        "countryCode": ({"type": "string", "pattern": "^[A-Z]{2}$"}, "Two capitals."),
        "ownerId": ({"type": "string", "format": "uuid"}, "The owner id."),
        "row": ({"type": "string", "pattern": "^[0-9]{1,19}$"}, "A 64-bit number as text."),
    }
    code, number = paths["/parts/{countryCode}/{cityPartNumber}"]["get"]["parameters"][:2]
    assert code["schema"] == {"type": "string", "minLength": 1}
    assert number["schema"] == {"type": "integer", "minimum": 1, "exclusiveMaximum": 100}


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/countries/DE", 200),
        ("/countries/de", 422),
        ("/parts/DE/99", 200),
        ("/parts/DE/100", 422),
        ("/big/123", 200),
        ("/big/x", 422),
    ],
)
async def test_and_parsed_as_it_is_described(path: str, status: int) -> None:
    async with client(ready(serving_only(HANDLERS))) as caller:
        assert (await caller.get(path)).status_code == status


def test_what_nothing_would_check_is_refused() -> None:
    @get("/never/{code:str}", operation_id="getNever", tags=["never"])
    async def get_never(code: Annotated[str, Meta(pattern="^a$"), PathParameter()]) -> Country:
        raise NotImplementedError(code)

    with pytest.raises(AnnotationError, match="code"):
        declare_operations(serving_only([get_never]))


def test_links_lead_by_keys_of_any_name_and_number() -> None:
    paths = described(serving_only(HANDLERS))["paths"]
    listed = paths["/countries"]["get"]["responses"]["200"]["links"]
    assert listed["getCountry"]["parameters"] == {"countryCode": "$response.body#/items/0/code"}
    created = paths["/parts"]["post"]["responses"]["201"]["links"]
    assert created["getPart"]["parameters"] == {
        "countryCode": "$response.body#/countryCode",
        "cityPartNumber": "$response.body#/number",
    }
    assert created["getOwner"]["parameters"] == {"ownerId": "$response.body#/ownerId"}
    # A part's `country_code` is its own; only ids name rows of other resources.
    assert "getCountry" not in created


def test_what_is_declared_is_worked_out_once() -> None:
    operations = {operation.name: operation for operation in declare_operations(serving_only(HANDLERS))}
    assert operations["listCountries"].criteria is ListQuery
    assert operations["getCountry"].criteria is NoQuery
    assert operations["createCountry"].answer is Country
    assert operations["getPart"].path == "/parts/{countryCode}/{cityPartNumber}"


def test_each_value_of_an_enum_has_a_name_of_its_own_in_capitals() -> None:
    orders = ["createdAt", "created_at", "-createdAt", "-created_at"]
    schemas = {
        "Order": {"enum": orders, **order_names(orders)},
        "Level": {"enum": ["a", "b", "c"], NAMES: ["low", "LOW", "LOW_2"]},
    }
    tell_names_apart({"paths": {}, "components": {"schemas": schemas}})
    for schema in schemas.values():
        names: list[str] = schema[NAMES]
        assert len({name.upper() for name in names}) == len(names) == len(schema["enum"])


class Gone(errors.ApiError):
    status = 410
    title = "It is gone"


def test_each_error_of_an_operation_is_described(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Operation, "errors", property(lambda _: iter((errors.NotFound, Gone))))
    document = described(application(payload=one("Page")))
    for status, name in (("404", "NotFound"), ("410", "Gone")):
        reference = document["paths"]["/things"]["post"]["responses"][status]["$ref"]
        assert reference == f"#/components/responses/{name}"
    assert document["components"]["responses"].keys() == {"NotFound", "Gone"}


def test_one_more_enum_changes_no_name_of_another() -> None:
    def named(*lists: str, **enums: list[str]) -> dict[str, Any]:
        document: dict[str, Any] = {
            "paths": {
                f"/{name}": {
                    "get": {
                        "operationId": name,
                        "parameters": [{"name": "sort", "schema": {"enum": ["name", "-name"]}}],
                    }
                }
                for name in lists
            },
            "components": {"schemas": {name: {"enum": each, NAMES: each} for name, each in enums.items()}},
        }
        for path in document["paths"].values():
            schema = path["get"]["parameters"][0]["schema"]
            schema |= order_names(schema["enum"])
        tell_names_apart(document)
        return document

    one = named("listCats", Kind=["NAME"])
    two = named("listCats", "listDogs", Kind=["NAME"], State=["NAME"])
    assert two["components"]["schemas"]["State"][NAMES] == ["STATE_NAME"]
    assert one["components"]["schemas"]["Kind"] == two["components"]["schemas"]["Kind"]
    assert one["paths"]["/listCats"] == two["paths"]["/listCats"]


def test_no_two_constants_are_called_alike_whatever_their_case() -> None:
    enums = {"Kind": ["OF_ONE", "of_one"], "KindOf": ["ONE"]}
    schemas = {name: {"enum": each, NAMES: each} for name, each in enums.items()}
    document: dict[str, Any] = {"paths": {}, "components": {"schemas": {**schemas, "KIND_OF_ONE": {}}}}
    tell_names_apart(document)
    names = [name for schema in schemas.values() for name in schema[NAMES]]
    assert names == ["KIND_OF_ONE_2", "KIND_of_one_3", "KIND_OF_ONE_4"]


class LessonBase(DeclarativeBase): ...


class LessonRow(LessonBase):
    __tablename__ = "Lesson"
    class_: Mapped[str] = mapped_column("class", primary_key=True)
    from_: Mapped[str] = mapped_column("from", primary_key=True)
    options: Mapped[str] = mapped_column(primary_key=True)
    a: Mapped[str] = mapped_column(primary_key=True)
    teacher_id: Mapped[str] = mapped_column("teacherId", primary_key=True)


class Lesson(Base):
    class_: str
    from_: str
    options: str
    a: str
    teacher_id: str


def test_no_parameter_of_a_path_is_called_as_what_generated_functions_have() -> None:
    key = OperationNames("/lessons", Mapping(Lesson, LessonRow)).key
    assert [camel(name) for name in key] == ["lessonClass", "from", "lessonOptions", "lessonA", "teacherId"]


class FetchRow(LessonBase):
    __tablename__ = "Fetch"
    options: Mapped[str] = mapped_column(primary_key=True)
    class_: Mapped[str] = mapped_column("class", primary_key=True)
    fetch_class: Mapped[str] = mapped_column("fetchClass", primary_key=True)


class Fetch(Base):
    options: str
    class_: str
    fetch_class: str


def test_nor_is_the_name_that_it_gets_instead() -> None:
    key = OperationNames("/fetches", Mapping(Fetch, FetchRow)).key
    assert [camel(name) for name in key] == ["fetchFetchOptions", "fetchFetchClass", "fetchClass"]


class SwitchBase(OwnBase):
    __abstract__ = True
    metadata = MetaData()


class SwitchRow(SwitchBase):
    __tablename__ = "Switch"
    settings: Mapped[str] = mapped_column(primary_key=True)
    readiness: Mapped[str] = mapped_column(primary_key=True)


class Switch(Base):
    settings: str
    readiness: str


class SwitchRepository(ReadRepository[SwitchRow, Switch]):
    reader = ListReader(
        Mapping(Switch, SwitchRow, readable=everybody("a test")),
        filters={},
        sorts={"settings": SwitchRow.settings},
    )


class SwitchController(ReadController[SwitchRepository, Switch, ListQuery]):
    path = "/switches"


def test_a_key_may_be_called_like_what_the_application_gives_its_own_handlers() -> None:
    app = create_app(load_settings(LOCAL), [SwitchController])
    assert "/api/v1/switches/{switch_settings:str}/{switch_readiness:str}" in {
        each.path for each in app.routes
    }
