"""Who may read and write a row: conditions over its columns, those of rows that it belongs to, and the token's claims.

    readable=(Page.status == PageStatus.PUBLISHED) | signed_in()
    readable=Project.team_id == claim("tenant")
    readable=through(Task.project)
    writable=claim("role") == "admin"
    readable=everybody("reference data: the same for all")

Conditions are SQLAlchemy's own, joined by `&` and `|`. What this module adds to them stands for no SQL by itself: a
statement that nobody has resolved for a caller cannot be run.
"""

from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import Any, NoReturn, Self

import msgspec
from sqlalchemy import ColumnElement, FromClause, select, types
from sqlalchemy.exc import CompileError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute, Mapper
from sqlalchemy.sql.elements import BooleanClauseList, Grouping
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeEngine

Condition = ColumnElement[bool]


class Access(StrEnum):
    """What a condition allows."""

    READ = "read"
    WRITE = "write"


class Policy(msgspec.Struct, frozen=True):
    """Who may read the rows of a model, and who may write them, of those who may read them."""

    readable: Condition
    writable: Condition


def policy_of(readable: Condition | None, writable: Condition | None) -> Policy | None:
    """None where nothing is said. Raises `ValueError` for writers without readers."""
    if readable is None and writable is not None:
        raise ValueError("who may write a row may read it: say `readable` too")
    return None if readable is None else Policy(readable, readable if writable is None else writable)


class Claim(ColumnElement[Any]):
    """A claim of the token, as a value to compare a column with."""

    inherit_cache = False

    def __init__(self, name: str) -> None:
        self.name = name
        self.type: TypeEngine[Any] = types.NullType()


class Part(ColumnElement[bool]):
    """A part of a condition that SQLAlchemy does not know."""

    inherit_cache = False
    type = types.Boolean()

    def self_group(self, against: object = None) -> Self:
        """Itself: SQLAlchemy would put what it takes for a boolean column into a comparison with true."""
        del against
        return self


class SignedIn(Part):
    """The token names a user."""


class Everybody(Part):
    """Any token will do."""

    def __init__(self, reason: str) -> None:
        self.reason = reason


class Through(Part):
    """The row that this one belongs to may be read, or written, where this one is to be."""

    def __init__(self, relation: InstrumentedAttribute[Any], condition: Condition | None) -> None:
        self.relation = relation
        self.condition = condition


class RowCondition(FunctionElement[bool]):
    """The place in a statement for the condition under which its caller may read, or write, rows of a model."""

    inherit_cache = False
    type = types.Boolean()

    def __init__(
        self, mapper: "Mapper[Any]", access: Access, *, by: ColumnElement[Any] | None = None
    ) -> None:
        """The statement names the table of the rows; or, with `by`, no more than a column that refers to them."""
        # By these columns one sees what the statement calls the table.
        super().__init__(*(mapper.primary_key if by is None else [by]))
        self.model: type[Any] = mapper.class_
        self.access = access
        self._is_reference = by is not None

    @property
    def target(self) -> FromClause:
        """What the statement calls the table, or the one that refers to it."""
        return next(iter(self.clauses)).table

    def holds(self, where: Callable[[FromClause], ColumnElement[bool]]) -> ColumnElement[bool]:
        """`where` in the statement; it is given what the rows' table is called there."""
        if not self._is_reference:
            return where(self.target)
        rows = self.model.__table__.alias()
        (key,) = rows.primary_key
        return next(iter(self.clauses)).in_(select(key).where(where(rows)))

    def self_group(self, against: object = None) -> Self:
        """Itself, as `Part` does."""
        del against
        return self


def claim(name: str) -> Claim:
    """What the token says under this name, to compare with a column or with a constant.

    A token that lacks it, or that holds what the column cannot, makes the comparison false.
    """
    return Claim(name)


def signed_in() -> Condition:
    """The token names a user (`sub`)."""
    return SignedIn()


def everybody(reason: str) -> Condition:
    """Whoever has a token of app-web's, for this reason."""
    if not reason.strip():
        raise ValueError("say why everybody may: the reason is for whoever reads the declaration")
    return Everybody(reason)


def through(relation: InstrumentedAttribute[Any], condition: Condition | None = None) -> Condition:
    """The row that it belongs to fulfils `condition`; left out, it is the one under which that row may be read or written."""
    return Through(relation, condition)


def parts_of(condition: Condition) -> Iterator[Condition]:
    """What `&` and `|` join, whatever the order."""
    condition = ungrouped(condition)
    if isinstance(condition, BooleanClauseList):
        for clause in condition.clauses:
            yield from parts_of(clause)
    else:
        yield condition


def every_part_of(condition: Condition) -> Iterator[Condition]:
    """`parts_of` it, and of what it asks of the rows that `through` leads to."""
    for part in parts_of(condition):
        yield part
        if isinstance(part, Through) and part.condition is not None:
            yield from every_part_of(part.condition)


def ungrouped(condition: Condition) -> Condition:
    """Without the parentheses around it."""
    inner: Any = condition.element if isinstance(condition, Grouping) else None
    return condition if inner is None else ungrouped(inner)


def _unresolved(*_: object, **__: object) -> NoReturn:
    raise CompileError("a statement was not resolved for a caller: run it by a repository's `fetch`")


for _kind in (Claim, Part, RowCondition):
    compiles(_kind)(_unresolved)
