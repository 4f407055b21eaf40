"""In which order tables can be filled: those that a row must belong to come first."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

import msgspec
import sqlalchemy as sa

AnyTable: TypeAlias = "sa.Table[Any]"


class Order(msgspec.Struct, frozen=True):
    """The tables that can be filled, parents first; and why others cannot."""

    tables: tuple[AnyTable, ...]
    impossible: Mapping[AnyTable, str]


def references(table: AnyTable) -> list[sa.ForeignKeyConstraint]:
    """The foreign keys that a row fills, the longest first: what these say, shorter ones in them say too."""
    filled = [
        key for key in table.foreign_key_constraints if all(column.computed is None for column in key.columns)
    ]
    return sorted(
        filled,
        key=lambda key: (-len(key.elements), not is_required(key), [column.name for column in key.columns]),
    )


def is_required(key: sa.ForeignKeyConstraint) -> bool:
    return not any(column.nullable for column in key.columns)


def parents(table: AnyTable, *, required: bool) -> set[AnyTable]:
    """The tables that rows refer to, without the table itself where they need not."""
    found = {key.referred_table for key in table.foreign_key_constraints if is_required(key) is required}
    return found if required else found - {table}


def order_of(tables: Iterable[AnyTable], unfillable: Mapping[AnyTable, str]) -> Order:
    """The tables and all that their rows must belong to; `unfillable` are those of which a row cannot be made up."""
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
            # What may be left empty is waited for, unless that leads in a circle.
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
    """Tables each of which needs the next, and the last the first. Each of `waiting` needs one of them."""
    path: list[AnyTable] = [waiting[0]]
    while True:
        following = min(parents(path[-1], required=True) & set(waiting), key=lambda parent: parent.fullname)
        if following in path:
            return path[path.index(following) :]
        path.append(following)
