"""Finds relations without a foreign key in the database: `relationMode = "prisma"` makes none."""

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy.orm import MANYTOMANY, MANYTOONE

from service.dev.adopt.plan.models import Source
from service.prisma.base import ViewBase
from service.prisma.names import api_name

ANY = "any relation"


def without_foreign_key(sources: Iterable[Source]) -> list[str]:
    """Each relation without a foreign key once, as `Player.team`; `[ANY]`, where there are several and none has one."""
    held = dict(_relations(sources))
    loose = [name for name, is_held in held.items() if not is_held]
    return [ANY] if 1 < len(loose) == len(held) else loose


def _relations(sources: Iterable[Source]) -> Iterator[tuple[str, bool]]:
    """Each relation, with whether it has a foreign key."""
    seen = set[Any]()
    for source in sources:
        for relation in source.mapper.relationships:
            if source.is_view or issubclass(relation.mapper.class_, ViewBase):
                continue
            if relation.direction is MANYTOONE:
                pairs = relation.local_remote_pairs or ()
                is_held = all(_refers(local, remote) for local, remote in pairs)
            elif relation.direction is MANYTOMANY:
                link: Any = relation.secondary
                if link in seen:
                    continue
                is_held = bool(link.foreign_keys)
                seen.add(link)
            else:
                continue
            yield f"{source.name}.{api_name(relation.class_attribute)}", is_held


def _refers(local: ColumnElement[Any], remote: ColumnElement[Any]) -> bool:
    return any(key.column is remote for key in local.foreign_keys)
