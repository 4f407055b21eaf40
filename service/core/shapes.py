"""The tree of types below an annotation, as msgspec reads it, and what of it JSON cannot carry."""

from collections.abc import Iterator
from dataclasses import is_dataclass
from functools import cache
from inspect import isclass
from types import UnionType
from typing import (
    Annotated,
    Any,
    NotRequired,
    Required,
    TypeAlias,
    Union,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

import msgspec
from msgspec import inspect
from msgspec.structs import FieldInfo

FieldsType: TypeAlias = (
    inspect.StructType | inspect.TypedDictType | inspect.DataclassType | inspect.NamedTupleType
)
"""What has named fields, and a name of its own in the API document."""
NO_TEXT = (  # as a query parameter or the key of an object
    FieldsType | inspect.CollectionType | inspect.TupleType | inspect.DictType | inspect.RawType
)
_NO_TYPES = (..., msgspec.UnsetType)
"""What stands among the members of a union or the items of a tuple, and nowhere by itself."""
_TRANSPARENT = frozenset({Union, UnionType, list, tuple})
UNHASHABLE = inspect.ListType | inspect.SetType | inspect.DictType | inspect.ByteArrayType


class ShapeError(TypeError):
    """A type that cannot stand where it stands; the message names the DTO and the field."""


@cache
def fields_of(kind: type[msgspec.Struct]) -> tuple[FieldInfo, ...]:
    """The fields of a Struct; msgspec works out their types anew at each call."""
    return msgspec.structs.fields(kind)


def below(kind: Any) -> list[inspect.Type]:
    """Every node of the tree, once."""
    found: dict[int, inspect.Type] = {}
    _collect(inspect.type_info(kind), found)
    return list(found.values())


def bare(node: inspect.Type) -> inspect.Type:
    """A node without its descriptions."""
    while isinstance(node, inspect.Metadata):
        node = node.type
    return node


def name_in_full(kind: Any) -> str:
    origin = get_origin(kind) or kind
    return f"{origin.__module__}.{origin.__qualname__}"


def refuse_what_json_cannot_carry(kind: Any, place: str, *, sent: bool = False) -> None:
    """Raises `ShapeError` for the first field below that msgspec cannot decode; `place` is where `kind` stands.

    What is `sent` to the service was read already when it is converted, so nothing of it is `Raw`.
    """
    _refuse(kind, place, (inspect.CustomType, inspect.ExtType, *((inspect.RawType,) if sent else ())), set())


def refuse_what_a_query_cannot_carry(query: type[msgspec.Struct]) -> None:
    """Raises `ShapeError` for the first parameter that no text, and no repeated one, can be."""
    for field in fields_of(query):
        if not _is_of_texts(field.type):
            raise ShapeError(
                f"{name_in_full(query)}.{field.name}: a query parameter is a text, a number or the like, or a list of them."
            )


@cache
def _is_of_texts(annotation: Any) -> bool:
    node = bare(inspect.type_info(annotation))
    members = map(bare, node.types if isinstance(node, inspect.UnionType) else (node,))
    items = (bare(each.item_type) if isinstance(each, inspect.CollectionType) else each for each in members)
    return not any(isinstance(item, NO_TEXT) for item in items)


def _refuse(kind: Any, place: str, refused: tuple[type[inspect.Type], ...], entered: set[Any]) -> None:
    try:
        _judge(kind, place, refused)
    except ShapeError:
        # The field says best what is wrong. To look at each of what is right would take most of a start.
        for holder in _with_fields(kind):
            if holder not in entered:
                entered.add(holder)
                for name, annotation in _fields(holder):
                    _refuse(annotation, f"{name_in_full(holder)}.{name}", refused, entered)
        raise


def _judge(kind: Any, place: str, refused: tuple[type[inspect.Type], ...]) -> None:
    """Raises `ShapeError` where anything below is wrong."""
    try:
        msgspec.json.Decoder(kind)
        nodes = list(_different_nodes(kind))
    except TypeError as error:
        raise ShapeError(f"{place}: {error}") from None
    for node in nodes:
        if isinstance(node, refused):
            what = node.cls if isinstance(node, inspect.CustomType) else type(node).__name__
            raise ShapeError(f"{place}: no JSON can be taken for {what}.")
        if isinstance(node, inspect.SetType | inspect.FrozenSetType) and isinstance(
            bare(node.item_type), UNHASHABLE
        ):
            raise ShapeError(f"{place}: what is in a set must be hashable.")
        if isinstance(node, inspect.DictType) and isinstance(bare(node.key_type), NO_TEXT):
            raise ShapeError(f"{place}: a key of a JSON object is a text.")


def _different_nodes(kind: Any) -> Iterator[inspect.Type]:
    """The nodes of the tree, but for what has fields, and for unions and lists of that, which may stand everywhere.

    Of annotations that are alike one does: hundreds of DTOs hold the same few dozens.
    """
    seen = set[Any]()
    waiting = [kind]
    for annotation in waiting:
        if annotation not in seen:
            seen.add(annotation)
            holders = list(_with_fields(annotation))
            if annotation in holders:
                waiting += [of_field for _, of_field in _fields(annotation)]
            elif holders and get_origin(annotation) is Annotated:
                waiting.append(get_args(annotation)[0])
            elif holders and get_origin(annotation) in _TRANSPARENT:
                waiting += [each for each in get_args(annotation) if each not in _NO_TYPES]
            else:
                yield from below(annotation)


def _with_fields(annotation: Any) -> Iterator[Any]:
    """The classes with fields that an annotation names, with their parameters."""
    origin: Any = get_origin(annotation) or annotation
    if isclass(origin) and (
        issubclass(origin, msgspec.Struct)
        or is_typeddict(origin)
        or is_dataclass(origin)
        or hasattr(origin, "_fields")
    ):
        yield annotation
    for argument in get_args(annotation):
        yield from _with_fields(argument)


def _fields(holder: Any) -> list[tuple[str, Any]]:
    origin = get_origin(holder) or holder
    if issubclass(origin, msgspec.Struct):
        return [(field.name, field.type) for field in fields_of(holder)]
    hints = get_type_hints(origin, include_extras=True)
    return [
        (name, get_args(hint)[0] if get_origin(hint) in {Required, NotRequired} else hint)
        for name, hint in hints.items()
    ]


def _collect(node: inspect.Type, found: dict[int, inspect.Type]) -> None:
    # A class that holds itself comes as the same node again.
    if id(node) not in found:
        found[id(node)] = node
        for child in _children(node):
            _collect(child, found)


def _children(node: inspect.Type) -> Iterator[inspect.Type]:
    match node:
        case inspect.Metadata():
            yield node.type
        case inspect.CollectionType():
            yield node.item_type
        case inspect.TupleType():
            yield from node.item_types
        case inspect.UnionType():
            yield from node.types
        case inspect.DictType():
            yield from (node.key_type, node.value_type)
        case (
            inspect.StructType()
            | inspect.TypedDictType()
            | inspect.DataclassType()
            | inspect.NamedTupleType()
        ):
            yield from (field.type for field in node.fields)
        case _:
            pass
