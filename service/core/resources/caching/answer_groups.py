"""The cache groups of every operation: reads name what they show, writes what they make stale."""

from collections.abc import Iterable, Sequence
from http import HTTPStatus
from typing import Any

from litestar import Request

from service.core.http.cache_groups import NAME_GROUPS, Header, NameGroups
from service.core.http.operation import Operation
from service.core.resources.caching.invalidation import Invalidation, invalidation
from service.core.resources.caching.read_groups import read_groups_of
from service.core.resources.caching.write_effects import effects_of
from service.core.resources.mapping import Mapping

READ = "GET"
IS_ANOTHER = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT, HTTPStatus.PRECONDITION_FAILED})
"""The statuses of a refused write that show that its row differs from what the caller has seen."""


class AnswerGroups:
    """The cache groups of an application's answers, worked out from its mappings."""

    def __init__(self, mappings: Sequence[Mapping[Any, Any]]) -> None:
        self._mappings = {mapping.dto: mapping for mapping in reversed(mappings)}
        self._effects = effects_of(mappings)

    def declare(self, operations: Iterable[Operation]) -> None:
        """Let the answers of these operations name their groups, by a function in the `opt` of each handler."""
        for operation in operations:
            if operation.method != READ:
                operation.handler.opt[NAME_GROUPS] = _invalidation_header(_whose(operation))
            elif groups := read_groups_of(operation.answer, self._mappings):
                operation.handler.opt[NAME_GROUPS] = groups.header

    def begin(self, request: Request[Any, Any, Any]) -> None:
        """Begin to collect what the writes of a request make stale; its answer then names that."""
        if request.scope["method"] != READ:
            invalidation.set(Invalidation(self._effects, list(request.path_params.values())))


def _invalidation_header(mapping: Mapping[Any, Any] | None) -> NameGroups:
    def name(_: object, status: int) -> Header | None:
        current = invalidation.get()
        if current is None:
            return None
        if status < HTTPStatus.BAD_REQUEST:
            value = current.header_value()
        elif status in IS_ANOTHER and mapping and len(current.path_key) == len(mapping.key):
            value = current.header_value_of_row(mapping)
        else:
            return None
        return (b"cache-group-invalidation", value.encode()) if value else None

    return name


def _whose(operation: Operation) -> Mapping[Any, Any] | None:
    """The mapping of the rows that the operation's path can name; None where its controller has no `repository`."""
    return getattr(getattr(operation.controller, "repository", None), "mapping", None)
