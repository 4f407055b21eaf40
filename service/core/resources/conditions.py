"""Who may read and write a row: conditions over its columns, rows that it belongs to, and the token's claims.

    readable=(Page.status == PageStatus.PUBLISHED) | signed_in()
    readable=Project.team_id == claim("tenant")
    readable=through(Task.project)
    writable=claim("role") == "admin"
    readable=everybody("reference data: the same for all")

Conditions are SQLAlchemy expressions, joined by `&` and `|`. What this module adds to these has no SQL of its own: a
statement that holds any of it cannot be compiled before it is resolved for a caller.
"""

from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import Any, NoReturn, Self, TypeAlias

import msgspec
from sqlalchemy import ColumnElement, FromClause, select, types
from sqlalchemy.exc import CompileError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute, Mapper
from sqlalchemy.sql.elements import BooleanClauseList, Grouping
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeEngine

Condition = ColumnElement[bool]
Model: TypeAlias = type[Any]
"""The class of a table or view."""


class Access(StrEnum):
    """What a condition allows."""

    READ = "read"
    WRITE = "write"


class Policy(msgspec.Struct, frozen=True):
    """Who may read the rows of a model, and which of those callers may also write them."""

    readable: Condition
    writable: Condition


def policy_of(readable: Condition | None, writable: Condition | None) -> Policy | None:
    """The policy; None where neither condition is given.

    Raises `TypeError` for what is no condition, and `ValueError` for `writable` without `readable`.
    """
    for given in (readable, writable):
        if given is not None and not isinstance(given, ColumnElement):  # pyright: ignore[reportUnnecessaryIsInstance]  # what `not` gives, say
            raise TypeError(f"{given!r} is no condition on rows")
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
        """Itself; SQLAlchemy would take it for a boolean column, and compare it with true."""
        del against
        return self


class SignedIn(Part):
    """The token names a user."""


class Everybody(Part):
    """Any token will do."""

    def __init__(self, reason: str) -> None:
        self.reason = reason


class Through(Part):
    """The row that this one belongs to fulfils `condition`; with None, it may itself be read, or written."""

    def __init__(self, relation: InstrumentedAttribute[Any], condition: Condition | None) -> None:
        self.relation = relation
        self.condition = condition


class RowCondition(FunctionElement[bool]):
    """A placeholder in a statement for the condition under which the caller may read, or write, rows of a model."""

    inherit_cache = False
    type = types.Boolean()

    def __init__(
        self, mapper: "Mapper[Any]", access: Access, *, by: ColumnElement[Any] | None = None
    ) -> None:
        """Without `by`, the statement has the rows' table; with it, only `by`, a column that refers to the rows."""
        # These columns tell which table or alias of the statement is meant.
        super().__init__(*(mapper.primary_key if by is None else [by]))
        self.model: Model = mapper.class_
        self.access = access
        self._is_reference = by is not None

    @property
    def target(self) -> FromClause:
        """The rows' table, or with `by` the table that refers to it, as the statement has it: perhaps an alias."""
        return next(iter(self.clauses)).table

    def holds(self, where: Callable[[FromClause], ColumnElement[bool]]) -> ColumnElement[bool]:
        """What `where` gives for the rows' table or alias in the statement; with `by`, within an IN over that table."""
        if not self._is_reference:
            return where(self.target)
        rows = self.model.__table__.alias()
        (key,) = rows.primary_key
        return next(iter(self.clauses)).in_(select(key).where(where(rows)))

    def self_group(self, against: object = None) -> Self:
        """Itself, for the same reason as in `Part`."""
        del against
        return self


def claim(name: str) -> Claim:
    """The token's claim of this name, to compare with a column or with a constant.

    The comparison is false for a token that lacks the claim, or whose claim has a value that the column cannot hold.
    """
    return Claim(name)


def signed_in() -> Condition:
    """The token names a user (`sub`)."""
    return SignedIn()


def everybody(reason: str) -> Condition:
    """Everybody who has a token of app-web's; `reason` says why. Raises `ValueError` where it is empty."""
    if not reason.strip():
        raise ValueError("say why everybody may: the reason is for whoever reads the declaration")
    return Everybody(reason)


def through(relation: InstrumentedAttribute[Any], condition: Condition | None = None) -> Condition:
    """The row that this one belongs to fulfils `condition`.

    Where `condition` is left out, it is the one under which that row may itself be read, or written.
    """
    return Through(relation, condition)


def parts_of(condition: Condition) -> Iterator[Condition]:
    """The parts that `&` and `|` join, at any depth."""
    condition = ungrouped(condition)
    if isinstance(condition, BooleanClauseList):
        for clause in condition.clauses:
            yield from parts_of(clause)
    else:
        yield condition


def every_part_of(condition: Condition) -> Iterator[Condition]:
    """`parts_of` a condition, and of the conditions that are given to its `through`s."""
    for part in parts_of(condition):
        yield part
        if isinstance(part, Through) and part.condition is not None:
            yield from every_part_of(part.condition)


def ungrouped(condition: Condition) -> Condition:
    """The condition without the parentheses around it."""
    inner: Any = condition.element if isinstance(condition, Grouping) else None
    return condition if inner is None else ungrouped(inner)


def _unresolved(*_: object, **__: object) -> NoReturn:
    raise CompileError("a statement was not resolved for a caller: run it by a repository's `fetch`")


for _kind in (Claim, Part, RowCondition):
    compiles(_kind)(_unresolved)
