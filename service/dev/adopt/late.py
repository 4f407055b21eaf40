"""What came with the schema since a model was written, which a person has yet to decide on."""

import re
from collections.abc import Iterable, Iterator, Mapping

from service.dev.adopt.columns import columns_of
from service.dev.adopt.merge.store import KeptSlice
from service.dev.adopt.models import Source
from service.dev.adopt.options import Options
from service.dev.adopt.relations import names_beside
from service.dev.adopt.resource import Plans
from service.dev.adopt.secrets import SecretWords

PAYLOAD = re.compile(r"\((?:Core)?Payload_*\b")
"""The base of payloads: imported under another name where a model is called so."""

TWO_DTOS = re.compile(r"^    whole = ", re.MULTILINE)
"""A repository's mapping of single rows, beside that of lists."""


def late_columns(
    sources: Iterable[Source], options: Options, renamed: Mapping[str, str]
) -> dict[str, set[str]]:
    """The columns that came since the models were written: where they go is for a person to say.

    Those of a key are none of them: without it no row is found.
    """
    late: dict[str, set[str]] = {}
    for source in sources:
        if (known := options.columns.get(renamed.get(source.name, source.name))) is not None:
            key = {source.mapper.get_property_by_column(column).key for column in source.mapper.primary_key}
            late[source.name] = {*_columns(source)} - {*known} - key
    return late


def with_reasons(columns: Iterable[str], sources: Iterable[Source]) -> list[str]:
    """Columns, as `Model.field`, each with the reason why it would be hidden, where there is one: a person has to know."""
    secrets = SecretWords.read()
    hidden = {
        f"{source.name}.{column.wire}": column.hidden
        for source in sources
        for column in columns_of(source.mapper, source.prisma, secrets)
        if column.hidden
    }
    return [f"{name} ({hidden[name]})" if name in hidden else name for name in columns]


def late_links(source: Source, old: KeptSlice) -> Iterator[str]:
    """The relations of many to many that the payloads lack which were written: a PUT that knows nothing of one would empty it."""
    text = "".join(file.text for path, file in old.files.items() if path.endswith("/dto.py"))
    payload = PAYLOAD.search(text)
    taken = text[payload.start() :] if payload else ""
    beside = names_beside(source)
    for relation in source.mapper.relationships:
        is_taken = re.search(rf"^    {beside[relation.key]}: ", taken, re.MULTILINE)
        if relation.secondary is not None and payload and not is_taken:
            yield relation.key


def has_one_dto(old: KeptSlice) -> bool:
    """Whether lists showed the rows as they are shown singly."""
    repositories = [file.text for path, file in old.files.items() if path.endswith("/repository.py")]
    return bool(repositories) and not any(map(TWO_DTOS.search, repositories))


def _columns(source: Source) -> list[str]:
    return sorted(str(each.key) for each in source.mapper.column_attrs)


def placed(
    options: Options, sources: Iterable[Source], plans: Plans, renamed: Mapping[str, str]
) -> dict[str, list[str]]:
    """The columns that have a place: all of a model that was just written, else those that had one and are still there.

    One that went and comes again is new.
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
