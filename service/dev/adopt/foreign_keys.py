"""Relations that no foreign key of the database holds, as `relationMode = "prisma"` makes none."""

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy.orm import MANYTOMANY, MANYTOONE

from service.dev.adopt.models import Source
from service.prisma.base import ViewBase
from service.prisma.names import api_name


def without_foreign_key(sources: Iterable[Source]) -> Iterator[str]:
    """Each relation once, as `Player.team`."""
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
                is_held = bool(link.foreign_keys) or link in seen
                seen.add(link)
            else:
                continue
            if not is_held:
                yield f"{source.name}.{api_name(relation.class_attribute)}"


def _refers(local: ColumnElement[Any], remote: ColumnElement[Any]) -> bool:
    return any(key.column is remote for key in local.foreign_keys)
