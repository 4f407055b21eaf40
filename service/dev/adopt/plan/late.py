"""Finds columns and relations that are newer than a model's slice, and that a person has yet to decide on."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping

from service.dev.adopt.adopted import Adopted, KeptSlice
from service.dev.adopt.options import Options
from service.dev.adopt.plan.columns import columns_of
from service.dev.adopt.plan.models import Source
from service.dev.adopt.plan.relations import names_beside
from service.dev.adopt.plan.resource import Plans
from service.dev.adopt.plan.secrets import SecretWords

PAYLOAD = re.compile(r"\((?:Core)?Payload_*\b")
"""The base class of payloads, which is imported under an alias where a model is called `Payload`."""

TWO_DTOS = re.compile(r"^    whole = ", re.MULTILINE)
"""The line by which a repository has a mapping for single rows beside that for lists."""

HIDDEN = re.compile(r"\bhidden=\[([^\]]*)\]")
ATTRIBUTE = re.compile(r"\.(\w+)\s*(?:,|$)")


def known_columns(options: Options, adopted: Adopted, asked: Collection[str]) -> dict[str, list[str]]:
    """By model, the columns that were there when its slice was written.

    A model that is asked for, or that has no slice since it was left out, has none: it is written like a new one.
    """
    models = adopted.slices.keys() - set(asked)
    return {model: names for model, names in options.columns.items() if model in models}


def late_columns(
    sources: Iterable[Source], options: Options, renamed: Mapping[str, str]
) -> dict[str, set[str]]:
    """By model, the columns that came since its slice was written: a person has to say what becomes of them.

    Columns of the key are never among them, since no row could be found without its key.
    """
    late: dict[str, set[str]] = {}
    for source in sources:
        if (known := options.columns.get(renamed.get(source.name, source.name))) is not None:
            key = {source.mapper.get_property_by_column(column).key for column in source.mapper.primary_key}
            late[source.name] = {*_columns(source)} - {*known} - key
    return late


def with_reasons(columns: Iterable[str], sources: Iterable[Source]) -> list[str]:
    """The columns (`Model.field`), each with the reason to hide it, if there is one: whoever decides has to know."""
    secrets = SecretWords.read()
    hidden = {
        f"{source.name}.{column.wire}": column.hidden
        for source in sources
        for column in columns_of(source.mapper, source.prisma, secrets)
        if column.hidden
    }
    return [f"{name} ({hidden[name]})" if name in hidden else name for name in columns]


def late_links(source: Source, old: KeptSlice) -> Iterator[str]:
    """The many-to-many relations that the payloads of the slice lack.

    A person has to add these, since a PUT by a client that does not know the field would empty the relation.
    """
    text = "".join(file.text for path, file in old.files.items() if path.endswith("/dto.py"))
    payload = PAYLOAD.search(text)
    taken = text[payload.start() :] if payload else ""
    beside = names_beside(source)
    for relation in source.mapper.relationships:
        is_taken = re.search(rf"^    {beside[relation.key]}: ", taken, re.MULTILINE)
        if relation.secondary is not None and payload and not is_taken:
            yield relation.key


def has_one_dto(old: KeptSlice) -> bool:
    """Whether the slice that was written has one DTO for lists and for single rows."""
    repositories = [file.text for path, file in old.files.items() if path.endswith("/repository.py")]
    return bool(repositories) and not any(map(TWO_DTOS.search, repositories))


def hidden_in(old: KeptSlice) -> set[str]:
    """The columns that the slice hid when it was written."""
    lists = (found for file in old.files.values() for found in HIDDEN.findall(file.text))
    return {name for each in lists for name in ATTRIBUTE.findall(each)}


def _columns(source: Source) -> list[str]:
    return sorted(str(each.key) for each in source.mapper.column_attrs)


def placed(
    options: Options, sources: Iterable[Source], plans: Plans, renamed: Mapping[str, str]
) -> dict[str, list[str]]:
    """By model, the columns that are decided on: all, where it was just written; else the earlier ones still there.

    A column that goes and comes back counts as new.
    """
    written = {each.name for each in plans.resources}
    found: dict[str, list[str]] = {}
    for source in sources:
        there = _columns(source)
        if (known := options.columns.get(renamed.get(source.name, source.name))) is not None:
            found[source.name] = [name for name in there if name in known]
        elif source.name in written:
            found[source.name] = there
    return found
