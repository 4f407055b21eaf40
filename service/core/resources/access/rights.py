"""The conditions under which rows may be read and written, simplified for all tokens that have the same claims."""

from collections.abc import Iterator, Mapping, Sequence
from operator import eq
from typing import Any

from sqlalchemy import Column, ColumnElement, FromClause, and_, bindparam, or_, true
from sqlalchemy.sql.elements import BinaryExpression, BooleanClauseList
from sqlalchemy.sql.operators import or_ as is_or
from sqlalchemy.sql.visitors import iterate, replacement_traverse

from service.core.database.lookups import is_equal_as_in_python
from service.core.resources.access.claims import SUBJECT, ClaimUse, claim_use
from service.core.resources.conditions import (
    Access,
    Claim,
    Condition,
    Everybody,
    Model,
    Policy,
    SignedIn,
    Through,
    every_part_of,
    parts_of,
    ungrouped,
)
from service.core.resources.rows.related import Related, adapted, constant

ClaimKey = tuple[str, str]


def columns_in(condition: Condition) -> Iterator[Column[Any]]:
    """The columns that a condition reads: of its rows, and of the rows that `through` leads to."""
    for part in every_part_of(condition):
        if isinstance(part, Through):
            for pair in Related(part.relation).pairs:
                yield from (column for column in pair if isinstance(column, Column))
        else:
            yield from (each for each in iterate(part) if isinstance(each, Column))


