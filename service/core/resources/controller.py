"""The base of every resource's controller."""

from inspect import get_annotations
from typing import Any

from litestar import Controller

from service.core.database import Database
from service.core.resources.cursor import CursorSigner
from service.core.resources.mapping import MappingError
from service.core.resources.repository import ReadRepository


class ResourceController(Controller):
    """A controller with the repositories that it names as attributes, as in `notes: NoteRepository`."""

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if taken := sorted(cls.repositories().keys() & set(dir(ResourceController))):
            raise MappingError(
                f"{cls.__name__}.{taken[0]} is a name of Litestar's own: call the repository otherwise, "
                f"as in `{taken[0]}_repository`"
            )

    @classmethod
    def over(cls, database: Database, cursors: CursorSigner) -> "type[ResourceController]":
        """This controller with its repositories over a database.

        Litestar's own injection of more than one argument costs a task group for each request.
        """

        class Bound(cls):
            __doc__ = cls.__doc__

        Bound.__name__ = cls.__name__
        for name, kind in cls.repositories().items():
            setattr(Bound, name, kind(database, cursors))
        return Bound

    @classmethod
    def repositories(cls) -> dict[str, type[ReadRepository[Any]]]:
        """The repositories that it names."""
        return {
            name: kind
            for name, kind in get_annotations(cls).items()
            if isinstance(kind, type) and issubclass(kind, ReadRepository)
        }
