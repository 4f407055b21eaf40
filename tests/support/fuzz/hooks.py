"""What Schemathesis is not to judge."""

import re
from collections.abc import Mapping
from typing import Any, TypeAlias

import schemathesis

Json: TypeAlias = "dict[str, Json] | list[Json] | str | float | bool | None"
DROPPED = re.compile(r"~*\.{0,2}")
"""Segments of a path that clients and proxies drop, and what looks as these are written."""
MUCH = 1_000
"""What has this many items or characters is made within moments, and kept without gigabytes."""


@schemathesis.hook  # pyright: ignore[reportUnknownMemberType]  # it is not typed in full
def before_load_schema(context: Any, raw_schema: dict[str, Any]) -> None:
    """Larger limits are tested at each and one beyond it elsewhere: here values of that size would be made by the thousand."""
    del context
    _drop_large_limits(raw_schema)


def _drop_large_limits(node: Json) -> None:
    if isinstance(node, dict):
        for name in ("maxItems", "maxLength"):
            if isinstance(limit := node.get(name), int) and limit > MUCH:
                del node[name]
        node = list(node.values())
    for each in node if isinstance(node, list) else ():
        _drop_large_limits(each)


@schemathesis.hook  # pyright: ignore[reportUnknownMemberType]  # it is not typed in full
def filter_case(context: Any, case: Any) -> bool:
    """A parameter without a value counts as not given: no schema says so, and an HTML form sends it."""
    del context
    query: Mapping[str, Any] = case.query or {}
    return not any(_is_sent_empty(value) for value in query.values())


def _is_sent_empty(value: Any) -> bool:
    # Schemathesis sends an empty object as an empty text, and each item of a list as a parameter of its own.
    return value in ("", {}) or (isinstance(value, list) and "" in value)


@schemathesis.hook  # pyright: ignore[reportUnknownMemberType]  # it is not typed in full
def before_call(context: Any, case: Any, kwargs: dict[str, Any]) -> None:
    """A key that a link leads to is written as the document says: with nothing in its place the path is another's."""
    del context, kwargs
    parameters: dict[str, Any] = case.path_parameters or {}
    escaped = {name: f"~{value}" for name, value in parameters.items() if DROPPED.fullmatch(str(value))}
    parameters.update(escaped)
