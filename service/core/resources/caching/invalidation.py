"""What the writes of one request make stale, so that its answer can say so in `Cache-Group-Invalidation`."""

from collections.abc import Iterable, Sequence
from collections.abc import Mapping as Values
from contextvars import ContextVar
from typing import Any, Generic, Self, TypeAlias

from sqlalchemy import select

from service.core.database.driver import Rows
from service.core.database.statement import Fetch
from service.core.http.cache_groups import EVERYTHING, MEMBERS, Groups, any_row_of, member_lists_of
from service.core.resources.caching.write_effects import Effect, add_row
from service.core.resources.conditions import Model
from service.core.resources.mapping import DtoT, Mapping

Effects: TypeAlias = Values[Model, Effect]


class Invalidation:
    """The cache groups that the writes of one request make stale."""

    def __init__(self, effects: Effects, path_key: Sequence[object]) -> None:
        """`path_key` are the parameters of the path, which are the key of a row where the path names one."""
        self.effects = effects
        self.path_key = path_key
        self.groups = Groups()

    def header_value(self) -> str:
        """The value of the header.

        Where it cannot hold all rows, one name stands for all rows of a model; where it cannot hold all models,
        `EVERYTHING` stands for all of them.
        """
        return _header_value(self.groups)

    def header_value_of_row(self, mapping: Mapping[Any, Any]) -> str:
        """The value for the row of the path alone: it was not written, but differs from what the caller has seen."""
        groups = Groups()
        if key := mapping.key_values(self.path_key):
            add_row(groups, mapping.model.__name__, key, is_exact=mapping.is_key_exact)
        return _header_value(groups)


def _header_value(groups: Groups) -> str:
    value = groups.header_value(lambda model: (any_row_of(model),))
    return f'"{EVERYTHING}"' if value is None else value


invalidation: ContextVar[Invalidation | None] = ContextVar("invalidation", default=None)
"""What the writes of the current request make stale; None outside of a request that writes."""


class RowInvalidation(Generic[DtoT]):
    """What one write of a row makes stale; it is named once the write is done."""

    def __init__(self, mapping: Mapping[Any, DtoT], changes: Values[str, object] | None) -> None:
        """`changes` are the values that the write sets; None where it takes the row away."""
        self._mapping = mapping
        self._changes = changes
        self._invalidation = invalidation.get()
        self._effect = self._invalidation and self._invalidation.effects.get(mapping.model)
        self._owners_before: Rows = []

    def record(self, resource: DtoT) -> DtoT:
        """Name what storing the row made stale. Returns `resource`, the row as it is shown."""
        if self._effect:
            self.done(self._mapping.key_of(resource) if self._mapping.shows_key else None)
        return resource

    async def read_owners(self, fetch: Fetch, key: Values[str, object]) -> Self:
        """Read which rows this row belongs to before the write, where the write can change that; `key` is bound.

        This costs a round trip, but only where answers of other resources show or count rows of this one.
        """
        if (
            (effect := self._effect)
            and effect.owner_columns
            and (self._changes is None or effect.changes_owners(self._changes))
        ):
            self._owners_before = await fetch(
                (self._mapping, "owners"),
                lambda: select(*effect.owner_columns).where(*self._mapping.this_row),
                key,
            )
        return self

    def done(self, key: Sequence[object] | None) -> None:
        """Name what the finished write made stale; `key` is the row's, None where the DTO does not show it."""
        if self._invalidation and self._effect:
            self._effect.invalidate(self._invalidation.groups, key, self._changes, self._owners_before)


def invalidate_lists(model: Model) -> None:
    """Name the lists of a model as stale, after a repository's own statement has stored rows of it."""
    if (current := invalidation.get()) and (effect := current.effects.get(model)):
        effect.invalidate_lists(current.groups)


def invalidate_links(model: Model, keys: Iterable[object]) -> None:
    """Name as stale what shows which rows belong to the rows of these keys.

    For a repository that has changed this by a statement of its own.
    """
    if current := invalidation.get():
        current.groups.names.add(member_lists_of(model.__name__))
        for key in keys:
            add_row(current.groups, model.__name__, [key], MEMBERS)
