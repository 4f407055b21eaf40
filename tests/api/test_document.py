"""The API document: true to the routes, complete, and plain in its names."""

import re
import time
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import jsonschema_rs
import jwt
import pytest

from service.api.v1.document import DIAGNOSTICS
from service.app import create_app, openapi_document
from service.core.http.query import ListQuery
from service.core.openapi.schemas import SchemaBook
from service.core.resources.controller import ReadController, ResourceController
from service.core.resources.lists import ListReader
from service.core.resources.mapping import Mapping
from service.core.resources.read_repository import ReadRepository
from service.core.schema import Date, KeyTimestamp, Moment, Timestamp, UuidText
from service.settings import load_settings
from tests.support import tables
from tests.support.api import EDITOR, LOCAL, SECRET_KEY, Api, bearer, serving
from tests.support.documents import integers
from tests.support.labels import Label
from tests.support.serve import RESOURCES

CAMEL = re.compile(r"[a-z]+([A-Z][a-z]+)*")
PASCAL = re.compile(r"([A-Z][a-z]+)+")
ALWAYS = {"414", "422", "431", "500", "503"}
WITH_TOKEN = {"401", "504"}


def document(
    environment: str = "local",
    resources: Sequence[type[ResourceController]] = RESOURCES,
    *,
    diagnostics: bool = False,
) -> dict[str, Any]:
    settings = load_settings(LOCAL | {"ENVIRONMENT": environment})
    return openapi_document(create_app(settings, resources), diagnostics=diagnostics)


DOCUMENT = document()
OPERATIONS = {
    operation["operationId"]: (method, path, operation)
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
}


def references(node: Any) -> Iterator[str]:
    """Every $ref below a node."""
    if isinstance(node, dict):
        for name, value in node.items():  # pyright: ignore[reportUnknownVariableType]  # any JSON
            if name == "$ref":
                yield str(value)  # pyright: ignore[reportUnknownArgumentType]  # JSON of any shape
            yield from references(value)
    elif isinstance(node, list):
        for item in node:  # pyright: ignore[reportUnknownVariableType]  # JSON of any shape
            yield from references(item)


def test_operation_ids_are_unique() -> None:
    assert len(OPERATIONS) == sum(len(methods) for methods in DOCUMENT["paths"].values())


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_operation_is_described(name: str) -> None:
    method, path, operation = OPERATIONS[name]
    assert CAMEL.fullmatch(name)
    assert operation["summary"]
    assert operation["description"]
    assert operation["tags"][0] in {tag["name"] for tag in DOCUMENT["tags"]}
    assert not path.endswith("/")
    assert (
        re.findall(r"\{(\w+)\}", path)
        == [parameter["name"] for parameter in operation["parameters"] if parameter["in"] == "path"]
        if "parameters" in operation
        else "{" not in path
    )
    for parameter in operation.get("parameters", []):
        assert parameter["description"]
    expected = set(ALWAYS)
    if operation["security"]:
        expected |= WITH_TOKEN
    if "{" in path:
        expected |= {"404"}
    if "requestBody" in operation:
        expected |= {"400", "408", "413", "415"}
    if method != "get":
        expected |= {"409"}
    if any(parameter["name"] == "If-Match" for parameter in operation.get("parameters", [])):
        expected |= {"412"}
    assert expected <= operation["responses"].keys()
    for status, response in operation["responses"].items():
        if status >= "400":
            assert response["$ref"].startswith("#/components/responses/")


@pytest.mark.parametrize("name", DOCUMENT["components"]["schemas"])
def test_every_component_is_plain_and_described(name: str) -> None:
    schema = DOCUMENT["components"]["schemas"][name]
    assert PASCAL.fullmatch(name)
    for field, described in schema.get("properties", {}).items():
        assert CAMEL.fullmatch(field)
        assert "description" in described or "$ref" in described, field
        assert "anyOf" not in described, field
        assert "default" not in described, field
    if "enum" in schema:
        assert schema["type"] == "string"
    else:
        assert schema["description"]


def test_every_reference_leads_somewhere() -> None:
    for reference in set(references(DOCUMENT)):
        node: Any = DOCUMENT
        for step in reference.removeprefix("#/").split("/"):
            node = node[step]
        assert node


def test_every_link_names_an_operation_and_its_parameters() -> None:
    links = [
        link
        for _, _, operation in OPERATIONS.values()
        for response in operation["responses"].values()
        for link in response.get("links", {}).values()
    ]
    assert {link["operationId"] for link in links} >= {"getNote", "finishNote", "listNotes", "deleteLabel"}
    for link in links:
        known = {parameter["name"] for parameter in OPERATIONS[link["operationId"]][2]["parameters"]}
        assert link["parameters"].keys() <= known


class OAuthLabel(Label):
    """A label that another service gave."""


