"""Checks that an owner reads the same while others' rows are there as when they are gone."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from service.core.resources.conditions import Policy
from service.dev.samples.order import AnyTable
from tests.conformance.filters import Rows, questions
from tests.conformance.subject import Json, Subject
from tests.support.api import bearer

MAX_READ = 2
"""How many rows of each resource are read one by one."""
MAX_OWNERS = 3
MAX_VALUES = 10
"""How many rows of each table give values to filter by."""
WITHOUT_FOREIGN_KEYS = {
    "postgresql": "SET session_replication_role = replica",
    "sqlite": "PRAGMA foreign_keys = OFF",
}
Answer = tuple[int, str | None, Any]
Keys = set[tuple[Any, ...]]


async def others_make_no_difference(
    subjects: Sequence[Subject],
    policies: Mapping[type[Any], Policy],
    owners: Sequence[Mapping[str, object]],
) -> None:
    """Others' rows change nothing of what an owner reads of any resource: neither nested rows, nor counts, nor filters.

    The owner is the one of a few who reads the most rows. All rows that this one does not read are deleted in between.
    """
    decided = [each for each in subjects if each.mapping.model in policies]
    rows = {subject.table: await _rows(subject) for subject in decided}
    seen = [
        [await _seen(subject, bearer("an-owner", **claims)) for subject in decided]
        for claims in owners[:MAX_OWNERS]
    ]
    own = max(seen, key=lambda each: sum(map(len, each)))
    headers = bearer("an-owner", **owners[seen.index(own)])
    paths = [path for subject in decided for path in _lists(subject, rows)]
    for subject, items in zip(decided, own, strict=True):
        paths += [subject.one(subject.key_of(item)) for item in items[:MAX_READ]]
    before = [await _answer(subjects[0], path, headers) for path in paths]
    others = [
        {subject.stored_key(item) for item in await subject.list()} - {*map(subject.stored_key, items)}
        for subject, items in zip(decided, own, strict=True)
    ]
    async with subjects[0].engine.connect() as connection:
        # With foreign keys, the rows that others' rows take along (ON DELETE CASCADE) would be gone as well.
        driver: Any = (await connection.get_raw_connection()).driver_connection
        await driver.execute(WITHOUT_FOREIGN_KEYS[connection.dialect.name])
        for subject, keys in zip(decided, others, strict=True):
            if not subject.is_view:
                await _delete(connection, subject, keys)
        await connection.commit()
    for path, was in zip(paths, before, strict=True):
        now = await _answer(subjects[0], path, headers)
        assert now == was, f"GET {path} answers {was}, and without others' rows {now}"


async def _seen(subject: Subject, headers: Mapping[str, str]) -> list[Json]:
    answer = await subject.api.get(
        subject.all, headers=headers, params={"limit": subject.offered.longest_page}
    )
    return answer.json()["items"] if answer.status_code == 200 else []


async def _answer(subject: Subject, path: str, headers: Mapping[str, str]) -> Answer:
    answer = await subject.api.get(path, headers=headers)
    body = answer.json()
    if answer.is_error:
        body.pop("requestId")
    return answer.status_code, answer.headers.get("etag"), body


async def _rows(subject: Subject) -> Rows:
    columns = list(subject.table.columns)
    names = [column.name for column in columns]
    return [dict(zip(names, row, strict=True)) for row in await subject.select(sa.select(*columns))]


def _lists(subject: Subject, rows: Mapping[AnyTable, Rows]) -> Iterator[str]:
    """The paths of the list, of its first item alone, and of each filter by related rows, with values of anybody's."""
    asked: list[dict[str, Any]] = [{}, {"limit": 1}]
    for field in msgspec.structs.fields(subject.offered.operations["list"].criteria):
        declared = subject.offered.reader.filters.get(field.name)
        if declared and declared.relation:
            values = [
                value
                for at in range(MAX_VALUES)
                for some in [{table: each[at : at + 1] for table, each in rows.items()}]
                for question in questions(declared, subject.table, [], some)
                for value in question.values
            ]
            asked.append({field.encode_name: values})
    for parameters in asked:
        yield f"{subject.all}?{urlencode(parameters, doseq=True)}"


async def _delete(connection: AsyncConnection, subject: Subject, keys: Keys) -> None:
    for key in keys:
        is_meant = [column == value for column, value in zip(subject.key_columns, key, strict=True)]
        await connection.execute(subject.table.delete().where(*is_meant))