class Rights:
    """What a token that has the claims in `present` may read and write, whatever their values."""

    def __init__(
        self, policies: Mapping[Model, Policy], binds: Mapping[ClaimKey, str], present: frozenset[str]
    ) -> None:
        """`binds` are the names under which claims are bound in statements; `present` those of the claims in the token.

        `present` also holds `sub` where the token names a user.
        """
        self._policies = policies
        self._binds = binds
        self._present = present
        self._simplified: dict[tuple[Model, Access], Condition | bool] = {}

    def condition(self, model: Model, access: Access) -> Condition | bool:
        """The condition under which rows of a model may be read or written; a boolean where all rows are alike."""
        found = self._simplified.get((model, access))
        if found is None:
            found = self._simplified[model, access] = self._of(self._policies.get(model), access)
        return found

    def missing(self, model: Model, access: Access) -> list[str]:
        """The claims that the token lacks, and without which it may read, or write, no row of a model."""
        policy = self._policies[model]
        conditions = [policy.readable] if access is Access.READ else [policy.readable, policy.writable]
        return sorted({name for condition in conditions for name in self._missing(condition, access)})

    def claimed(self, model: Model) -> dict[str, str]:
        """The columns that equal a claim in every row that may be written, each with the name that binds the claim."""
        condition = self.condition(model, Access.WRITE)
        if isinstance(condition, bool):
            return {}
        is_and = isinstance(condition, BooleanClauseList) and condition.operator is not is_or
        together: Sequence[Any] = condition.clauses if is_and else [condition]
        equal = [part for part in together if getattr(part, "operator", None) is eq]
        found = {(str(use.other.key), self._binds[use.key]) for part in equal if (use := claim_use(part))}
        # A column that must equal two claims takes its value from neither.
        names = [name for name, _ in found]
        return {name: bind for name, bind in found if names.count(name) == 1}

    def decisive(self, model: Model) -> set[str]:
        """The columns that decide whether a row may be written, except those that are `claimed` and compared in Python."""
        condition = self.condition(model, Access.WRITE)
        columns = model.__table__.columns
        compared = {name for name in self.claimed(model) if is_equal_as_in_python([columns[name]])}
        return set() if isinstance(condition, bool) else set(_read_by(condition)) - compared

    def judges_writes(self, model: Model) -> bool:
        """Whether there may be rows that the token may read but not write."""
        policy = self._policies.get(model)
        if policy is None or self.condition(model, Access.WRITE) is True:
            return False
        return policy.writable is not policy.readable or _inherits(policy.readable)

    def sql(
        self, condition: Condition, table: FromClause, target: FromClause, *, lock: bool
    ) -> ColumnElement[bool]:
        """A condition over `table` as SQL over `target`, the table or alias that stands for it in the statement.

        With `lock`, related rows by which the condition holds are locked (FOR SHARE), so that nobody changes them
        before the transaction ends.
        """
        match condition := ungrouped(condition):
            case BooleanClauseList():
                parts = [self.sql(part, table, target, lock=lock) for part in condition.clauses]
                return (or_ if condition.operator is is_or else and_)(*parts)
            case Through():
                related = Related(condition.relation)
                inner = condition.condition
                held = true() if inner is None else self.sql(inner, related.source, related.table, lock=lock)
                rows = related.select(constant(1)).where(held)
                return adapted([(rows.with_for_update(read=True) if lock else rows).exists()], table, target)[
                    0
                ]
            case _:
                return adapted([self._bound(condition)], table, target)[0]

    def _of(self, policy: Policy | None, access: Access) -> Condition | bool:
        if policy is None:
            return True
        if access is Access.READ or policy.writable is policy.readable:
            return self._simplify(policy.readable, access)
        parts = [self._simplify(policy.readable, Access.READ), self._simplify(policy.writable, access)]
        return _joined(parts, any_of=False)

    def _simplify(self, condition: Condition, access: Access) -> Condition | bool:
        match condition := ungrouped(condition):
            case BooleanClauseList():
                parts = [self._simplify(part, access) for part in condition.clauses]
                return _joined(parts, any_of=condition.operator is is_or)
            case Everybody():
                return True
            case SignedIn():
                return SUBJECT in self._present
            case Through():
                return self._through(condition, access)
            case _:
                use = claim_use(condition)
                is_there = use is None or self._is_held(use)
                return is_there if use and use.constant is not None else is_there and condition

    def _through(self, condition: Through, access: Access) -> Condition | bool:
        related = Related(condition.relation)
        inner = (
            self.condition(related.model, access)
            if condition.condition is None
            else self._simplify(condition.condition, access)
        )
        if inner is True:
            # Where no column of the foreign key is nullable, the related row exists, and nothing is left to ask.
            return not any(local.nullable for local, _ in related.pairs) or Through(condition.relation, None)
        return False if inner is False else Through(condition.relation, inner)

    def _missing(self, condition: Condition, access: Access) -> Iterator[str]:
        for part in every_part_of(condition):
            match part:
                case SignedIn() if SUBJECT not in self._present:
                    yield SUBJECT
                case Through(condition=None):
                    yield from self.missing(Related(part.relation).model, access)
                case BinaryExpression() if (use := claim_use(part)) and not self._is_held(use):
                    yield use.name
                case _:
                    pass

    def _is_held(self, use: ClaimUse) -> bool:
        """Whether the token has the claim, with a value that the other side of the comparison can equal."""
        return self._binds[use.key] in self._present

    def _bound(self, condition: Condition) -> ColumnElement[bool]:
        use = claim_use(condition)

        def bind(element: Any, **_: object) -> ColumnElement[Any] | None:
            if use and isinstance(element, Claim):
                return bindparam(self._binds[use.key], type_=use.other.type)
            return None

        return replacement_traverse(condition, {}, bind)


def _read_by(condition: Condition) -> Iterator[str]:
    for part in parts_of(condition):
        if isinstance(part, Through):
            yield from (str(local.key) for local, _ in Related(part.relation).pairs)
        else:
            yield from (str(each.key) for each in iterate(part) if isinstance(each, Column))


def _inherits(condition: Condition) -> bool:
    return any(isinstance(part, Through) and part.condition is None for part in every_part_of(condition))


def _joined(parts: Sequence[Condition | bool], *, any_of: bool) -> Condition | bool:
    """The parts joined by `|` or `&`, without booleans; a boolean where they alone decide."""
    if any_of in [part for part in parts if isinstance(part, bool)]:
        return any_of
    open_parts = [part for part in parts if not isinstance(part, bool)]
    if not open_parts:
        return not any_of
    return open_parts[0] if len(open_parts) == 1 else (or_ if any_of else and_)(*open_parts)