class OAuthLabelRepository(ReadRepository[tables.Label, OAuthLabel]):
    reader = ListReader(Mapping(OAuthLabel, tables.Label), filters={}, sorts={"name": tables.Label.name})


class OAuthLabelController(ReadController[OAuthLabelRepository, OAuthLabel, ListQuery]):
    """Labels that other services gave."""

    path = "/oauth-labels"


def test_links_lead_to_rows_whose_name_has_capitals_in_a_row() -> None:
    listed = document(resources=[OAuthLabelController])["paths"]["/api/v1/oauth-labels"]["get"]
    parameters = listed["responses"]["200"]["links"]["getOAuthLabel"]["parameters"]
    assert parameters == {"oauthLabelId": "$response.body#/items/0/id"}


def test_it_is_the_same_everywhere_but_for_diagnostics() -> None:
    assert document("production") == DOCUMENT
    local = document(diagnostics=True)
    assert DIAGNOSTICS in {tag["name"] for tag in local["tags"]}
    shared = {path: methods for path, methods in local["paths"].items() if "diagnostics" not in path}
    assert shared == DOCUMENT["paths"]


def test_numbers_that_javascript_would_round_are_text() -> None:
    note = DOCUMENT["components"]["schemas"]["Note"]["properties"]
    assert note["viewCount"]["type"] == "string"
    assert note["rating"]["type"] == ["string", "null"]
    for field in (note["viewCount"], note["rating"]):
        assert field["pattern"]
        assert "format" not in field, "generators would make a number of it"


@pytest.mark.parametrize(
    ("kind", "form"),
    [
        (Timestamp, "date-time"),
        (KeyTimestamp, "date-time"),
        (Moment, "date-time"),
        (Date, "date"),
        (date, "date"),
        (UuidText, "uuid"),
        (UUID, "uuid"),
    ],
)
def test_what_generated_code_parses_has_no_limits_of_a_text(kind: Any, form: str) -> None:
    """C# does not compile with the length of a UUID; pydantic and Java's validation fail at an instant's pattern."""
    for each in (kind, kind | None):
        schema = SchemaBook().schema(each)
        assert schema["format"] == form
        assert not schema.keys() & {"pattern", "minLength", "maxLength"}


@pytest.mark.parametrize("path", ["/notes/x?y=1", "/labels/1?expand=all", "/utils/health-check?x=1"])
async def test_a_stray_parameter_is_refused_where_there_are_none(api: Api, path: str) -> None:
    answer = await api.get(path)
    assert (answer.status_code, answer.json()["code"]) == (422, "validation_failed")
    assert "this takes none" in answer.json()["errors"][0]["message"]


async def test_it_is_served_where_switched_on(postgres_url: str) -> None:
    async with serving(postgres_url, environment="production", API_DOCS="true") as api:
        assert (await api.get("/openapi.json")).json() == DOCUMENT


async def test_in_production_it_is_off(postgres_url: str) -> None:
    async with serving(postgres_url, environment="production") as api:
        for path in ("/docs", "/openapi.json", "/docs/assets/swagger-ui.css"):
            assert (await api.get(path, headers=bearer())).status_code == 404


async def test_in_local_its_page_signs_tokens_that_are_good(postgres_url: str) -> None:
    async with serving(postgres_url) as api:
        for query, sub in (("", None), ("?sub=", None), (f"?sub={EDITOR}", EDITOR)):
            answer = await api.get(f"/docs/token{query}")
            assert answer.headers["cache-control"] == "no-store"
            signed = answer.json()["token"]
            claims = jwt.decode(signed, SECRET_KEY, algorithms=["HS256"], audience="service")
            assert (claims.get("sub"), claims["exp"] > time.time()) == (sub, True)
            called = await api.get("/notes/", headers={"Authorization": f"Bearer {signed}"})
            assert called.status_code == 200


@pytest.mark.parametrize("environment", ["staging", "production"])
async def test_outside_local_its_page_signs_nothing(postgres_url: str, environment: str) -> None:
    async with serving(postgres_url, environment=environment, API_DOCS="true") as api:
        for headers in ({}, bearer()):
            assert (await api.get("/docs/token", headers=headers)).status_code == 404
        assert "caller" not in (await api.get("/docs")).text


@pytest.mark.parametrize(
    "path",
    ["", "/", "/..%2f", "/..%2fredoc%2fbundles%2fredoc.standalone.js", "/%2e%2e%2f%2e%2e%2f__init__.py"],
)
async def test_the_files_of_its_page_are_served_by_name_alone(api: Api, path: str) -> None:
    """None is listed, and none is found that lies elsewhere."""
    answer = await api.get(f"/docs/assets{path}")
    assert answer.status_code in {400, 404}
    assert answer.headers["content-type"] == "application/problem+json"


