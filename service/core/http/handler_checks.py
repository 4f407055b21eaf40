"""Refuses handlers whose operation cannot be known: what stays unknown is neither checked nor in the API document."""

import re
from collections.abc import Collection, Iterable
from typing import Any, get_origin

from litestar.handlers import HTTPRouteHandler
from litestar.params import HeaderParameter

from service.core.auth import PUBLIC
from service.core.type_info import AnnotationError, is_struct

CRITERIA = "criteria"
"""The name of a handler's argument for the query."""
PAYLOAD = "payload"
"""The name of a handler's argument for the body."""
GIVEN = frozenset({"body", "cookies", "headers", "request", "scope", "socket", "state"})
"""What Litestar gives by name, and nobody has to describe; `body` is the raw bytes."""
AS_QUERY = (
    f"the query is the argument `{CRITERIA}: Query[...]`, and its parameters are the fields of that type"
)
AS_BODY = f"the body's JSON is the argument `{PAYLOAD}: Body[...]`"
INSTEAD = {CRITERIA: AS_QUERY, "data": AS_BODY, PAYLOAD: AS_BODY}


def refuse_nameless(handler: HTTPRouteHandler, path: str) -> None:
    """Raises `AnnotationError` for a handler without an `operation_id` that needs one."""
    taken = handler.parsed_fn_signature.parameters
    # Without a scope of its own a handler would be open to every token, whatever that one is for.
    if not handler.opt.get(PUBLIC) or CRITERIA in taken or PAYLOAD in taken:
        raise AnnotationError(
            f"{handler.fn.__qualname__} of {path}: give it an `operation_id`, by which a token's `scope`, its query, its body "
            "and the API document are known"
        )


def refuse_unknowable(place: str, handler: HTTPRouteHandler, criteria: Any, in_path: Collection[str]) -> None:
    """Raises `AnnotationError` for a handler of several methods, without tags, or with arguments that nothing here checks.

    `criteria` is the type of its query, which must be a Struct. `in_path` are the arguments that the path gives. Litestar
    would read others by itself, past all checks.
    """
    if len(handler.http_methods) > 1:
        raise AnnotationError(f"{place}: give it one method, and each other method a handler")
    if not handler.resolve_tags():
        raise AnnotationError(f"{place}: give it `tags`, the first of which a token's `scope` names")
    if not is_struct(get_origin(criteria) or criteria):
        raise AnnotationError(
            f"{place}: the type of `{CRITERIA}` is a Struct, whose fields are the query's parameters"
        )
    for argument in handler.parsed_fn_signature.parameters.values():
        is_read = argument.is_di_field or isinstance(argument.kwarg_definition, HeaderParameter)
        if not is_read and argument.name not in {*GIVEN, *in_path}:
            instead = INSTEAD.get(argument.name, AS_QUERY)
            if argument.name in handler.resolve_dependencies().keys() - INSTEAD.keys():
                instead = "a dependency is marked as `NamedDependency[...]`"
            raise AnnotationError(
                f"{place}: nothing checks or describes the argument {argument.name!r}; {instead}"
            )


def without_names(path: str) -> str:
    """A handler's path without the names of its parameters, which make no difference to where Litestar finds it."""
    return re.sub(r"\{.*?\}", "{}", path)


def refuse_same_places(handlers: Iterable[tuple[str, HTTPRouteHandler]]) -> None:
    """Raises `AnnotationError` for two handlers of one method and path, of which Litestar would call the last alone.

    Litestar itself refuses them where the path's parameters are called the same. `handlers` are given with their paths.
    """
    places: dict[tuple[str, str], str] = {}
    for path, handler in handlers:
        name = f"{handler.fn.__qualname__} of {path}"
        for method in handler.http_methods:
            if (other := places.setdefault((str(method), without_names(path)), name)) != name:
                raise AnnotationError(
                    f"{other} and {name} both answer {method}, and only one of them is called"
                )


def refuse_same_names(operations: Iterable[tuple[str, str]]) -> None:
    """Raises `AnnotationError` for two operations of one name; each is given with its method and path."""
    places: dict[str, str] = {}
    for name, place in operations:
        if name in places:
            raise AnnotationError(
                f"{places[name]} and {place} have an operation {name} each: give one of them another `operation_id`, since "
                "clients name their functions by it"
            )
        places[name] = place
