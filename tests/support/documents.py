"""What tests look for in an API document."""

from collections.abc import Iterator
from typing import Any


def integers(node: Any) -> Iterator[dict[str, Any]]:
    """Every integer below a node."""
    if isinstance(node, dict):
        if "integer" in (node.get("type") or ()):  # pyright: ignore[reportUnknownMemberType]  # any JSON
            yield node  # pyright: ignore[reportUnknownArgumentType]  # JSON of any shape
        node = list(node.values())  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]  # JSON of any shape
    if isinstance(node, list):
        for item in node:  # pyright: ignore[reportUnknownVariableType]  # JSON of any shape
            yield from integers(item)
