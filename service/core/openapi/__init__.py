"""The OpenAPI document, built from what the handlers of the routes declare."""

from typing import Any, TypeAlias

Document: TypeAlias = dict[str, Any]
"""The API document, or an object in it."""
