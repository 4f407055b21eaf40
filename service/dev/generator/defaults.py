"""The source code of defaults that Prisma's client fills in before it writes, so that the database does not."""

import base64
import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from service.dev.generator.column_types import TypeCode
from service.dev.generator.enum_classes import EnumClass
from service.dev.schema import Call, Expression, Field, Word

NOW = {"dt.datetime": "ids.now", "dt.date": "ids.today", "dt.time": "ids.time_of_day"}
"""The function for `now()`, by the Python type of the column."""
NATIVE_UUIDS = {"ids.uuid4": "ids.native_uuid4", "ids.uuid7": "ids.native_uuid7"}


def client_defaults(
    column: sa.Column[Any], field: Field | None, code: TypeCode, enums: Iterable[EnumClass]
) -> dict[str, str]:
    """The source of `default` and `onupdate`, for a column of the given type."""
    if field is None:
        return {}
    now = _now(column, code)
    begins_as_now = isinstance(field.default, Call) and field.default.name == "now"
    default = None if begins_as_now else _client_default(column, field, code, enums)
    if now and (begins_as_now or (field.has("updatedAt") and default is None)):
        # The database's own default is in the time zone of its session, which is not always UTC.
        default = now
    options = {"default": default} if default else {}
    return options | ({"onupdate": now} if now and field.has("updatedAt") else {})


def _now(column: sa.Column[Any], code: TypeCode) -> str | None:
    """The function that fills a column with the current time; None for a column that holds no time."""
    if isinstance(column.type, pg.TIME) and column.type.timezone:
        # This type crosses the wire as text.
        return "ids.time_of_day_with_offset"
    return NOW.get(code.python)


def _client_default(
    column: sa.Column[Any], field: Field, code: TypeCode, enums: Iterable[EnumClass]
) -> str | None:
    # The database's own default is enough, except for times: without a time zone it loses their offset from UTC.
    if column.server_default is not None and _item(code) not in NOW:
        return None
    if field.default is not None:
        return _default(field.default, code, {enum.name: enum for enum in enums})
    return "list" if code.python.startswith("list[") and column.server_default is None else None


def _item(code: TypeCode) -> str:
    """The Python type of a value, or of each value in a list."""
    return code.python.removeprefix("list[").removesuffix("]")


def _default(value: Expression, code: TypeCode, enums: dict[str, EnumClass]) -> str | None:
    if isinstance(value, Call):
        source = FUNCTIONS[value.name](value) if value.name in FUNCTIONS else None
        return NATIVE_UUIDS.get(source or "") if code.python == "UUID" else source
    if isinstance(value, tuple):
        items = [literal for part in value if (literal := _literal(part, _item(code), enums))]
        if len(items) < len(value):
            return None
        return f"lambda: [{', '.join(items)}]" if items else "list"
    literal = _literal(value, code.python, enums)
    return f"lambda: {literal}" if literal and code.python == "Any" else literal


def _literal(value: Expression, python: str, enums: dict[str, EnumClass]) -> str | None:
    """The source of a literal default, which Prisma's client would send; None where it does not fit the type."""
    match value, python:
        case Word(text), "bool":
            return text.capitalize()
        case Word(text), name if name in enums:
            found = [member.name for member in enums[name].members if member.value == text]
            return f"{name}.{found[0]}" if found else None
        case str(), "Any":
            return repr(json.loads(value))
        case str(), "str":
            return repr(value)
        case str(), "bytes":
            return repr(base64.b64decode(value))
        case str(), "UUID":
            return f"UUID({value!r})"
        case str(), "dt.datetime" | "dt.date" | "dt.time":
            moment = _moment_in_utc(value, python)
            return moment and f"{python}.fromisoformat({moment!r})"
        case int() | Decimal(), "Decimal":
            return f"Decimal({str(value)!r})"
        case int() | Decimal(), "int" | "float":
            return str(value)
        case _:
            return None


def _moment_in_utc(text: str, python: str) -> str | None:
    """The moment in ISO 8601; None for one that Python does not have, as in the year 0 or the second 60."""
    try:
        moment = datetime.fromisoformat(text.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    match python:
        case "dt.date":
            return moment.date().isoformat()
        case "dt.time":
            return moment.time().isoformat()
        case _:
            return moment.isoformat()


def _nanoid(call: Call) -> str:
    return f"lambda: ids.nanoid({call.args[0]})" if call.args else "ids.nanoid"


FUNCTIONS: dict[str, Callable[[Call], str]] = {
    "cuid": lambda call: "ids.cuid2" if call.args == (2,) else "ids.cuid",
    "uuid": lambda call: "ids.uuid7" if call.args == (7,) else "ids.uuid4",
    "ulid": lambda _: "ids.ulid",
    "nanoid": _nanoid,
}
