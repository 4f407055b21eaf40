"""Refuses handlers whose operation cannot be known: what stays unknown is neither checked nor in the API document."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, get_origin

from litestar.di import Provide
from litestar.handlers import HTTPRouteHandler
from litestar.params import HeaderParameter
from litestar.typing import FieldDefinition
from litestar.utils.sync import AsyncCallable

from service.core.auth import PUBLIC
from service.core.type_info import AnnotationError, is_struct

CRITERIA = "criteria"
"""The name of a handler's argument for the query."""
PAYLOAD = "payload"
"""The name of a handler's argument for the body."""
PARAMETER = re.compile(r"\{(.*?)\}")
"""A parameter in a path."""
GIVEN = frozenset({"body", "cookies", "headers", "request", "scope", "socket", "state"})
"""What Litestar gives by name, and nobody has to describe; `body` is the raw bytes."""
AS_QUERY = (
    f"the query is the argument `{CRITERIA}: Query[...]`, and its parameters are the fields of that type"
)
AS_BODY = f"the body's JSON is the argument `{PAYLOAD}: Body[...]`"
AS_HEADER = "a header is an argument of the handler, `Annotated[str, HeaderParameter(name=...)]`"
INSTEAD = {CRITERIA: AS_QUERY, "data": AS_BODY, PAYLOAD: AS_BODY}
RESERVED_BY_CLIENTS = frozenset(
    [
        # What the functions that are generated take or hold beside the path's parameters,
        *("a", "config", "fetch", "fetchOptions", "options", "queryOptions", "request"),
        # and the words that TypeScript keeps.
        *("await", "break", "case", "catch", "class", "const", "continue", "debugger", "default", "delete"),
        *("do", "else", "enum", "export", "extends", "false", "finally", "for", "function", "if"),
        *("implements", "import", "in", "instanceof", "interface", "let", "new", "null", "package"),
        *("private", "protected", "public", "return", "static", "super", "switch", "this", "throw", "true"),
        *("try", "typeof", "var", "void", "while", "with", "yield", "arguments", "eval"),
    ]
)
"""Names on the wire with which a path's parameter makes clients that do not compile, so that none is called so."""


def function_of(handler: HTTPRouteHandler) -> Any:
    """The function that a handler was made of. With `sync_to_thread`, Litestar wraps it in an object without its name."""
    return handler.fn.func if isinstance(handler.fn, AsyncCallable) else handler.fn


def place_of(path: str, handler: HTTPRouteHandler) -> str:
    return f"{function_of(handler).__qualname__} of {path}"


def refuse_nameless(handler: HTTPRouteHandler, path: str) -> None:
    """Raises `AnnotationError` for a handler without an `operation_id` that needs one."""
    taken = handler.parsed_fn_signature.parameters
    # Without a scope of its own a handler would be open to every token, whatever that one is for.
    if not handler.opt.get(PUBLIC) or CRITERIA in taken or PAYLOAD in taken:
        raise AnnotationError(
            f"{place_of(path, handler)}: give it an `operation_id`, by which a token's `scope`, its query, its body "
            "and the API document are known"
        )


def refuse_unknowable(
    place: str, path: str, handler: HTTPRouteHandler, criteria: Any, in_path: Mapping[str, str]
) -> None:
    """Raises `AnnotationError` for a handler of several methods, without tags, or with what nothing here checks.

    `criteria` is the type of its query, which must be a Struct. `in_path` are the arguments that the path gives, each with
    its name on the wire. Litestar would read others by itself, past all checks.
    """
    if len(handler.http_methods) > 1:
        raise AnnotationError(f"{place}: give it one method, and each other method a handler")
    if not handler.resolve_tags():
        raise AnnotationError(f"{place}: give it `tags`, the first of which a token's `scope` names")
    if not is_struct(get_origin(criteria) or criteria):
        raise AnnotationError(
            f"{place}: the type of `{CRITERIA}` is a Struct, whose fields are the query's parameters"
        )
    for name in PARAMETER.findall(path):
        if name not in in_path:
            raise AnnotationError(
                f"{place}: nothing describes {{{name}}}; have it take `{name}: FromPath[...]`"
            )
        if in_path[name] in RESERVED_BY_CLIENTS:
            raise AnnotationError(
                f"{place}: a client that is generated cannot take a parameter {in_path[name]!r}; call it otherwise"
            )
    own = handler.parsed_fn_signature.parameters
    if stray := sorted(handler.resolve_layered_parameters().keys() - own.keys()):
        raise AnnotationError(
            f"{place}: nothing describes the parameter {stray[0]!r}; have the handler take it"
        )
    dependencies = handler.resolve_dependencies()
    headers = {
        name for name, argument in own.items() if isinstance(argument.kwarg_definition, HeaderParameter)
    }
    for whose, argument in _arguments(own, dependencies):
        is_provided = argument.is_di_field and argument.name in dependencies
        if not is_provided and argument.name not in {*GIVEN, *in_path, *headers}:
            raise AnnotationError(
                f"{place}: nothing checks or describes the argument {argument.name!r}{whose}; "
                f"{_instead(argument, dependencies)}"
            )


def _instead(argument: FieldDefinition, dependencies: Mapping[str, Provide]) -> str:
    """How to declare an argument instead, so that it is checked and described."""
    if isinstance(argument.kwarg_definition, HeaderParameter):
        return AS_HEADER
    if argument.name in dependencies.keys() - INSTEAD.keys():
        return "a dependency is marked as `NamedDependency[...]`"
    return INSTEAD.get(argument.name, AS_QUERY)


def _arguments(
    own: Mapping[str, FieldDefinition], dependencies: Mapping[str, Provide]
) -> Iterator[tuple[str, FieldDefinition]]:
    """A handler's arguments, then those of the dependencies that it asks for, and of theirs, each with whose it is."""
    waiting = [("", own)]
    for whose, arguments in waiting:
        for name, argument in arguments.items():
            yield whose, argument
            if name in dependencies:
                further = dependencies[name].parsed_fn_signature.parameters
                waiting.append((f" of the dependency {name!r}", further))


def without_names(path: str) -> str:
    """A handler's path without the names of its parameters, which make no difference to where Litestar finds it."""
    return PARAMETER.sub("{}", path)


def refuse_doubles(handlers: Iterable[tuple[str, HTTPRouteHandler]]) -> None:
    """Raises `AnnotationError` for two operations of one name, and for two handlers of one method and path.

    Of these Litestar would call the last alone; it refuses them only where the path's parameters are called the same.
    `handlers` are given with their paths.
    """
    names: dict[str, str] = {}
    places: dict[tuple[str, str], str] = {}
    for path, handler in handlers:
        place = place_of(path, handler)
        for method in handler.http_methods:
            if (other := places.setdefault((str(method), without_names(path)), place)) != place:
                raise AnnotationError(
                    f"{other} and {place} both answer {method}, and only one of them is called"
                )
            name, where = handler.operation_id, f"{method} {path}"
            if name and (other := names.setdefault(str(name), where)) != where:
                raise AnnotationError(
                    f"{other} and {where} have an operation {name} each: give one of them another `operation_id`, since "
                    "clients name their functions by it"
                )
