"""The service with one of its conditions taken away: what each of these opens, the matrix has to see."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from sqlalchemy import BindParameter, ColumnElement, Exists, true
from sqlalchemy.sql.visitors import replacement_traverse

from service.core.auth import NO_TOKEN, Caller
from service.core.database.coalescing import CoalescedReads
from service.core.http.cursor import CursorSigner
from service.core.resources import controller
from service.core.resources.access.policies import Authorization, Policies
from service.core.resources.conditions import RowCondition
from service.core.resources.filters import Filter
from service.core.resources.list_sql import ListSql
from service.core.resources.read_repository import ReadRepository
from service.core.resources.writes.checks import Check, Checks
from service.core.resources.writes.statements import WriteStatements
from tests.security.tenants.resources import TaskRepository

Patch = pytest.MonkeyPatch
OPEN = Policies({}).unrestricted


def _opened(patch: Patch, owner: type[Any], method: str) -> None:
    """The statements that a method builds are without conditions."""
    original = getattr(owner, method)

    def build(self: Any, *arguments: Any, **named: Any) -> Any:
        return OPEN.resolve(original(self, *arguments, **named))

    patch.setattr(owner, method, build)


def _lookup(patch: Patch, *, by_key: bool) -> None:
    original = getattr(ReadRepository, "_lookup")  # noqa: B009  # private: what is to be broken

    def look_up(self: Any, names: tuple[str, ...], columns: Any) -> Any:
        kept = self.authorization
        if (names == tuple(column.key for column in self.mapping.key)) is by_key:
            self.authorization = msgspec.structs.replace(kept, rights=OPEN.rights)
        try:
            return original(self, names, columns)
        finally:
            self.authorization = kept

    patch.setattr(ReadRepository, "_lookup", look_up)


def _replaced(statement: Any, put: Callable[..., Any]) -> Any:
    traverse: Any = replacement_traverse
    return traverse(statement, {}, put)


def by_key(patch: Patch) -> None:
    _lookup(patch, by_key=True)


def by_unique_key(patch: Patch) -> None:
    _lookup(patch, by_key=False)


def of_lists(patch: Patch) -> None:
    _opened(patch, ListSql, "rows")


def of_totals(patch: Patch) -> None:
    _opened(patch, ListSql, "count")


def of_batch_reads(patch: Patch) -> None:
    _opened(patch, ListSql, "by_keys")


def of_cursors(patch: Patch) -> None:
    def everybodys(self: CursorSigner, rows: str) -> CursorSigner:
        del rows
        return self

    patch.setattr(CursorSigner, "of_rows", everybodys)


def of_filters(patch: Patch) -> None:
    filters: Any = TaskRepository.reader.filters
    kept: Filter = filters["tag_id"]

    def build(value: BindParameter[Any]) -> ColumnElement[bool]:
        return OPEN.resolve(kept.build(value))

    patch.setitem(filters, "tag_id", msgspec.structs.replace(kept, build=build, alone=None))


def of_nested_rows(patch: Patch) -> None:
    original = Authorization.resolve

    def resolve(self: Authorization, statement: Any) -> Any:
        def put(element: Any, **_: object) -> Any:
            if isinstance(element, Exists):
                return element  # a filter by related rows, which shows none
            is_nested = isinstance(element, RowCondition) and element.target is not element.model.__table__
            return true() if is_nested else None

        return original(self, _replaced(statement, put))

    patch.setattr(Authorization, "resolve", resolve)


def of_reads_that_travel_together(patch: Patch) -> None:
    original: Any = CoalescedReads.read
    first: dict[Any, Any] = {}

    async def read(self: CoalescedReads, lookup: Any, key: Any, values: Any) -> Any:
        return await original(self, lookup, key, first.setdefault(lookup.shape, values))

    patch.setattr(CoalescedReads, "read", read)


def of_inserts(patch: Patch) -> None:
    _claims(patch)
    _checks(patch, lambda checks, is_new: () if is_new else checks)


def of_updates(patch: Patch) -> None:
    _opened(patch, WriteStatements, "update")


def of_what_a_row_becomes(patch: Patch) -> None:
    _claims(patch)
    _checks(patch, lambda checks, is_new: checks if is_new else ())


def of_deletes(patch: Patch) -> None:
    _opened(patch, WriteStatements, "delete")


def of_bulk(patch: Patch) -> None:
    original = controller.write_all

    async def write_all(repository: Any, writes: Any) -> Any:
        return await original(repository.for_caller(NO_TOKEN), writes)

    patch.setattr(controller, "write_all", write_all)


def of_parents(patch: Patch) -> None:
    _checks(patch, lambda checks, _: tuple(check for check in checks if not check.attributes))


def callers_swapped(patch: Patch) -> None:
    original = Policies.of
    other = {"red": "blue", "blue": "red", "user-red": "user-blue", "user-blue": "user-red"}

    def of(self: Policies, caller: Caller) -> Authorization:
        claims = caller.claims and {name: other.get(str(said), said) for name, said in caller.claims.items()}
        return original(self, msgspec.structs.replace(caller, claims=claims))

    patch.setattr(Policies, "of", of)


def _claims(patch: Patch) -> None:
    """What a payload says counts for more than what the token does."""

    def refuses_nothing(self: Any, authorization: Any, values: Any) -> None:
        del self, authorization
        said.update(values)

    def claimed(self: Any, authorization: Any) -> dict[str, object]:
        return {**original(self, authorization), **said}

    original, said = Checks.claimed, dict[str, object]()
    patch.setattr(Checks, "refusal_of", refuses_nothing)
    patch.setattr(Checks, "claimed", claimed)


def _checks(patch: Patch, keep: Callable[[tuple[Check, ...], bool], tuple[Check, ...]]) -> None:
    original = Checks.needed

    def needed(self: Any, authorization: Any, written: Any, *, is_new: bool) -> tuple[Check, ...]:
        return keep(original(self, authorization, written, is_new=is_new), is_new)

    patch.setattr(Checks, "needed", needed)


MUTATIONS = (
    by_key,
    by_unique_key,
    of_lists,
    of_totals,
    of_batch_reads,
    of_cursors,
    of_filters,
    of_nested_rows,
    of_reads_that_travel_together,
    of_inserts,
    of_updates,
    of_what_a_row_becomes,
    of_deletes,
    of_bulk,
    of_parents,
    callers_swapped,
)
