"""Reads from the slice that was written the last time what callers rely on, and what they do not know of yet."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from service.dev.adopt.adopted import Adopted, KeptSlice
from service.dev.adopt.options import Options
from service.dev.adopt.plan.decided import undecided_columns
from service.dev.adopt.plan.models import Source
from service.dev.adopt.plan.paths import path_of
from service.dev.adopt.plan.relations import names_beside
from service.dev.adopt.plan.tenants import ways_in

PAYLOAD = re.compile(r"\((?:Core)?Payload_*\b")
"""The base class of payloads, which is imported under an alias where a model is called `Payload`."""

TWO_DTOS = re.compile(r"^    whole = ", re.MULTILINE)
"""The line by which a repository has a mapping for single rows beside that for lists."""

HIDDEN = re.compile(r"\bhidden=\[([^\]]*)\]")
ATTRIBUTE = re.compile(r"\.(\w+)\s*(?:,|$)")


@dataclass(frozen=True)
class Previous:
    """What stays of a resource since it was written the last time; nothing of a model that is written like a new one."""

    path: str | None = None
    """Without its slash."""
    ways: Collection[str] = ()
    """The columns or relations by which its condition leads from a row to its tenant."""
    has_one_dto: bool = False
    """Whether lists and single rows have one DTO, and keep to it."""
    undecided: frozenset[str] = frozenset()
    """The columns on which a person has yet to decide, and the many-to-many relations that writes do not take yet."""


def previous_of(source: Source, adopted: Adopted, options: Options, renamed: Mapping[str, str]) -> Previous:
    """What stays of a model's resource; `renamed` are models, each with its former name."""
    former = renamed.get(source.name, source.name)
    old, decided = adopted.slices.get(former), options.columns.get(former)
    undecided = set[str]() if decided is None else undecided_columns(source, decided)
    if old is None:
        return Previous(undecided=frozenset(undecided))
    path, ways = path_of(PurePosixPath(old.folder).name), [*ways_of(old)]
    if decided is None:
        return Previous(path, ways)
    undecided.update(_links_not_taken(source, old))
    return Previous(path, ways, _has_one_dto(old), frozenset(undecided))


def ways_of(old: KeptSlice) -> Iterator[str]:
    """The columns or relations by which the conditions of a slice lead to the tenant."""
    return (way for file in old.files.values() for way in ways_in(file.text))


def hidden_in(old: KeptSlice) -> set[str]:
    """The columns that the slice hid when it was written."""
    lists = (found for file in old.files.values() for found in HIDDEN.findall(file.text))
    return {name for each in lists for name in ATTRIBUTE.findall(each)}


def _links_not_taken(source: Source, old: KeptSlice) -> Iterator[str]:
    """The many-to-many relations that the payloads of the slice lack.

    A person has to add these, since a PUT by a client that does not know the field would empty the relation.
    """
    text = "".join(file.text for path, file in old.files.items() if path.endswith("/dto.py"))
    payload = PAYLOAD.search(text)
    taken = text[payload.start() :] if payload else ""
    beside = names_beside(source)
    for relation in source.linked:
        is_taken = re.search(rf"^    {beside[relation.key]}: ", taken, re.MULTILINE)
        if payload and not is_taken:
            yield relation.key


def _has_one_dto(old: KeptSlice) -> bool:
    """Whether the slice that was written has one DTO for lists and for single rows."""
    repositories = [file.text for path, file in old.files.items() if path.endswith("/repository.py")]
    return bool(repositories) and not any(map(TWO_DTOS.search, repositories))
