"""What the writes of one request make stale, so that its answer can say so in `Cache-Group-Invalidation`."""

from collections.abc import Iterable, Sequence
from collections.abc import Mapping as Values
from contextvars import ContextVar
from typing import Any, Generic, Self, TypeAlias

from sqlalchemy import select

from service.core.database.driver import Rows
from service.core.database.executor import Fetch
from service.core.http.cache_groups import EVERYTHING, ROWS, SETS, Groups, all_sets_of, any_of, one_key
from service.core.resources.caching.write_effects import Effect
from service.core.resources.mapping import DtoT, Mapping

Model: TypeAlias = type[Any]
Effects: TypeAlias = Values[Model, Effect]


class Invalidation:
    """The groups that the writes of one request name."""

    def __init__(self, effects: Effects, path_key: Sequence[object]) -> None:
        """`path_key` is what the path names a row by."""
        self.effects = effects
        self.path_key = path_key
        self.groups = Groups()

    def header_value(self) -> str:
        """The value of the header. Rows beyond what it may hold are named together, and models beyond that with all else."""
        return _header_value(self.groups)

    def header_value_of_row(self, model: Model) -> str:
        """The same, of the row that the path names: it was not written, and is another than the caller has seen."""
        groups = Groups()
        groups.add((model.__name__, ROWS), [one_key(self.path_key)])
        return _header_value(groups)


def _header_value(groups: Groups) -> str:
    value = groups.header_value(lambda model: (any_of(model),))
    return f'"{EVERYTHING}"' if value is None else value


invalidation: ContextVar[Invalidation | None] = ContextVar("invalidation", default=None)
"""Of the request that the running code serves; None outside of one that writes."""


class RowInvalidation(Generic[DtoT]):
    """What one write of a row makes stale, which is named once that is done."""

    def __init__(self, mapping: Mapping[Any, DtoT], changes: Values[str, object] | None = None) -> None:
        """`changes` are the values that it sets; None of a row that goes."""
        self._mapping = mapping
        self._changes = changes
        self._invalidation = invalidation.get()
        self._effect = self._invalidation and self._invalidation.effects.get(mapping.model)
        self._owners_before: Rows = []

    def stored(self, resource: DtoT) -> DtoT:
        """Name what was made stale by storing the row, which is given back as it is shown."""
        if self._effect:
            self.done(self._mapping.key_of(resource) if self._mapping.shows_key else None)
        return resource

    async def read_owners(self, fetch: Fetch, key: Values[str, object]) -> Self:
        """Read to which rows the row of the bound key belongs before the write, where the write can change that.

        It costs a round trip where the answers of other resources show or count rows of this one.
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
        """Name what was made stale by the write that is done now; `key` is None where nothing shows the row's key."""
        if self._invalidation and (effect := self._effect):
            groups = self._invalidation.groups
            effect.invalidate_row(groups, key)
            for row in self._owners_before:
                effect.invalidate_owners(groups, row)
            if self._changes is None:
                effect.invalidate_cascaded(groups)
            else:
                effect.invalidate_referred(groups, self._changes)
                effect.invalidate_dependent(groups, self._changes)


def invalidate_lists(model: Model) -> None:
    """Make lists of a model stale, after a statement of one's own that stored rows of it."""
    if (current := invalidation.get()) and (effect := current.effects.get(model)):
        effect.invalidate_lists(current.groups)


def invalidate_links(model: Model, keys: Iterable[object]) -> None:
    """Make stale what shows which rows belong to those of these keys, after a statement of one's own that changed it."""
    if current := invalidation.get():
        current.groups.names.add(all_sets_of(model.__name__))
        current.groups.add((model.__name__, SETS), keys)
