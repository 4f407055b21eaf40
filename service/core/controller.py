"""The base of every resource's controller."""

from collections.abc import Mapping
from typing import Any, ClassVar

from litestar import Controller

from service.core.repository import ReadRepository


class ResourceController(Controller):
    """A controller whose handlers ask for its repositories by the names that it gives them here."""

    repositories: ClassVar[Mapping[str, type[ReadRepository[Any]]]]
