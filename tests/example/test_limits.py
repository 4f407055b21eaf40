"""What the document says of limits: each holds at the limit, and refuses what is one beyond."""

import json
from collections import defaultdict
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

from service.dev.openapi import FILE
from tests.example.support import make_page
from tests.support.api import Api
from tests.support.documents import integers

Schema = dict[str, Any]

DOCUMENT: Schema = json.loads(FILE.read_text("utf-8"))
SCHEMAS: Schema = DOCUMENT["components"]["schemas"]
IN_FORM = {"rating": ("-9.99", "-9.999")}
"""Where a text cannot be any letters."""


class Limit(NamedTuple):
    """One limit of one field: a value that keeps it, and one that does not."""

    method: str
    path: str
    field: str
    pointer: str
    kept: Any
    broken: Any

    def __str__(self) -> str:
        return f"{self.method} {self.path} {self.pointer}"


def resolved(schema: Schema) -> Schema:
    return SCHEMAS[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema


def limits_of(field: str, schema: Schema) -> Iterator[tuple[str, Any, Any]]:
    """Below which pointer, what keeps the limit, and what breaks it."""
    if "maxLength" in schema:
        longest = "a" * schema["maxLength"]
        yield "", *IN_FORM.get(field, (longest, longest + "a"))
    if schema.get("minLength") == 1:
        yield "", "a" * 20, ""
    for bound, step in (("minimum", -1), ("maximum", 1)):
        if bound in schema:
            yield "", schema[bound], schema[bound] + step
    if "maxItems" in schema:
        item = resolved(schema["items"])
        one = item.get("enum", [item.get("minimum", "x")])[0]
        yield "", [one] * schema["maxItems"], [one] * (schema["maxItems"] + 1)
    if "items" in schema:
        for pointer, kept, broken in limits_of(field, resolved(schema["items"])):
            yield f"/0{pointer}", [kept], [broken]


def limits() -> Iterator[Limit]:
    for path, methods in DOCUMENT["paths"].items():
        for method, operation in methods.items():
            place = method.upper(), path.removeprefix("/api/v1")
            for parameter in operation.get("parameters", ()):
                if parameter["in"] == "query":
                    name = parameter["name"]
                    for _, kept, broken in limits_of(name, resolved(parameter["schema"])):
                        yield Limit(*place, name, name, kept, broken)
            if "requestBody" in operation:
                body = resolved(operation["requestBody"]["content"]["application/json"]["schema"])
                taken = {name: each for name, each in body["properties"].items() if not each.get("readOnly")}
                for name, schema in taken.items():
                    for pointer, kept, broken in limits_of(name, schema):
                        yield Limit(*place, name, f"/{name}{pointer}", kept, broken)


async def errors_of(api: Api, limit: Limit, value: Any, page: str) -> set[tuple[str, str]]:
    """Which fields the answer finds wrong, and how."""
    path = limit.path.format_map(defaultdict(lambda: "1", pageId=page))
    if limit.pointer.startswith("/"):
        answer = await api.request(limit.method, path, json={limit.field: value})
    else:
        answer = await api.request(limit.method, path, params={limit.field: value})
    assert answer.status_code < 500, answer.text
    errors = answer.json().get("errors", ()) if answer.content else ()
    return {(error.get("parameter") or error["pointer"], error["code"]) for error in errors}


async def test_each_limit_of_what_comes_in_holds(api: Api, subtests: pytest.Subtests) -> None:
    page = (await make_page(api, "limits"))["id"]
    seen = list(limits())
    assert {"/title", "/topicIds/0", "/tags", "q", "status", "cursor"} <= {limit.pointer for limit in seen}
    for limit in seen:
        with subtests.test(str(limit)):
            kept = await errors_of(api, limit, limit.kept, page)
            assert not [code for _, code in kept if code.startswith("too_")]
            broken = await errors_of(api, limit, limit.broken, page) - kept
            assert limit.pointer in {pointer for pointer, _ in broken}


def test_every_integer_has_bounds_and_a_format() -> None:
    for schema in integers(DOCUMENT):
        assert {"minimum", "maximum", "format"} <= schema.keys(), schema