def test_every_example_fits_its_schema() -> None:
    bodies = [
        body["content"].items()
        for _, _, operation in OPERATIONS.values()
        for body in (operation.get("requestBody", {"content": {}}), *operation["responses"].values())
        if "content" in body
    ]
    bodies += [response["content"].items() for response in DOCUMENT["components"]["responses"].values()]
    seen = 0
    for _, media in (item for body in bodies for item in body):
        validator = jsonschema_rs.Draft202012Validator(
            media["schema"] | {"components": DOCUMENT["components"]}, validate_formats=True
        )
        named = [example["value"] for example in media.get("examples", {}).values()]
        for example in named or [media["example"]]:
            validator.validate(example)
            seen += 1
    assert seen > len(OPERATIONS)


def test_enums_keep_the_order_of_their_members_and_orders_have_names_of_their_own() -> None:
    assert DOCUMENT["components"]["schemas"]["NoteStatus"]["enum"] == ["DRAFT", "ON_HOLD", "DONE"]
    parameters = DOCUMENT["paths"]["/api/v1/notes"]["get"]["parameters"]
    (order,) = (each["schema"] for each in parameters if each["name"] == "sort")
    named = dict(zip(order["x-enum-varnames"], order["enum"], strict=True))
    owner = "LIST_NOTES_SORT"
    assert (named[f"{owner}_CREATED_AT_DESCENDING"], named[f"{owner}_CREATED_AT"]) == (
        "-createdAt",
        "createdAt",
    )


def test_every_problem_is_shown_with_each_of_its_codes() -> None:
    responses = DOCUMENT["components"]["responses"]
    conflict = responses["Conflict"]["content"]["application/problem+json"]["examples"]
    assert set(conflict) == {"conflict", "already_exists", "illegal_transition"}
    for response in responses.values():
        for code, example in response["content"]["application/problem+json"]["examples"].items():
            assert example["value"]["code"] == code


def with_names(node: Any) -> Iterator[list[str]]:
    """The names of every enum below a node."""
    if isinstance(node, dict):
        if "x-enum-varnames" in node:
            yield node["x-enum-varnames"]
        node = list(node.values())  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]  # any JSON
    if isinstance(node, list):
        for item in node:  # pyright: ignore[reportUnknownVariableType]  # JSON of any shape
            yield from with_names(item)


def test_no_two_enums_have_a_member_of_one_name() -> None:
    names = [name for enum in with_names(DOCUMENT) for name in enum]
    assert len(names) == len({*names, *DOCUMENT["components"]["schemas"]}) - len(
        DOCUMENT["components"]["schemas"]
    )
    assert {"ERROR_CODE_NOT_FOUND", "FIELD_CODE_NOT_FOUND", "ERROR_CODE_CONFLICT"} <= set(names)


def test_an_integer_with_bounds_has_the_format_that_they_fit() -> None:
    bounded = [schema for schema in integers(DOCUMENT) if {"minimum", "maximum"} <= schema.keys()]
    assert bounded
    for schema in bounded:
        bits = {"int32": 31, "int64": 63}[schema["format"]]
        assert -(2**bits) <= schema["minimum"] <= schema["maximum"] < 2**bits


async def test_an_answer_has_no_header_that_the_document_does_not_name(api: Api) -> None:
    note = await api.make_note("told")
    path, token = f"/notes/{note['id']}", bearer(scope="labels:read")
    named: set[str] = set()
    calls: list[tuple[str, str, dict[str, Any]]] = [
        ("getNote", path, {}),
        ("createNote", "/notes", {"json": {"slug": "told", "title": "Again"}}),
        ("createNote", "/notes", {"json": {"id": note["id"], "title": "Another"}}),
        ("updateNote", path, {"json": {"title": "T"}, "headers": {"If-Match": '"other"'}}),
        ("updateNote", "/notes/nobody", {"json": {"title": "T"}}),
        ("updateNote", path, {"content": b"x", "headers": {"Content-Encoding": "gzip"}}),
        ("deleteNote", "/notes/nobody", {}),
        ("listNotes", "/notes", {"headers": token}),
        ("listNotes", "/notes", {"headers": {"Authorization": "Bearer none"}}),
    ]
    for name, place, sent in calls:
        method, _, operation = OPERATIONS[name]
        answer = await api.request(method, place, **sent)
        said = operation["responses"][str(answer.status_code)]
        if reference := said.get("$ref"):
            said = DOCUMENT["components"]["responses"][reference.rpartition("/")[2]]
        known = {each.lower() for each in said["headers"]}
        found = {*answer.headers} - {"content-type", "content-length", "cache-control", "date"}
        assert found <= known, (name, answer.status_code, found - known)
        named |= found
    assert {"cache-group-invalidation", "location", "www-authenticate", "accept-encoding"} <= named
