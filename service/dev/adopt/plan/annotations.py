"""The annotations of each column type: in the DTO of an answer, in a payload, and in a query.

`§` marks the names that the rendered module has to import: see `render.imports`.
"""

from typing import Any

from sqlalchemy import types
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.types import TypeEngine

from service.core.resources.columns.key_conversions import is_finer_than_shown
from service.prisma.types import AsText, ScalarList, is_json, plain_type

MAX_ITEMS = 10_000


def undomained(kind: TypeEngine[Any]) -> TypeEngine[Any]:
    """The type below a domain, or below a type decorator of ours."""
    if isinstance(kind, pg.DOMAIN):
        return undomained(kind.data_type)
    return kind if isinstance(kind, ScalarList | AsText) else plain_type(kind)


def shown(kind: TypeEngine[Any]) -> str:
    """The annotation in the DTO of an answer."""
    kind = undomained(kind)
    match kind:
        case ScalarList():
            return f"list[{shown(kind.item)}]"
        case types.JSON():
            return "§JsonText"
        case types.DateTime():
            return "§Timestamp"
        case types.Date():
            return "§Date"
        case types.Time():
            return "§TimeOfDay"
        case types.Uuid():
            return "§UuidText"
        case types.String() if not isinstance(kind, types.Enum):
            return "str"
        case _:
            return _alike(kind)


def shown_in_key(kind: TypeEngine[Any]) -> str:
    """The annotation of a key's column in the DTO of an answer, finer than milliseconds where the column is."""
    names = {"§Timestamp": "§KeyTimestamp", "§TimeOfDay": "§KeyTimeOfDay"}
    return names.get(shown(kind), shown(kind)) if is_finer_than_shown(kind) else shown(kind)


def taken(kind: TypeEngine[Any]) -> str:
    """The annotation in a payload; None stands beside it where the column takes NULL."""
    kind = undomained(kind)
    match kind:
        case ScalarList():
            # Within a list, null is JSON's own, as it is within a document.
            null = " | None" if is_json(kind.item) else ""
            return f"§Annotated[list[{taken(kind.item)}{null}], §Meta(max_length={MAX_ITEMS:_})]"
        case types.JSON():
            return "§JsonValue"
        case types.Numeric() if not isinstance(kind, types.Float) and kind.precision is not None:
            return _decimal(kind.precision, kind.scale or 0)
        case types.String() if not isinstance(kind, types.Enum):
            return f"§Annotated[str, §Meta(max_length={kind.length})]" if kind.length else "§Text"
        case AsText():
            return "§Text"
        case types.LargeBinary():
            return "§Binary"
        case _:
            return compared(kind)


def compared(kind: TypeEngine[Any]) -> str:
    """The annotation of a value to compare with, in a query."""
    kind = undomained(kind)
    match kind:
        case types.DateTime():
            return "§Moment"
        case types.Date():
            return "§dt.date"
        case types.Time():
            return "§Clock"
        case types.Uuid():
            return "§UUID"
        case types.String() if not isinstance(kind, types.Enum):
            return "§KeyText"
        case _:
            return _alike(kind)


def is_same_both_ways(kind: TypeEngine[Any]) -> bool:
    """Whether payloads and answers annotate the type alike.

    They do where all limits are the column's own. Those on lists, and on texts and bytes without a length, hold for payloads
    alone: Prisma stores longer ones, and a generated client that checks answers would refuse them.
    """
    kind = undomained(kind)
    if isinstance(kind, types.String) and not isinstance(kind, types.Enum):
        return kind.length is not None
    if isinstance(kind, ScalarList | AsText | types.LargeBinary):
        return False
    return not isinstance(kind, types.JSON | types.DateTime | types.Date | types.Time | types.Uuid)


def _alike(kind: TypeEngine[Any]) -> str:
    """The annotation of a type that is written the same way in answers, payloads and queries."""
    match kind:
        case types.Enum():
            return f"§[service.models]{kind.enum_class.__name__}" if kind.enum_class else "str"
        case types.Boolean():
            return "bool"
        case types.BigInteger():
            return "§BigInt"
        case types.SmallInteger():
            return "§SmallInt"
        case types.Integer():
            return "§Int"
        case pg.OID():
            return "§Oid"
        case types.Float():
            return "float"
        case types.Numeric():
            return "§Decimal"
        case types.LargeBinary():
            return "bytes"
        case _:
            return "str"


def _decimal(precision: int, scale: int) -> str:
    whole = precision - scale
    before = f"[0-9]{{1,{whole}}}" if whole > 0 else "0"
    after = rf"(\.[0-9]{{1,{scale}}})?" if scale > 0 else ""
    example = ("4" if whole > 0 else "0") + (".5" if scale > 0 else "")
    length = 1 + max(whole, 1) + (1 + scale if scale > 0 else 0)
    return (
        f'§Annotated[str, §Meta(pattern=r"^-?{before}{after}\\Z", '
        f'description="A decimal number as text.", examples=["{example}"], extra_json_schema={{"maxLength": {length}}})]'
    )
