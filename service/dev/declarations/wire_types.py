"""Checks that JSON can carry the types of operations, so that a developer finds what it cannot, and not a caller."""

from collections.abc import Iterable, Iterator
from dataclasses import is_dataclass
from inspect import isclass
from typing import Any, NotRequired, Required, get_args, get_origin, get_type_hints, is_typeddict

import msgspec
from msgspec import inspect

from service.core.http.operation import Operation
from service.core.http.query import ListQuery
from service.core.schema import MAX_LIMIT
from service.core.type_info import AnnotationError, FieldsType, bare, below, fields_of, name_in_full

NO_TEXT = (  # cannot be a query parameter or the key of a JSON object
    FieldsType | inspect.CollectionType | inspect.TupleType | inspect.DictType | inspect.RawType
)
TWICE = ". Of a type that has limits of its own, as `Text` has a length, take the bare one: `Annotated[str, Meta(…)]`."
UNHASHABLE = inspect.ListType | inspect.SetType | inspect.DictType | inspect.ByteArrayType


def refuse_what_json_cannot_carry(operations: Iterable[Operation]) -> None:
    """Raises `AnnotationError` for the first type that JSON cannot carry; it names the DTO and the field.

    Also for pages that are longer than the API document says of every list.
    """
    sent, given = _Checked(is_sent=True), _Checked(is_sent=False)
    for operation in operations:
        sent.check(operation.criteria, f"The query of {operation.name}")
        sent.check(operation.payload, f"The payload of {operation.name}")
        given.check(operation.answer, f"The answer of {operation.name}")
        for field in fields_of(operation.criteria):
            if issubclass(operation.criteria, ListQuery) and field.name == "limit":
                _refuse_long_pages(operation.criteria, field.type)
            if not _is_of_texts(field.type):
                raise AnnotationError(
                    f"{name_in_full(operation.criteria)}.{field.name}: a query parameter is a text, a number or the like, "
                    "or a list of them."
                )


class _Checked:
    """Checks types with all that is below them, each type once, either as what is sent or as what is answered."""

    def __init__(self, *, is_sent: bool) -> None:
        # A payload has been parsed before it is converted to its type, so nothing in it can be `Raw`.
        raw = (inspect.RawType,) if is_sent else ()
        self._refused = (inspect.CustomType, inspect.ExtType, *raw)
        self._seen = set[Any]()

    def check(self, kind: Any, place: str) -> None:
        if kind in self._seen:
            return
        self._seen.add(kind)
        # The fields come first, because an error that names a field says best what is wrong.
        for holder in _with_fields(kind):
            for name, annotation in _fields(holder):
                self.check(annotation, f"{name_in_full(holder)}.{name}")
        try:
            msgspec.json.Decoder(kind)
            nodes = below(kind)
        except TypeError as error:
            hint = TWICE if str(error).startswith("Multiple `Meta`") else ""
            raise AnnotationError(f"{place}: {error}{hint}") from None
        for node in nodes:
            self._check_node(node, place)

    def _check_node(self, node: inspect.Type, place: str) -> None:
        if isinstance(node, self._refused):
            what = node.cls if isinstance(node, inspect.CustomType) else type(node).__name__
            raise AnnotationError(f"{place}: no JSON can be taken for {what}.")
        if isinstance(node, inspect.SetType | inspect.FrozenSetType) and isinstance(
            bare(node.item_type), UNHASHABLE
        ):
            raise AnnotationError(f"{place}: what is in a set must be hashable.")
        if isinstance(node, inspect.DictType) and isinstance(bare(node.key_type), NO_TEXT):
            raise AnnotationError(f"{place}: a key of a JSON object is a text.")


def _refuse_long_pages(query: type[ListQuery], limit: Any) -> None:
    try:
        msgspec.convert(MAX_LIMIT + 1, limit)
    except msgspec.ValidationError:
        return
    raise AnnotationError(
        f"{name_in_full(query)}.limit: give it an `le` of {MAX_LIMIT} at most, which is what the API document says of every "
        "list. For longer pages, raise MAX_LIMIT in service/core/schema.py."
    )


def _is_of_texts(annotation: Any) -> bool:
    node = bare(inspect.type_info(annotation))
    members = map(bare, node.types if isinstance(node, inspect.UnionType) else (node,))
    items = (bare(each.item_type) if isinstance(each, inspect.CollectionType) else each for each in members)
    return not any(isinstance(item, NO_TEXT) for item in items)


def _with_fields(annotation: Any) -> Iterator[Any]:
    """The classes with fields (Structs, dataclasses and the like) in an annotation, with their type parameters."""
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
