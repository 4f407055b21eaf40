"""A client that keeps answers of all resources by their cache groups shows what is stored, whatever was written."""

from collections.abc import Callable
from contextlib import AsyncExitStack
from random import Random

import httpx
import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from service.dev.samples.fill import fill_with, tables_of
from service.dev.samples.rows import Samples
from service.resources import RESOURCES
from tests.conformance.conftest import NOTE
from tests.conformance.offered import judged, offered
from tests.conformance.payloads import change, create, units
from tests.conformance.subject import ROWS, Refused, Subject
from tests.conformance.suite import why_not_on_sqlite
from tests.conformance.wire import NoPayloadError
from tests.prisma.support.engines import engine_of
from tests.support.api import serving
from tests.support.group_cache import GroupCache

READS_OF_EACH = 3
MAX_KEPT = 60
"""How many answers are kept: of hundreds of resources, some are looked at after one write, others after the next."""
SAFE = {"GET", "HEAD"}
OTHERS = sa.text("""
    SELECT DISTINCT 'the trigger ' || tgname FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL SELECT inhrelid::regclass || ', which inherits from ' || inhparent::regclass
    FROM pg_inherits JOIN pg_class ON pg_class.oid = inhparent WHERE relkind = 'r'
""")


@pytest.mark.timeout(900)
async def test_what_is_kept_is_what_is_stored(
    database_url: str, record_property: Callable[[str, object], None]
) -> None:
    engine = engine_of(database_url)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(engine.dispose)
        api = await stack.enter_async_context(serving(database_url, resources=RESOURCES, API_DOCS="false"))
        operations = api.application.state.operations
        subjects = [Subject(api, offered(resource, operations), engine) for resource in judged(RESOURCES)]
        if engine.dialect.name == "sqlite":
            subjects = [subject for subject in subjects if not why_not_on_sqlite(subject.table.schema)]
        samples = Samples()
        async with engine.begin() as connection:
            # What these triggers and tables change, no answer can name.
            others = await _others(connection)
            await fill_with(connection, samples, tables_of(), rows=ROWS)
        cache, random = GroupCache(api), Random(1)

        async def hear(answer: httpx.Response) -> None:
            await answer.aread()
            if answer.request.method not in SAFE:
                cache.heard(answer)

        api.event_hooks["response"].append(hear)
        for subject in subjects:
            subject.samples = samples
        # Deletions come last, since they take rows of other tables along, to which new rows would refer.
        for write in (_create, _change, _delete):
            for subject in subjects:
                cache.kept.clear()
                for each in random.sample(subjects, min(len(subjects), MAX_KEPT // READS_OF_EACH)):
                    await _read(cache, each)
                await _read(cache, subject)
                try:
                    await write(subject)
                    await cache.check()
                except (Refused, NoPayloadError):
                    continue
                except AssertionError as error:
                    # On SQLite there are no such triggers and tables, so that everything must hold there.
                    if not others:
                        raise
                    record_property(NOTE, f"{', '.join(others)} may be why: {error}")


async def _others(connection: AsyncConnection) -> list[str]:
    """The triggers and inheriting tables, by which a write changes rows of other tables: no answer names these."""
    if connection.dialect.name != "postgresql":
        return []
    return [*(await connection.execute(OTHERS)).scalars()]


async def _read(cache: GroupCache, subject: Subject) -> None:
    if subject.is_view and (await subject.api.get(subject.all)).status_code == 422:
        # A view may fail on a text that was written, where it reads that as JSON, say.
        return
    items = (await subject.ask("GET", subject.all, 200)).json()["items"]
    await cache.read(subject.all, *(subject.one(subject.key_of(item)) for item in items[:READS_OF_EACH]))


async def _create(subject: Subject) -> None:
    if "create" in subject.offered:
        await create(subject)


async def _change(subject: Subject) -> None:
    if "update" not in subject.offered:
        return
    for unit in units(subject, subject.offered.payload("update")):
        items = (await subject.ask("GET", subject.all, 200)).json()["items"]
        if items:
            await change(subject, (await subject.read(items[0]))[0], unit)


async def _delete(subject: Subject) -> None:
    if "delete" not in subject.offered:
        return
    items = (await subject.ask("GET", subject.all, 200)).json()["items"]
    if items:
        # The database may refuse it, for rows that refer to this one.
        await subject.api.delete(subject.one(subject.key_of(items[0])))
