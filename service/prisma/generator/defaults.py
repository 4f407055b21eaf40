"""What Prisma's client fills in before it writes, which the database therefore does not."""

from collections.abc import Callable
from decimal import Decimal

import sqlalchemy as sa

from service.prisma.generator.column_types import TypeCode
from service.prisma.schema import Call, Expression, Field, Word

NOW = "ids.now"


def client_defaults(column: "sa.Column[object]", field: Field | None, code: TypeCode) -> dict[str, str]:
    """The source of `default` and `onupdate`, for a column of the given type."""
    arguments: dict[str, str] = {}
    if field is None:
        return arguments
    if field.has("updatedAt"):
        return {"default": NOW, "onupdate": NOW}
    default = None if field.default is None else _default(field.default, code)
    if default and column.server_default is None and column.autoincrement is not True:
        arguments["default"] = default
    elif field.arity == "list" and column.server_default is None:
        arguments["default"] = "list"
    return arguments


def _default(value: Expression, code: TypeCode) -> str | None:
    if isinstance(value, Call):
        source = FUNCTIONS[value.name](value) if value.name in FUNCTIONS else None
        return NATIVE_UUIDS.get(source or "") if code.python == "UUID" else source
    return _literal(value, code)


def _literal(value: Expression, code: TypeCode) -> str | None:
    """A literal default that the database lacks: Prisma's client would send it."""
    match value, code.python:
        case Word("true" | "false"), "bool":
            return value.text.capitalize()
        case str(), "str":
            return repr(value)
        case int(), "int" | "float":
            return repr(value)
        case int() | Decimal(), "Decimal" | "float":
            return f"Decimal({str(value)!r})" if code.python == "Decimal" else str(value)
        case _:
            return None


NATIVE_UUIDS = {"ids.uuid4": "ids.native_uuid4", "ids.uuid7": "ids.native_uuid7"}


def _nanoid(call: Call) -> str:
    return f"lambda: ids.nanoid({call.args[0]})" if call.args else "ids.nanoid"


FUNCTIONS: dict[str, Callable[[Call], str]] = {
    "cuid": lambda call: "ids.cuid2" if call.args == (2,) else "ids.cuid",
    "uuid": lambda call: "ids.uuid7" if call.args == (7,) else "ids.uuid4",
    "ulid": lambda _: "ids.ulid",
    "nanoid": _nanoid,
    "now": lambda _: NOW,
}
