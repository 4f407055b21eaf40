"""Checks that fields of DTOs are of the types that their columns give: no row is parsed, so nothing else would notice."""

from collections.abc import Iterable
from types import UnionType
from typing import Any

from msgspec import inspect
from sqlalchemy import types
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.types import TypeEngine

from service.core.resources.mapping import Mapping
from service.core.resources.rows.model_rows import table_column
from service.core.type_info import AnnotationError, bare, fields_of, name_in_full
from service.dev.adopt.plan.annotations import shown, undomained
from service.prisma.types import ScalarList


def refuse_what_columns_do_not_give(mappings: Iterable[Mapping[Any, Any]]) -> None:
    """Raises `AnnotationError` for the first field of another type than its column gives, or that leaves out null."""
    for mapping in mappings:
        for field in fields_of(mapping.dto):
            if field.name in mapping.extra_fields:
                continue
            column = table_column(mapping.attribute(field.name))
            node = inspect.type_info(field.type)
            place = f"{name_in_full(mapping.dto)}.{field.name}"
            given = shown(column.type).replace("[service.models]", "service.models.")
            given = given.replace("§service", "service").replace("§", "service.core.schema.")
            if not _holds(node, column.type):
                raise AnnotationError(
                    f"{place}: the column {column.name} is read as `{given}`, and nothing makes another type of it."
                )
            is_list = isinstance(undomained(column.type), ScalarList)
            if column.nullable and not is_list and not _holds_none(node):
                raise AnnotationError(
                    f"{place}: the column {column.name} may hold NULL, so the field is of type `{given} | None`."
                )


def _holds(node: inspect.Type, kind: TypeEngine[Any]) -> bool:
    """Whether an annotation allows what a column of this type gives, however long or large."""
    node, kind = bare(node), undomained(kind)
    match node:
        case inspect.UnionType():
            return any(_holds(member, kind) for member in node.types)
        case inspect.ListType():
            return isinstance(kind, ScalarList) and _holds(node.item_type, kind.item)
        case inspect.EnumType():
            return isinstance(kind, types.Enum) and node.cls is kind.enum_class
        case inspect.LiteralType():
            said = (value for value in node.values if value is not None)
            return all(_holds(inspect.type_info(type(value)), kind) for value in said)
        case _:
            return isinstance(node, inspect.AnyType | _given(kind))


def _holds_none(node: inspect.Type) -> bool:
    node = bare(node)
    if isinstance(node, inspect.UnionType):
        return any(map(_holds_none, node.types))
    if isinstance(node, inspect.LiteralType):
        return None in node.values
    return isinstance(node, inspect.AnyType | inspect.NoneType)


def _given(kind: TypeEngine[Any]) -> type[inspect.Type] | UnionType:
    """What a row gives for a column of this type."""
    match kind:
        case ScalarList():
            return inspect.ListType
        case types.JSON():
            return inspect.RawType
        case types.Boolean():
            return inspect.BoolType
        case types.Integer() | pg.OID() if not isinstance(kind, types.BigInteger):
            return inspect.IntType | inspect.FloatType
        case types.Float():
            return inspect.FloatType
        case types.LargeBinary():
            return inspect.BytesType
        case _:
            # Members of an enum are texts, too.
            return inspect.StrType
