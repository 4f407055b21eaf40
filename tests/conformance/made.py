"""Makes a resource for any mapped class, with all that a resource can have: so the suite is proven on any model."""

import datetime as dt
from collections.abc import Iterator
from typing import Annotated, Any, Literal, Optional
from uuid import UUID

import msgspec
import sqlalchemy as sa
from msgspec import UNSET, Meta, UnsetType
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.types import TypeEngine

from service.core.http.query import ListQuery
from service.core.resources.columns.conversions import conversion_of
from service.core.resources.conditions import Condition, everybody
from service.core.resources.controller import CrudController, ReadController
from service.core.resources.filters import at_or_after, before, equals, holds_all, is_given, one_of, text_in
from service.core.resources.links import link_of
from service.core.resources.lists import ListReader
from service.core.resources.mapping import Mapping, MappingError
from service.core.resources.nested import values_of
from service.core.resources.repository import Repository
from service.core.schema import (
    Absent,
    BigInt,
    Date,
    Decimal,
    Int,
    JsonText,
    JsonValue,
    Payload,
    Resource,
    Search,
    TimeOfDay,
    Timestamp,
)
from service.dev.samples.rows import is_left_out
from service.models import Base
from service.prisma.names import api_name
from service.prisma.types import AsText, ScalarList, plain_type
from tests.conformance.offered import AnyController

Moment = Annotated[dt.datetime, Meta(tz=True)]
Made = tuple[str, Any, Any]
FILTERS = {
    "": equals,
    "_in": one_of,
    "_from": at_or_after,
    "_before": before,
    "_all": holds_all,
    "_given": is_given,
}
TEXTS = {sa.Date: (Date, dt.date), sa.Time: (TimeOfDay, dt.time), sa.DateTime: (Timestamp, Moment)}
MAX_LINKED = 1000
PAGING = frozenset({*ListQuery.__struct_fields__, "sort"})
SMALL = Annotated[int, Meta(ge=-(2**15), le=2**15 - 1)]
ANYBODY = everybody("a test")


def resource_of(
    model: type[Base], *, read_only: bool = False, creates: bool = True, readable: Condition = ANYBODY
) -> AnyController:
    """A controller of all operations on a model's rows; of reads if `read_only`, without creation unless `creates`."""
    name = f"{model.__name__}Made"
    columns = [getattr(model, attribute.key) for attribute in model.__mapper__.column_attrs]
    written = [column for column in columns if _column(column).computed is None]
    changed = [column for column in written if _column(column) not in model.__mapper__.primary_key]
    sent = [column for column in written if not _is_counted(column)]
    filters = {name: (column, make) for column in columns for name, make in _filters(column)}
    # Lists are not sorted by bytes, of which SQLite keeps no text that leads back to them.
    ordered = [column for column in columns if not isinstance(column.type, ScalarList | sa.LargeBinary)]
    sorts = {api_name(column): column for column in ordered if conversion_of(column.type).comparable}
    linked = {f"{relation.key}_keys": pair for relation, pair in _linked(model)}
    shown: list[Made] = [
        (each, list[_types(key.type)[0]], msgspec.field()) for each, (_, key) in linked.items()
    ]
    given: list[Made] = [(each, list[_types(key.type)[1]], []) for each, (_, key) in linked.items()]
    some: list[Made] = [(each, kind | UnsetType, UNSET) for each, kind, _ in given]
    dto = _struct(name, Resource, [*(_shown(column) for column in columns), *shown], by_name=False)
    create = _struct(f"{name}Create", Payload, [*(_given(column) for column in sent), *given])
    replace = _struct(f"{name}Replace", Payload, [*(_given(column) for column in changed), *given])
    update = _struct(f"{name}Update", Payload, [*(_optional(column) for column in changed), *some])
    names: Any = tuple(f"{sign}{sort}" for sort in sorts for sign in ("", "-"))
    parameters = [_parameter(each, column) for each, (column, _) in filters.items()]
    sort: Made = ("sort", Optional[Literal[names]], None)  # noqa: UP045  # of a variable
    query = _struct(f"{name}Query", ListQuery, [*parameters, sort])

    class MadeRepository(Repository[Any, Any]):
        reader = ListReader(
            Mapping(
                dto,
                model,
                changed_by=[update],
                fields={each: values_of(*pair, most=MAX_LINKED) for each, pair in linked.items()},
                readable=readable,
            ),
            filters={each: make(column) for each, (column, make) in filters.items()},
            sorts=sorts,
        )

    new = create if creates else Absent
    bases: Any = CrudController[MadeRepository, dto, query, new, replace, update]  # pyright: ignore[reportInvalidTypeArguments, reportInvalidTypeForm]  # made here

    if read_only:
        bases = ReadController[MadeRepository, dto, query]  # pyright: ignore[reportInvalidTypeArguments, reportInvalidTypeForm]  # made here

    class MadeController(bases):
        path = f"/{model.__name__.lower()}"

    MadeController.__name__ = f"{name}Controller"
    return MadeController


