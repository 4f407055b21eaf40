"""What Schemathesis is not to judge."""

from collections.abc import Mapping
from typing import Any

import schemathesis


@schemathesis.hook  # pyright: ignore[reportUnknownMemberType]  # it is not typed in full
def filter_case(context: Any, case: Any) -> bool:
    """A parameter without a value counts as not given: no schema says so, and an HTML form sends it."""
    del context
    query: Mapping[str, Any] = case.query or {}
    return not any(_is_sent_empty(value) for value in query.values())


def _is_sent_empty(value: Any) -> bool:
    # Schemathesis sends an empty object as an empty text, and each item of a list as a parameter of its own.
    return value in ("", {}) or (isinstance(value, list) and "" in value)
