"""When a row was written: Prisma's client says it, in UTC, and so does the service."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

from service.dev.postgres import EmbeddedPostgres
from service.prisma.url import parse_database_url
from tests.support.api import Api, serving
from tests.support.tables import Note

FAR_ZONES = ("America/New_York", "Asia/Kathmandu", "Pacific/Kiritimati")


@pytest.mark.parametrize("zone", FAR_ZONES)
async def test_a_database_in_another_time_zone_changes_no_moment(
    postgres: EmbeddedPostgres, postgres_url: str, zone: str
) -> None:
    name = parse_database_url(postgres_url).url.database
    await postgres.execute(f"ALTER DATABASE \"{name}\" SET timezone = '{zone}'")
    async with serving(postgres_url) as api:
        began = datetime.now(UTC) - timedelta(seconds=1)
        note = await api.make_note("clock")
        created = datetime.fromisoformat(note["createdAt"])
        assert began <= created <= datetime.now(UTC)


async def test_a_new_row_was_created_and_updated_at_one_moment(api: Api) -> None:
    for number in range(20):
        note = await api.make_note(f"twin-{number}")
        assert note["createdAt"] == note["updatedAt"]


async def test_a_row_added_to_a_session_has_one_moment_too(sqlite_url: str) -> None:
    engine = create_async_engine(sqlite_url.replace("sqlite:", "sqlite+aiosqlite:"))
    async with AsyncSession(engine) as session:
        session.add_all([Note(title=f"{number}") for number in range(50)])
        await session.commit()
        different = select(func.count()).select_from(Note).where(Note.created_at != Note.updated_at)
        assert await session.scalar(different) == 0
    await engine.dispose()
