"""TypeScript programs that use each construct of a document: what they send is built, what they get is read."""

import json
from collections.abc import Iterator

from service.dev.contract.parts import Json, Node
from service.dev.contract.schemas import UNIONS
from tests.dev.contract.edits import strings
from tests.dev.contract.sites import Pointer, entries, node_at, operations

PRIMITIVES = {
    "string": "string",
    "integer": "number",
    "number": "number",
    "boolean": "boolean",
    "null": "null",
}


def program(document: Node, old: str, new: str, module: str) -> str:
    """What clients of a document wrote, for the compiler to try with the types of another.

    In the module the types of both stand, each with the old or the new prefix.
    """
    lines = [
        'import type { FetchResponse, RequestBodyOption } from "openapi-fetch";',
        f'import type {{ components, operations, paths }} from "{module}";',
    ]
    for kind in ("headers", "responses", "schemas"):
        lines += [
            f"null! as components[{quoted(kind)}][{quoted(new + str(name))}];"
            for name, _ in entries(node_at(document, ("components",)), kind)
        ]
    for pointer, operation in operations(document):
        lines += ["{", *_Program(document, old, new).lines(pointer, operation), "}"]
    return "\n".join(lines) + "\n"


def quoted(text: Json) -> str:
    return json.dumps(text)


class _Program:
    def __init__(self, document: Node, old: str, new: str) -> None:
        self._document = document
        self._old, self._new = old, new
        self._names = 0
        self._read_already: set[str] = set()

    def lines(self, pointer: Pointer, operation: Node) -> Iterator[str]:
        _, path, method = pointer
        for name, prefix in (("Old", self._old), ("New", self._new)):
            yield f"type {name} = paths[{quoted(f'/{prefix}{path}')}][{quoted(method)}];"
        yield f"null! as operations[{quoted(self._new + str(operation['operationId']))}];"
        yield from self._sent(operation)
        any_type = "`${string}/${string}`"
        yield f"const answered: FetchResponse<Old, {{}}, {any_type}> = null! as FetchResponse<New, {{}}, {any_type}>;"
        for status, _ in entries(operation, "responses"):
            yield from self._answered(str(status), node_at(operation, ("responses", status)))

    def _sent(self, operation: Node) -> Iterator[str]:
        yield 'const parameters: Pick<New, "parameters"> = null! as Pick<Old, "parameters">;'
        yield "const body: RequestBodyOption<New> = null! as RequestBodyOption<Old>;"
        for name, required in (("all", False), ("least", True)):
            yield f'const {name}: New["parameters"] = {self._parameters(operation, only_required=required)};'
            body = operation.get("requestBody")
            forms = entries(body if isinstance(body, dict) else {}, "content")
            for number, (media, content) in enumerate(forms):
                value = self._literal(node_at(content, ("schema",)), only_required=required)
                yield f'null! as NonNullable<New["requestBody"]>["content"][{quoted(str(media))}];'
                yield f"const {name}Body{number}: RequestBodyOption<New> = {{ body: {value} }};"

    def _parameters(self, operation: Node, *, only_required: bool) -> str:
        held: dict[str, list[str]] = {}
        for _, parameter in entries(operation, "parameters"):
            if parameter.get("required") or not only_required:
                value = self._literal(node_at(parameter, ("schema",)), only_required=only_required)
                held.setdefault(str(parameter["in"]), []).append(f"{quoted(parameter['name'])}: {value}")
        return (
            "{ " + ", ".join(f"{place}: {{ {', '.join(values)} }}" for place, values in held.items()) + " }"
        )

    def _literal(self, schema: Node, *, only_required: bool) -> str:
        schema = self._resolved(schema)
        for keyword in UNIONS:
            for _, member in entries(schema, keyword):
                return self._literal(member, only_required=only_required)
        if values := strings(schema, "enum"):
            return quoted(values[0])
        match strings(schema, "type")[0]:
            case "array":
                return f"[{self._literal(node_at(schema, ('items',)), only_required=only_required)}]"
            case "object":
                required = strings(schema, "required")
                fields = (
                    f"{quoted(name)}: {self._literal(child, only_required=only_required)}"
                    for name, child in entries(schema, "properties")
                    if name in required or not only_required
                )
                return f"{{ {', '.join(fields)} }}"
            case kind:
                return {"string": '"text"', "boolean": "true", "null": "null"}.get(kind, "1")

    def _answered(self, status: str, response: Node) -> Iterator[str]:
        key = f'["responses"][{status}]'
        yield f"const all{status}: Old{key} = null! as New{key};"
        response = self._resolved(response)
        for name, header in entries(response, "headers"):
            schema = self._resolved(node_at(self._resolved(header), ("schema",)))
            yield from self._read(
                schema,
                f'(null! as New{key}["headers"][{quoted(str(name))}])',
                optional=not header.get("required"),
            )
        for media, content in entries(response, "content"):
            yield from self._read(
                node_at(content, ("schema",)), f'(null! as New{key}["content"][{quoted(str(media))}])'
            )

    def _read(self, schema: Node, value: str, *, optional: bool = False) -> Iterator[str]:
        if (reference := str(schema.get("$ref", ""))) in self._read_already:
            return
        self._read_already |= {reference} - {""}
        schema = self._resolved(schema)
        types = strings(schema, "type")
        self._names += 1
        name = f"v{self._names}"
        yield f"const {name} = {value};"
        guards = [text for text, needed in (("null", "null" in types), ("undefined", optional)) if needed]
        yield f"if ({' && '.join(f'{name} !== {guard}' for guard in guards) or 'true'}) {{"
        if values := strings(schema, "enum"):
            cases = "".join(f"case {quoted(one)}: break; " for one in values)
            yield f"switch ({name}) {{ {cases}default: {{ const never: never = {name}; }} }}"
        elif "array" in types:
            yield f"for (const item of {name}) {{"
            yield from self._read(node_at(schema, ("items",)), "item")
            yield "}"
        elif "object" in types:
            required = strings(schema, "required")
            for key, child in entries(schema, "properties"):
                yield from self._read(child, f"{name}[{quoted(str(key))}]", optional=key not in required)
        elif not schema.keys() & UNIONS:
            (kind,) = (one for one in types if one != "null")
            yield f"const read: {PRIMITIVES[kind]} = {name};"
        yield "}"

    def _resolved(self, node: Node) -> Node:
        reference = node.get("$ref")
        return (
            node_at(self._document, tuple(reference.split("/")[1:])) if isinstance(reference, str) else node
        )