def _struct(name: str, base: type[Any], fields: list[Made], *, by_name: bool = True) -> type[Any]:
    """A Struct of these fields, which have the names of schema.prisma on the wire."""
    return msgspec.defstruct(name, fields, bases=(base,), kw_only=by_name, namespace={"__doc__": name})


def _linked(model: type[Base]) -> Iterator[tuple[Any, tuple[Any, Any]]]:
    """The relations whose rows payloads name by key, each with its attribute and that of the key."""
    for relation in model.__mapper__.relationships:
        key = relation.mapper.get_property_by_column(relation.mapper.primary_key[0])
        pair = relation.class_attribute, key.class_attribute
        if relation.secondary is not None and link_of(*pair):
            yield relation, pair


def _filters(column: InstrumentedAttribute[Any]) -> Iterator[tuple[str, Any]]:
    for ending, make in FILTERS.items() if not isinstance(column.type, sa.LargeBinary) else ():
        try:
            make(column).condition("probe")
        except MappingError:
            continue
        is_list = isinstance(column.type, ScalarList)
        if (ending == "_all") is is_list or (ending == "_given" and not is_list):
            yield f"{_asked(column)}{ending}", make
    if isinstance(plain_type(column.type), sa.String) and not isinstance(plain_type(column.type), sa.Enum):
        yield f"{_asked(column)}_q", text_in


def _asked(column: InstrumentedAttribute[Any]) -> str:
    """The name of a column's filters, which differs from the parameters that every list takes."""
    return f"{column.key}_is" if column.key in PAGING else column.key


def _parameter(name: str, column: InstrumentedAttribute[Any]) -> Made:
    kind: Any = _types(column.type)[1]
    ending = name.removeprefix(column.key)
    # Made of the API's name, since two columns may be `a1` and `a_1`, which are one in camel case.
    wire = f"{api_name(column)}{''.join(part.capitalize() for part in ending.split('_'))}"
    if ending == "_all":
        kind = _types(column.type.item)[1]
    types: dict[str, Any] = {"_in": tuple[kind, ...], "_all": tuple[kind, ...], "_given": bool, "_q": Search}
    return name, _or_none(types.get(ending.removeprefix("_is"), kind)), msgspec.field(default=None, name=wire)


def _or_none(kind: Any) -> Any:
    return kind | None


def _shown(column: InstrumentedAttribute[Any]) -> Made:
    kind = _types(column.type)[0]
    shown = kind | None if _column(column).nullable and not isinstance(column.type, ScalarList) else kind
    return (column.key, shown, msgspec.field(name=api_name(column)))


def _given(column: InstrumentedAttribute[Any]) -> Made:
    """The field in the payload of a new row: required, where no row can be stored without it."""
    stored, kind = _column(column), _types(column.type)[1]
    may_be_left_out = is_left_out(stored) or stored.default is not None or stored.server_default is not None
    if not (stored.nullable or may_be_left_out):
        return (column.key, kind, msgspec.field(name=api_name(column)))
    return _optional(column)


def _optional(column: InstrumentedAttribute[Any]) -> Made:
    kind = _types(column.type)[1]
    nullable = _column(column).nullable and not isinstance(column.type, ScalarList)
    return (column.key, kind | UnsetType | None if nullable else kind | UnsetType, msgspec.field(name=api_name(column), default=UNSET))  # fmt: skip


def _types(kind: TypeEngine[Any]) -> tuple[Any, Any]:
    """The annotations of a column of this type: as it is shown, and as payloads give it."""
    if isinstance(kind, ScalarList):
        shown, given = _types(kind.item)
        return list[shown], list[given]
    plain = kind if isinstance(kind, AsText) else plain_type(kind)
    match plain:
        case sa.Enum():
            return plain.enum_class or str, plain.enum_class or str
        case sa.JSON():
            return JsonText, JsonValue | None
        case sa.Uuid():
            return str, UUID
        case sa.DateTime() | sa.Date() | sa.Time():
            return TEXTS[
                sa.DateTime
                if isinstance(plain, sa.DateTime)
                else sa.Date
                if isinstance(plain, sa.Date)
                else sa.Time
            ]
        case sa.Boolean():
            return bool, bool
        case sa.BigInteger():
            return BigInt, BigInt
        case sa.Integer():
            return (SMALL, SMALL) if isinstance(plain, sa.SmallInteger) else (Int, Int)
        case sa.Float():
            return float, float
        case sa.Numeric():
            return Decimal, Decimal
        case sa.LargeBinary():
            return bytes, bytes
        case _:
            return str, str


def _column(column: InstrumentedAttribute[Any]) -> "sa.Column[Any]":
    return column.property.columns[0]


def _is_counted(column: InstrumentedAttribute[Any]) -> bool:
    stored = _column(column)
    return stored.identity is not None or stored.table.autoincrement_column is stored
