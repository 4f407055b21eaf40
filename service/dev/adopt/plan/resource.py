"""The plan of a resource: its path, what it shows and takes, and what a person has to know of it."""

from dataclasses import dataclass

from service.dev.adopt.plan.columns import ColumnPlan
from service.dev.adopt.plan.models import Source
from service.dev.adopt.plan.paths import folder
from service.dev.adopt.plan.relations import RelationPlan

Columns = tuple[ColumnPlan, ...]


@dataclass(frozen=True)
class ResourcePlan:
    """One model's resource."""

    source: Source
    path: str
    columns: Columns
    read_only: str | None
    """Why callers cannot write it; None where they can."""
    readable: str | None
    """The source of its condition on who may read; None where a person has to decide."""
    parents: tuple[RelationPlan, ...] = ()
    owned: tuple[RelationPlan, ...] = ()
    """The relations to a single row that belongs to this one."""
    linked: tuple[RelationPlan, ...] = ()
    """The implicit many-to-many relations."""
    counted: tuple[RelationPlan, ...] = ()
    undecided: tuple[str, ...] = ()
    """Columns and many-to-many relations that a person has yet to decide on."""
    unshown: tuple[RelationPlan, ...] = ()
    """Relations that only a single row would show, and that stay out where it shares its DTO with lists: a second DTO
    would give clients other types."""
    no_create: str | None = None
    no_change: str | None = None

    @property
    def name(self) -> str:
        return self.source.name

    @property
    def folder(self) -> str:
        return folder(self.path)

    @property
    def shown(self) -> Columns:
        return tuple(column for column in self.columns if not column.hidden)

    @property
    def hidden(self) -> Columns:
        return tuple(column for column in self.columns if column.hidden)

    @property
    def in_lists(self) -> Columns:
        return tuple(column for column in self.shown if not column.is_large or column.is_key)

    @property
    def alone(self) -> Columns:
        """The columns that a single row shows and an item of a list does not."""
        return tuple(column for column in self.shown if column not in self.in_lists)

    @property
    def nested(self) -> tuple[RelationPlan, ...]:
        """The relations whose rows are shown."""
        return (*self.parents, *self.owned, *self.linked)

    @property
    def written(self) -> tuple[RelationPlan, ...]:
        """The relations whose rows payloads name by their keys."""
        return tuple(relation for relation in self.linked if relation.is_written)

    @property
    def no_delete(self) -> str | None:
        """Why the database refuses each DELETE, which is offered all the same; None where it does not."""
        return self.source.refusals.get("DELETE")

    @property
    def has_item(self) -> bool:
        """Whether a single row shows more than an item of a list."""
        return bool(self.alone or self.owned or self.linked or self.counted)
