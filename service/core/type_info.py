"""Takes annotations apart: their fields, members and nested types."""

from collections.abc import Iterator
from functools import cache
from types import UnionType
from typing import Annotated, Any, TypeAlias, Union, get_args, get_origin

import msgspec
from msgspec import inspect
from msgspec.structs import FieldInfo
from typing_extensions import TypeIs

FieldsType: TypeAlias = (
    inspect.StructType | inspect.TypedDictType | inspect.DataclassType | inspect.NamedTupleType
)
"""The types that have named fields, and a name of their own in the API document."""


class AnnotationError(TypeError):
    """An annotation that is not allowed where it stands; the message names the DTO and the field."""


@cache
def fields_of(kind: type[msgspec.Struct]) -> tuple[FieldInfo, ...]:
    """The fields of a Struct, cached because msgspec works out their types anew at each call."""
    return msgspec.structs.fields(kind)


def is_struct(kind: Any) -> TypeIs[type[msgspec.Struct]]:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)


def below(kind: Any) -> list[inspect.Type]:
    """Every node of the type's tree, each of them once."""
    found: dict[int, inspect.Type] = {}
    waiting = [inspect.type_info(kind)]
    while waiting:
        node = waiting.pop()
        # A class that contains itself is met again as the same node.
        if id(node) not in found:
            found[id(node)] = node
            waiting.extend(_children(node))
    return list(found.values())


def bare(node: inspect.Type) -> inspect.Type:
    """The type itself, without the `Metadata` nodes around it."""
    while isinstance(node, inspect.Metadata):
        node = node.type
    return node


def members_of(kind: Any) -> tuple[Any, ...]:
    """The members of a union; empty for any other type."""
    return get_args(kind) if get_origin(kind) in {Union, UnionType} else ()


def tagged(kind: Any) -> dict[str | int, type[msgspec.Struct]]:
    """The Structs of a union by their tags."""
    return {
        tag: each
        for each in members_of(kind)
        if is_struct(each)
        if (tag := each.__struct_config__.tag) is not None
    }


def unwrapped(kind: Any) -> Any:
    """The type without `Annotated`, and without the None or `UnsetType` of a field that may be null or left out."""
    if get_origin(kind) is Annotated:
        return unwrapped(get_args(kind)[0])
    members = [member for member in members_of(kind) if member not in {type(None), msgspec.UnsetType}]
    return unwrapped(members[0]) if len(members) == 1 else kind


def name_in_full(kind: Any) -> str:
    origin = get_origin(kind) or kind
    return f"{origin.__module__}.{origin.__qualname__}"


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
        case _ if isinstance(node, FieldsType):
            yield from (field.type for field in node.fields)
        case _:
            pass
