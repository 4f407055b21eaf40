"""The names of a resource's operations, and the segments of their paths."""

import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from inspect import cleandoc
from typing import Any

from litestar.constants import RESERVED_KWARGS
from litestar.handlers import BaseRouteHandler, HTTPRouteHandler

from service.core.http.handler_checks import CRITERIA, PAYLOAD, RESERVED_BY_CLIENTS, without_names
from service.core.http.operation import KEY
from service.core.indefinite_article import with_article
from service.core.resources.mapping import Mapping, MappingError
from service.core.type_info import fields_of
from service.prisma.names import camel, spaced

ONE = "/{key:str}"
"""The path of a row, which is replaced by a segment for each column of the key."""

ARGUMENTS = RESERVED_KWARGS | {CRITERIA, PAYLOAD, "if_match"}
"""Names of handlers' arguments that are no path parameters, so that a key's column of this name is renamed."""


class OperationNames:
    """What the words in braces stand for (`{one}`), and the path's segments for the key with their types.

    No segment gets a name of `dependencies`, since Litestar refuses a path's parameter that is called like one.
    """

    def __init__(
        self, path: str, mapping: Mapping[Any, Any], dependencies: AbstractSet[str] = frozenset()
    ) -> None:
        kinds = {field.name: field.type for field in fields_of(mapping.dto)}
        if hidden := [column.key for column in mapping.key if column.key not in kinds]:
            raise MappingError(f"{mapping.name} does not show its key: give it a field {hidden[0]!r}")
        one = spaced(mapping.name, " ").lower()
        many = re.findall(r"\w+", path)
        self.words = {
            "One": mapping.name,
            "Many": "".join(word.capitalize() for word in many),
            "one": with_article(one, " ".join(many)),
            "many": " ".join(many),
        }
        names = [column.key for column in mapping.key]
        arguments = ARGUMENTS | dependencies
        # Compared as on the wire, where `fetch_class` and `fetch_class_` are one name.
        taken = RESERVED_BY_CLIENTS | {camel(name) for name in names}
        self.key: dict[str, Any] = {}
        for name in names:
            parameter = name
            if names == ["id"] or name in arguments or camel(name) in RESERVED_BY_CLIENTS:
                while parameter in arguments or camel(parameter) in taken:
                    parameter = f"{one.replace(' ', '_')}_{parameter}"
            taken |= {camel(parameter)}
            self.key[parameter] = kinds[name]

    def give(self, handler: HTTPRouteHandler, description: str | None) -> None:
        """Give an inherited handler its operation id, its paths, and `description`, or else its docstring."""
        handler.operation_id = str(handler.operation_id).format(**self.words)
        handler.description = self._said(cleandoc(description or handler.fn.__doc__ or ""))
        segments = "".join(f"/{{{name}:str}}" for name in self.key)
        handler.paths = {path.replace(ONE, segments) for path in handler.paths}
        handler.opt[KEY] = self.key

    def _said(self, description: str) -> str:
        try:
            return description.format(**self.words)
        except (LookupError, ValueError):
            words = ", ".join(f"{{{word}}}" for word in self.words)
            raise MappingError(
                f"A description may hold {words}, and any other brace twice ({{{{): {description!r}"
            ) from None


def places_of(handler: BaseRouteHandler) -> Iterator[tuple[str, str]]:
    """Each method with each path of a handler."""
    methods = handler.http_methods if isinstance(handler, HTTPRouteHandler) else ()
    return ((str(method), without_names(path)) for method in methods for path in handler.paths)
