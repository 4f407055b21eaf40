"""The declarative bases that generated models stand on."""

from typing import Any, NoReturn

from advanced_alchemy.base import BasicAttributes
from sqlalchemy import event
from sqlalchemy.orm import DeclarativeBase


class ReadOnlyViewError(TypeError):
    """A view was written to."""


class Base(BasicAttributes, DeclarativeBase):
    """The base of tables."""


class ViewBase(BasicAttributes, DeclarativeBase):
    """The base of views: they can be read, and nothing else. `Base.metadata.create_all` does not know them."""


def _refuse(_mapper: Any, _connection: Any, target: object) -> NoReturn:
    msg = f"{type(target).__name__} is a view: it can only be read"
    raise ReadOnlyViewError(msg)


for _change in ("before_insert", "before_update", "before_delete"):
    event.listen(ViewBase, _change, _refuse, propagate=True)
