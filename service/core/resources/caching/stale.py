"""What the writes of one request make stale, so that its answer can say so in `Cache-Group-Invalidation`."""

from collections.abc import Iterable, Mapping, Sequence
from contextvars import ContextVar
from typing import Any, Generic, Self, TypeAlias

from sqlalchemy import select

from service.core.database.driver import Rows
from service.core.database.executor import Fetch
from service.core.http.cache_groups import ROWS, SETS, Groups, all_sets_of, any_of, one_key
from service.core.resources.caching.effects import Effect
from service.core.resources.mapping import DtoT
from service.core.resources.mapping import Mapping as ResourceMapping

Model: TypeAlias = type[Any]
Effects: TypeAlias = Mapping[Model, Effect]


class Stale:
    """The groups that the writes of one request name."""

    def __init__(self, effects: Effects, path_key: Sequence[object]) -> None:
        """`path_key` is what the path names a row by."""
        self.effects = effects
        self.path_key = path_key
        self.groups = Groups()

    def listed(self) -> str:
        """The value of the header. Rows beyond what it may hold are named together."""
        return self.groups.listed(lambda model: (any_of(model),))

    def only_row_of(self, model: Model) -> str:
        """The same, of the row that the path names: it was not written, and is another than the caller has seen."""
        groups = Groups()
        groups.add((model.__name__, ROWS), [one_key(self.path_key)])
        return groups.listed(lambda model: (any_of(model),))


stale: ContextVar[Stale | None] = ContextVar("stale", default=None)
"""Of the request that the running code serves; None outside of one that writes."""


class Note(Generic[DtoT]):
    """One write of a row, of which is said what it makes stale once it is done."""

    def __init__(
        self, mapping: ResourceMapping[Any, DtoT], changes: Mapping[str, object] | None = None
    ) -> None:
        """`changes` are the values that it sets; None of a row that goes."""
        self._mapping = mapping
        self._changes = changes
        self._stale = stale.get()
        self._effect = self._stale and self._stale.effects.get(mapping.model)
        self._before: Rows = []

    def stored(self, resource: DtoT) -> DtoT:
        """It is stored, and shown so."""
        if self._effect:
            keys = [column.key for column in self._mapping.key]
            is_shown = set(keys) <= set(resource.__struct_fields__)
            self.done(self._mapping.key_of(resource) if is_shown else None)
        return resource

    async def ask(self, fetch: Fetch, key: Mapping[str, object]) -> Self:
        """Find out to which rows the one of the bound key belongs so far, where the write can change that.

        It costs a round trip where the answers of other resources show or count rows of this one.
        """
        if (
            (effect := self._effect)
            and effect.asked
            and (self._changes is None or effect.moves(self._changes))
        ):
            self._before = await fetch(
                (self._mapping, "owners"),
                lambda: select(*effect.asked).where(*self._mapping.key_is_bound),
                key,
            )
        return self

    def done(self, key: Sequence[object] | None) -> None:
        """The row of this key is as it shall be; None where nothing shows its key."""
        if self._stale and (effect := self._effect):
            groups = self._stale.groups
            effect.written(groups, key)
            for row in self._before:
                effect.owned(groups, row)
            if self._changes is None:
                effect.taken_along(groups)
            else:
                effect.refers(groups, self._changes)
                effect.judged(groups, self._changes)


def noted(model: Model) -> None:
    """Say that a statement of one's own stored rows of a model."""
    if (said := stale.get()) and (effect := said.effects.get(model)):
        effect.listed(said.groups)


def noted_links(model: Model, keys: Iterable[object]) -> None:
    """Say that a statement of one's own changed which rows belong to those of these keys."""
    if said := stale.get():
        said.groups.names.add(all_sets_of(model.__name__))
        said.groups.add((model.__name__, SETS), keys)
