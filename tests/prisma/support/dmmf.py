"""A schema as plain data, from our nodes and from Prisma's data model (DMMF), so that the two can be compared."""

from decimal import Decimal
from typing import Any

from service.dev.schema import Call, Enum, Expression, Field, Model, Schema, Word

SCALARS = {"String", "Boolean", "Int", "BigInt", "Float", "Decimal", "DateTime", "Json", "Bytes"}
DEFAULT_VERSIONS = {"cuid": (1,), "uuid": (4,)}
"""What Prisma's parser adds to a call without arguments."""


def ours(schema: Schema) -> dict[str, Any]:
    """What Prisma's client sees: nothing that is ignored, nothing unsupported."""
    models = [model for model in schema.models if not model.is_ignored]
    return {
        "models": {model.name: _our_model(schema, model) for model in models},
        "enums": {enum.name: _our_enum(enum) for enum in schema.enums},
    }


def _our_model(schema: Schema, model: Model) -> dict[str, Any]:
    fields = [item for item in model.fields if not item.is_ignored and not item.is_unsupported]
    return {
        "table": model.table,
        "docs": model.docs,
        "id": list(_id(model)),
        "unique": sorted(list(key) for key in model.unique_sets if key != _id(model)),
        "fields": {item.name: _our_field(schema, model, item) for item in fields},
    }


def _id(model: Model) -> tuple[str, ...]:
    whole = model.attribute("id")
    return whole.words("fields") if whole else tuple(item.name for item in model.fields if item.has("id"))


def _our_field(schema: Schema, model: Model, item: Field) -> dict[str, Any]:
    native = next((each for each in item.attributes if "." in each.name), None)
    relation, said = item.relation, item.attribute("relation")
    name = relation.name or "To".join(sorted([model.name, item.type]))
    return {
        "kind": _kind(schema, item),
        "type": item.type,
        "arity": item.arity,
        "column": item.name if item.is_relation else item.column,
        "docs": item.docs,
        "native": [native.name.removeprefix("db."), [str(value) for value in native.args]]
        if native
        else None,
        "updatedAt": item.has("updatedAt"),
        "default": _our_default(item),
        "relation": [name, list(relation.fields), list(relation.references)] if item.is_relation else None,
        "onDelete": said and said.word("onDelete"),
        "onUpdate": said and said.word("onUpdate"),
    }


def _kind(schema: Schema, item: Field) -> str:
    if item.is_relation:
        return "object"
    return "enum" if schema.enum(item.type) else "scalar" if item.type in SCALARS else "unknown"


def _our_default(item: Field) -> object:
    if item.type == "Decimal" and isinstance(item.default, str | int | Decimal):
        return float(item.default)
    return None if item.default is None else _our_value(item.default)


def _our_value(value: Expression) -> object:
    match value:
        case Call(name, args):
            return {
                "name": name,
                "args": [_our_value(each) for each in args or DEFAULT_VERSIONS.get(name, ())],
            }
        case Word("true" | "false" as word):
            return word == "true"
        case Word(word):
            return word
        case tuple():
            return [_our_value(each) for each in value]
        case Decimal():
            return float(value)
        case _:
            return value


def _our_enum(enum: Enum) -> dict[str, Any]:
    return {
        "type": enum.type_name,
        "docs": enum.docs,
        "values": [[value.name, value.stored, value.docs] for value in enum.values],
    }


def theirs(datamodel: dict[str, Any]) -> dict[str, Any]:
    return {
        "models": {model["name"]: _their_model(model) for model in datamodel["models"]},
        "enums": {enum["name"]: _their_enum(enum) for enum in datamodel["enums"]},
    }


def _their_model(model: dict[str, Any]) -> dict[str, Any]:
    key = model["primaryKey"]
    unique = [[item["name"]] for item in model["fields"] if item["isUnique"]]
    return {
        "table": model["dbName"] or model["name"],
        "docs": _docs(model),
        "id": key["fields"] if key else [item["name"] for item in model["fields"] if item["isId"]],
        "unique": sorted(unique + [each for each in model["uniqueFields"] if len(each) > 1]),
        "fields": {item["name"]: _their_field(item) for item in model["fields"]},
    }


def _their_field(item: dict[str, Any]) -> dict[str, Any]:
    related = item["kind"] == "object"
    return {
        "kind": item["kind"],
        "type": item["type"],
        "arity": "list" if item["isList"] else "required" if item["isRequired"] else "optional",
        "column": item.get("dbName") or item["name"],
        "docs": _docs(item),
        "native": item["nativeType"] if item.get("nativeType") else None,
        "updatedAt": item["isUpdatedAt"],
        "default": _their_value(item),
        "relation": [item["relationName"], item["relationFromFields"], item["relationToFields"]]
        if related
        else None,
        "onDelete": item.get("relationOnDelete"),
        "onUpdate": item.get("relationOnUpdate"),
    }


def _their_value(item: dict[str, Any]) -> object:
    value = item.get("default")
    if item["type"] == "Decimal" and value is not None:
        return float(value)
    if item["type"] == "BigInt" and isinstance(value, str):
        return int(value)
    if item["type"] == "DateTime" and isinstance(value, str):
        return value.replace("+00:00", "Z")
    return value


def _their_enum(enum: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": enum["dbName"] or enum["name"],
        "docs": _docs(enum),
        "values": [
            [value["name"], value["name"] if value["dbName"] is None else value["dbName"], _docs(value)]
            for value in enum["values"]
        ],
    }


def _docs(node: dict[str, Any]) -> str:
    lines = (line.strip().removeprefix("*").strip() for line in node.get("documentation", "").split("\n"))
    return "\n".join(lines).strip()
