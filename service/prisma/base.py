"""The declarative bases of the generated models."""

from collections.abc import Mapping
from typing import Any, ClassVar, NoReturn

from sqlalchemy import event
from sqlalchemy.dialects.postgresql.base import RESERVED_WORDS
from sqlalchemy.orm import DeclarativeBase, ORMExecuteState, Session, registry

# Further reserved words of PostgreSQL: unless SQLAlchemy quotes them, a column of such a name is a syntax error.
RESERVED_WORDS.update({"collation", "concurrently", "lateral", "system_user", "tablesample"})

_classes: dict[str, Any] = {}


class ReadOnlyViewError(TypeError):
    """A view was written to."""


class Base(DeclarativeBase):
    """The base of tables."""

    registry = registry(class_registry=_classes)
    __refusals__: ClassVar[Mapping[str, str]] = {}
    """The triggers of the database that refuse every INSERT, UPDATE or DELETE of the table, by these words."""


class ViewBase(DeclarativeBase):
    """The base of views, which can only be read. `Base.metadata.create_all` does not know them."""

    # Views have metadata of their own but share the class registry, since a relation may lead from a table to a view.
    registry = registry(class_registry=_classes)


def _refuse(name: str) -> NoReturn:
    raise ReadOnlyViewError(f"{name} is a view: it can only be read. Write to the tables that it shows.")


def _refuse_flush(_mapper: Any, _connection: Any, target: object) -> NoReturn:
    _refuse(type(target).__name__)


def _refuse_statement(state: ORMExecuteState) -> None:
    mapper = state.bind_mapper
    if mapper and not state.is_select and issubclass(mapper.class_, ViewBase):
        _refuse(mapper.class_.__name__)


for _change in ("before_insert", "before_update", "before_delete"):
    event.listen(ViewBase, _change, _refuse_flush, propagate=True)
event.listen(Session, "do_orm_execute", _refuse_statement)
