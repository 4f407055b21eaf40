"""Every change to an operation that one may think of: its names, parameters, bodies, answers and credentials."""

from collections.abc import Iterator
from dataclasses import replace

from service.dev.contract.parts import Json, Node
from tests.dev.contract.edits import Change, Edit, drop, put, renamed, within
from tests.dev.contract.sites import BOTH, NOWHERE, entries

TEXT: Node = {"schema": {"type": "string"}}


def edits(operation: Node) -> Iterator[Edit]:
    """Whatever can be changed in an operation, except the schemas that it holds."""
    for part, found in (
        (("tags", ""), (*_names(operation), *_security(operation))),
        (("parameters", ""), _parameters(operation)),
        (("requestBody", ""), _body(operation)),
        ((), _statuses(operation)),
    ):
        yield from (replace(edit, part=part) for edit in found)
    for status, response in entries(operation, "responses"):
        part = ("responses", status)
        yield Edit("status gone", within("responses", drop(str(status))), part=part)
        for edit in response_edits(response):
            yield replace(edit, change=within("responses", within(str(status), edit.change)), part=part)


def _names(operation: Node) -> Iterator[Edit]:
    yield Edit("operation described", put("summary", "In other words"), NOWHERE)
    yield Edit("operation deprecated", put("deprecated", value=True), NOWHERE)
    yield Edit("operation renamed", put("operationId", f"{operation['operationId']}2"))
    yield Edit("operation in another module", put("tags", ["others"]))
    yield Edit("operation elsewhere", put("servers", [{"url": "https://example.com"}]))


def _parameters(operation: Node) -> Iterator[Edit]:
    held = operation.get("parameters")
    parameters: list[Json] = held if isinstance(held, list) else []
    for index, parameter in entries(operation, "parameters"):
        assert isinstance(index, int)
        others = parameters[:index] + parameters[index + 1 :]
        yield Edit("parameter gone", put("parameters", others))
        for kind, change, breaks in _parameter(parameter):
            changed: list[Json] = [*parameters[:index], parameter | change, *parameters[index + 1 :]]
            edit = put("parameters", changed)
            yield Edit(kind, edit) if breaks else Edit(kind, edit, NOWHERE)
    if len(parameters) > 1:
        in_path = [each for _, each in entries(operation, "parameters") if each.get("in") == "path"]
        breaks = BOTH if len(in_path) > 1 else NOWHERE
        yield Edit("parameters in another order", put("parameters", parameters[::-1]), breaks)
    new: Node = {"name": "brandNew", "in": "query", "schema": {"type": "string"}}
    yield Edit("new parameter", put("parameters", [*parameters, new]), NOWHERE)
    yield Edit("new required parameter", put("parameters", [*parameters, new | {"required": True}]))


def _parameter(parameter: Node) -> Iterator[tuple[str, Node, bool]]:
    if "$ref" in parameter:
        return
    yield "parameter renamed", {"name": f"{parameter['name']}2"}, True
    yield "parameter described", {"description": "In other words."}, False
    yield "parameter with an unknown keyword", {"allowReserved": True}, True
    if parameter["in"] == "path":
        return
    yield "parameter elsewhere", {"in": "header" if parameter["in"] == "query" else "query"}, True
    if parameter.get("required"):
        yield "parameter optional", {"required": False}, False
    else:
        yield "parameter required", {"required": True}, True
    style = "spaceDelimited" if parameter["in"] == "query" else "form"
    yield "parameter in another style", {"style": style, "explode": False}, True


def _body(operation: Node) -> Iterator[Edit]:
    body = operation.get("requestBody")
    if not isinstance(body, dict):
        new: Node = {"content": {"application/json": TEXT}}
        yield Edit("new body", put("requestBody", new), NOWHERE)
        yield Edit("new required body", put("requestBody", new | {"required": True}))
        return
    yield Edit("body gone", drop("requestBody"))
    if body.get("required"):
        yield Edit("body optional", within("requestBody", put("required", value=False)), NOWHERE)
    else:
        yield Edit("body required", within("requestBody", put("required", value=True)))
    for name, _ in entries(body, "content"):
        changed = within("content", renamed(str(name), "application/xml"))
        yield Edit("body of another media type", within("requestBody", changed))
        more = within("content", put("application/xml", TEXT))
        yield Edit("body of one more media type", within("requestBody", more), NOWHERE)


def _statuses(operation: Node) -> Iterator[Edit]:
    responses = [response for _, response in entries(operation, "responses")]
    errors = [one for status, one in entries(operation, "responses") if str(status)[0] not in "23"]
    yield Edit("new success", _answer("299", responses[0]))
    empty = [one for one in errors if "content" not in one and "$ref" not in one]
    bodiless = _answer("451", {"description": "No."})
    yield Edit("new error without a body", bodiless, NOWHERE if empty else BOTH)
    if errors:
        yield Edit("new error like others", _answer("451", errors[-1]), NOWHERE)
    other: Node = {"description": "No.", "content": {"application/json": {"schema": {"type": "integer"}}}}
    yield Edit("new error unlike others", _answer("451", other))


def _answer(status: str, response: Node) -> Change:
    return within("responses", put(status, response))


def response_edits(response: Node) -> Iterator[Edit]:
    """Whatever can be changed in an answer, except its schemas."""
    yield Edit("answer described", put("description", "In other words."), NOWHERE)
    if "$ref" in response:
        return
    for name, _ in entries(response, "content"):
        yield Edit("media type gone", within("content", drop(str(name))))
        yield Edit("another media type", within("content", renamed(str(name), "text/x")))
        yield Edit("schema gone", within("content", put(str(name), {})))
    if "content" in response:
        yield Edit("one more media type", within("content", put("text/x", TEXT)))
    for name, header in entries(response, "headers"):
        yield Edit("header gone", within("headers", drop(str(name))))
        yield Edit("header renamed", within("headers", renamed(str(name), f"{name}2")))
        if header.get("required"):
            yield Edit("header optional", within("headers", within(str(name), drop("required"))))
    yield Edit("new header", within("headers", put("X-New", TEXT)), NOWHERE)
    for name, _ in entries(response, "links"):
        yield Edit("link gone", within("links", drop(str(name))))
        yield Edit("link leads elsewhere", within("links", within(str(name), put("operationId", "other"))))
        changed = within(str(name), put("parameters", {"other": "$response.body#/other"}))
        yield Edit("link takes something else", within("links", changed))
    yield Edit("new link", within("links", put("new", {"operationId": "other"})), NOWHERE)


def _security(operation: Node) -> Iterator[Edit]:
    held = operation.get("security")
    if not isinstance(held, list):
        return
    yield Edit("another way in", put("security", [{"other": []}]))
    if held:
        yield Edit("one more way in", put("security", [*held, {"other": []}]), NOWHERE)
        yield Edit("no credentials", put("security", []), NOWHERE)
        more: list[Json] = [one | {"other": []} for one in held if isinstance(one, dict)]
        yield Edit("further credentials", put("security", more))
        scoped: list[Json] = [{key: ["scope"] for key in one} for one in held if isinstance(one, dict)]
        yield Edit("a scope", put("security", scoped))
