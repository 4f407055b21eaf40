"""The order in which tables can be filled: each after the tables that its rows must refer to."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import MANYTOONE

from service.models import Base, ViewBase

AnyTable: TypeAlias = "sa.Table[Any]"


class Order(msgspec.Struct, frozen=True):
    """The tables that can be filled, parents first; and why others cannot."""

    tables: tuple[AnyTable, ...]
    impossible: Mapping[AnyTable, str]


@dataclass(frozen=True, eq=False)
class Reference:
    """How rows refer to rows of a table: by a foreign key, or by a relation that Prisma's client alone looks after."""

    columns: tuple["sa.Column[Any]", ...]
    referred: tuple["sa.Column[Any]", ...]
    """The columns of the other row whose values `columns` hold."""
    is_held: bool
    """Whether the database insists, by a foreign key, that the other row exists."""

    @property
    def table(self) -> AnyTable:
        return self.referred[0].table

    @property
    def may_be_empty(self) -> bool:
        return any(column.nullable for column in self.columns)

    @property
    def is_filled(self) -> bool:
        """Whether the row itself sets the columns; else the database computes one."""
        return all(column.computed is None for column in self.columns)

    @property
    def is_required(self) -> bool:
        """Whether a row cannot exist without the row that it refers to."""
        return self.is_held and not self.may_be_empty


@cache
def references(table: AnyTable) -> Sequence[Reference]:
    """The references of a table, those of most columns first: their values settle shorter ones within them too."""
    held = [
        Reference(
            tuple(each.parent for each in key.elements),
            tuple(each.column for each in key.elements),
            is_held=True,
        )
        for key in table.foreign_key_constraints
    ]
    found = {frozenset(zip(each.columns, each.referred, strict=True)): each for each in held}
    for pairs in _relations(table):
        columns, referred = zip(*pairs, strict=True)
        found.setdefault(frozenset(pairs), Reference(columns, referred, is_held=False))
    return sorted(
        found.values(),
        key=lambda each: (
            -len(each.columns),
            not each.is_required,
            [column.name for column in each.columns],
        ),
    )


def _relations(table: AnyTable) -> Iterator[list[tuple[Any, Any]]]:
    """The relations by which rows of a table, also a join table, refer to others: pairs of a column and its target."""
    for model in _models(Base):
        if model.metadata is not table.metadata:
            continue
        for relation in sa.inspect(model).relationships:
            if not isinstance(relation.mapper.local_table, sa.Table) or issubclass(
                relation.mapper.class_, ViewBase
            ):
                continue
            if relation.direction is MANYTOONE and model.__table__ is table:
                yield list(relation.local_remote_pairs or ())
            elif relation.secondary is table:
                yield from ([(column, key)] for key, column in relation.local_remote_pairs or ())


def _models(base: type[Base]) -> Iterator[type[Base]]:
    for model in base.__subclasses__():
        if "__table__" in vars(model):
            yield model
        yield from _models(model)


def parents(table: AnyTable, *, required: bool) -> set[AnyTable]:
    """The tables that rows must refer to (`required`), or those that they may refer to, but for the table itself."""
    found = {each.table for each in references(table) if each.is_required is required}
    return found if required else found - {table}


def order_of(tables: Iterable[AnyTable], unfillable: Mapping[AnyTable, str]) -> Order:
    """The order of the tables and of all that their rows must refer to; for `unfillable` ones no row can be made up."""
    waiting = _with_parents(tables)
    impossible = {table: reason for table, reason in unfillable.items() if table in waiting}
    done: list[AnyTable] = []
    while waiting:
        waiting = [table for table in waiting if table not in done and table not in impossible]
        lost = {
            table: parent for table in waiting for parent in parents(table, required=True) & impossible.keys()
        }
        if lost:
            impossible |= {
                table: f"needs a {parent.name}, of which there is none" for table, parent in lost.items()
            }
            continue
        ready = [table for table in waiting if parents(table, required=True) <= set(done)]
        if ready:
            # Tables that rows may refer to come first as well, unless that leads in a circle.
            done.append(min(ready, key=lambda table: len(_open(table, waiting))))
        elif waiting:
            circle = _circle(waiting)
            names = " and ".join(table.name for table in circle)
            impossible |= dict.fromkeys(
                circle, f"none can be the first: a {names} needs another that is there already"
            )
    return Order(tuple(done), impossible)  # fmt: skip


def _with_parents(tables: Iterable[AnyTable]) -> list[AnyTable]:
    found: dict[AnyTable, None] = {}
    waiting = list(tables)
    while waiting:
        table = waiting.pop(0)
        if table not in found:
            found[table] = None
            waiting += sorted(parents(table, required=True), key=lambda parent: parent.fullname)
    return list(found)


def _open(table: AnyTable, waiting: Sequence[AnyTable]) -> set[AnyTable]:
    return parents(table, required=False) & set(waiting)


def _circle(waiting: Sequence[AnyTable]) -> list[AnyTable]:
    """Tables each of which requires the next, and the last the first. Each of `waiting` must require one of them."""
    path: list[AnyTable] = [waiting[0]]
    while True:
        following = min(parents(path[-1], required=True) & set(waiting), key=lambda parent: parent.fullname)
        if following in path:
            return path[path.index(following) :]
        path.append(following)
