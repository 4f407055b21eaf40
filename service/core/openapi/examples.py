"""Whole examples of bodies, put together from those of their fields."""

import math
import re
from typing import Any

import msgspec
from msgspec import inspect

from service.core.errors import ApiError, ValidationFailed
from service.core.field_errors import FieldError
from service.core.http.problem import to_problem
from service.core.openapi import Document
from service.core.type_info import FieldsType, bare

REQUEST_ID = "1f0c7d5e8a9b4c3d8e7f6a5b4c3d2e1f"
_VALUES: dict[type[inspect.Type], Any] = {
    inspect.AnyType: {},
    inspect.RawType: {},
    inspect.NoneType: None,
    inspect.BoolType: True,
    inspect.DateType: "2026-01-31",
    inspect.TimeDeltaType: "PT90S",
    inspect.UUIDType: "01a20920-9006-77b7-8aa7-1d8fb76ab68d",
    inspect.DecimalType: "4.50",
}

_NAMES_ROWS = re.compile(r"(.*_)?ids?|.*I[dD]s?").fullmatch
"""Matches the names of fields that hold keys of rows: `id`, `authorId`, `author_id`, `topicIds`."""


def example_of(kind: Any, *, sent: bool = False) -> Any:
    """An example that fits the type. One to be `sent` names rows only where it must, since their keys are made up."""
    return _example(inspect.type_info(kind), (), sent=sent)


def _example(node: inspect.Type, inside: tuple[Any, ...], *, sent: bool) -> Any:
    if examples := _said(node, "examples"):
        return examples[0]
    if isinstance(node, inspect.Metadata):
        return _example(node.type, inside, sent=sent)
    match node:
        case _ if isinstance(node, FieldsType):
            return _with_fields(node, (*inside, node.cls), sent=sent)
        case inspect.UnionType():
            return _of_union(node, inside, sent=sent)
        case inspect.EnumType():
            return next(iter(node.cls)).value
        case inspect.LiteralType():
            return node.values[0]
        case inspect.TupleType():
            return [_example(item, inside, sent=sent) for item in node.item_types]
        case inspect.CollectionType():
            number = max(node.min_length or 0, 0 if _leads_back(node.item_type, inside) else 1)
            return [_example(node.item_type, inside, sent=sent) for _ in range(number)]
        case inspect.DictType():
            return {}
        case inspect.IntType() | inspect.FloatType():
            return _number(node)
        case _:
            return _scalar(node)


def _scalar(node: inspect.Type) -> Any:
    match node:
        case inspect.StrType():
            return _text(node.min_length, node.max_length)
        case inspect.BytesType() | inspect.ByteArrayType() | inspect.MemoryViewType():
            return "AAAA" * math.ceil((node.min_length or 0) / 3)
        case inspect.DateTimeType():
            return "2026-01-31T12:00:00" if node.tz is False else "2026-01-31T12:00:00.000Z"
        case inspect.TimeType():
            return "12:00:00" if node.tz is False else "12:00:00Z"
        case _:
            return _VALUES[type(node)]


def _with_fields(node: FieldsType, inside: tuple[Any, ...], *, sent: bool) -> Any:
    tag, tag_field = (node.tag, node.tag_field) if isinstance(node, inspect.StructType) else (None, None)
    by_place = isinstance(node, inspect.NamedTupleType) or (
        isinstance(node, inspect.StructType) and node.array_like
    )
    values: dict[str, Any] = {} if tag_field is None else {tag_field: tag}
    for field in node.fields:
        names_rows = sent and _NAMES_ROWS(field.encode_name)
        is_left_out = sent and not by_place and (names_rows or _said(field.type, "readOnly"))
        if field.required or not (is_left_out or _leads_back(field.type, inside)):
            values[field.encode_name] = (
                _naming_no_row(field.type, inside) if names_rows else _example(field.type, inside, sent=sent)
            )
    return [*values.values()] if by_place else values


def _naming_no_row(node: inspect.Type, inside: tuple[Any, ...]) -> Any:
    """Null or an empty list for keys of rows, where the type takes that."""
    kind = bare(node)
    if isinstance(kind, inspect.UnionType) and _has_null(kind):
        return None
    if isinstance(kind, inspect.CollectionType) and not kind.min_length:
        return []
    return _example(node, inside, sent=True)


def _of_union(node: inspect.UnionType, inside: tuple[Any, ...], *, sent: bool) -> Any:
    """Null where the union has it, else the example of the first member that does not lead back."""
    if _has_null(node):
        return None
    return _example(next(each for each in node.types if not _leads_back(each, inside)), inside, sent=sent)


def _has_null(node: inspect.UnionType) -> bool:
    return any(isinstance(bare(member), inspect.NoneType) for member in node.types)


def _said(node: inspect.Type, word: str) -> Any:
    """What the annotation of a type, or of a member of a union, gives for a word of JSON Schema."""
    for each in node.types if isinstance(node, inspect.UnionType) else (node,):
        if isinstance(each, inspect.Metadata) and (said := (each.extra_json_schema or {}).get(word)):  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]  # a bare dict
            return said  # pyright: ignore[reportUnknownVariableType]  # a bare dict
    return None


def _leads_back(node: inspect.Type, inside: tuple[Any, ...]) -> bool:
    """Whether the node is a type that the example is inside of already, so that it would never end."""
    node = bare(node)
    return isinstance(node, FieldsType) and node.cls in inside


def _number(node: inspect.IntType | inspect.FloatType) -> float:
    """The number within the bounds that is nearest to 1, or to one step.

    A column's minimum, -2147483648, is no id that anybody would send.
    """
    number = step = node.multiple_of or 1
    if node.ge is not None:
        number = max(number, math.ceil(node.ge / step) * step)
    if node.gt is not None:
        number = max(number, (math.floor(node.gt / step) + 1) * step)
    if node.le is not None:
        number = min(number, math.floor(node.le / step) * step)
    if node.lt is not None:
        number = min(number, (math.ceil(node.lt / step) - 1) * step)
    return number


def _text(shortest: int | None, longest: int | None) -> str:
    text = "text" * math.ceil((shortest or 4) / 4)
    return text[: max(shortest or 0, 4 if longest is None else min(longest, 4))]


def problem_examples(error: type[ApiError]) -> Document:
    """An example problem for each code that an error can have, its own and those of its subclasses, by the code."""
    kinds = [error] if error is ApiError else [error, *error.__subclasses__()]
    return {kind.code: {"summary": kind.title, "value": _problem(kind)} for kind in kinds}


def _problem(kind: type[ApiError]) -> Document:
    errors = (FieldError.at("/title", "is required"),) if issubclass(kind, ValidationFailed) else ()
    problem = to_problem(kind(f"{kind.title}.", errors=errors), "/api/v1/nothing")
    return msgspec.to_builtins(problem) | {"requestId": REQUEST_ID}
