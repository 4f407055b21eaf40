"""The generated models of the mirrored schema, in use."""

import re
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from enum import StrEnum

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import InvalidRequestError, StatementError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from sqlalchemy.orm import configure_mappers

from service import models
from service.models import AuthorStats, Base, Page, PageStatus, SubscriptionStatus, Topic, User, ViewBase
from service.prisma.base import ReadOnlyViewError
from service.prisma.types import UtcTimestamp
from tests.prisma.support.engines import engine_of

pytestmark = pytest.mark.usefixtures("_mapped")


@pytest.fixture(scope="module")
def _mapped() -> None:
    configure_mappers()


@pytest.fixture
async def engine(database_url: str):  # noqa: ANN201  # an async generator of an engine
    engine = engine_of(database_url)
    yield engine
    await engine.dispose()


async def add(engine: AsyncEngine, *rows: Base) -> None:
    async with AsyncSession(engine) as session:
        session.add_all(rows)
        await session.commit()


def test_every_mapped_class_is_exported() -> None:
    mapped = {mapper.class_ for base in (Base, ViewBase) for mapper in base.registry.mappers}
    generated = {each.__name__ for each in mapped if each.__module__.startswith("service.models.")}
    assert generated <= set(models.__all__)
    assert {"Base", "ViewBase"} <= set(models.__all__)


def test_enums_carry_prisma_s_names_and_store_the_database_s() -> None:
    assert issubclass(SubscriptionStatus, StrEnum)
    assert SubscriptionStatus.PAST_DUE == "PAST_DUE"
    assert SubscriptionStatus.PAST_DUE.stored == "past-due"
    kind = models.Subscription.__table__.c.status.type
    assert isinstance(kind, sa.Enum)
    assert kind.enums == ["TRIALING", "ACTIVE", "past-due", "CANCELED"]


def test_docs_stand_at_the_columns_and_classes() -> None:
    doc = Page.__table__.c.slug.doc
    assert doc
    assert doc.startswith("The last segment of the page's URL")
    assert Page.__doc__ == "A page of the site. A PUBLISHED page always has a publishedAt."


def test_create_all_skips_views() -> None:
    assert "AuthorStats" not in Base.metadata.tables
    assert "AuthorStats" in ViewBase.metadata.tables


async def test_prisma_s_client_s_part_is_filled_in(engine: AsyncEngine) -> None:
    before = datetime.now(UTC) - timedelta(seconds=1)
    await add(engine, User(id="u", email="a@b.c"), Page(slug="s", title="T", author_id="u", content={}))
    async with AsyncSession(engine) as session:
        page = (await session.scalars(sa.select(Page))).one()
        assert re.fullmatch("c[a-z0-9]{24}", page.id)
        assert before <= page.updated_at
        assert page.updated_at.microsecond % 1000 == 0
        assert page.created_at.tzinfo is UTC
        assert page.tags == []
        assert page.status is PageStatus.DRAFT
        first = page.updated_at
        page.updated_at = first - timedelta(days=1)
        await session.flush()
        page.title = "U"
        await session.commit()
        await session.refresh(page)
        assert page.updated_at >= first


async def test_a_null_list_reads_as_an_empty_one(engine: AsyncEngine) -> None:
    await add(engine, User(id="u", email="a@b.c"), Page(slug="s", title="T", author_id="u", content={}))
    async with AsyncSession(engine) as session:
        await session.execute(sa.text('UPDATE "Page" SET "tags" = NULL'))
        assert (await session.scalars(sa.select(Page.tags))).one() == []


async def test_decimals_and_instants_survive(engine: AsyncEngine) -> None:
    east = timezone(timedelta(hours=9))
    instant = datetime(2026, 1, 1, 8, 30, 15, 123999, tzinfo=east)
    page = Page(
        slug="s", title="T", author_id="u", content={"a": 1}, rating=Decimal("4.10"), published_at=instant
    )
    await add(engine, User(id="u", email="a@b.c"), page)
    async with AsyncSession(engine) as session:
        read = (await session.scalars(sa.select(Page))).one()
        assert str(read.rating) == "4.10"
        assert read.published_at == datetime(2025, 12, 31, 23, 30, 15, 123000, tzinfo=UTC)


async def test_a_naive_instant_is_refused(engine: AsyncEngine) -> None:
    naive = datetime(2026, 1, 1)  # noqa: DTZ001  # that is the point
    async with AsyncSession(engine) as session:
        with pytest.raises(StatementError, match="needs a time zone"):
            await session.execute(sa.select(Page).where(Page.published_at == naive))


async def test_no_query_runs_unasked(engine: AsyncEngine) -> None:
    await add(engine, User(id="u", email="a@b.c"))
    async with AsyncSession(engine) as session:
        user = await session.get_one(User, "u")
        with pytest.raises(InvalidRequestError, match="lazy='raise'"):
            _ = user.pages
        await session.delete(user)
        await session.commit()


async def test_relations_join(engine: AsyncEngine) -> None:
    topic = Topic(name="python")
    page = Page(slug="s", title="T", author_id="u", content={}, topics=[topic])
    await add(engine, User(id="u", email="a@b.c"), page)
    async with AsyncSession(engine) as session:
        found = await session.scalars(
            sa.select(Page.slug).join(Page.topics).join(Page.author).where(Topic.name == "python")
        )
        assert found.all() == ["s"]


REFUSED = "AuthorStats is a view: it can only be read"


async def test_a_row_of_a_view_cannot_be_changed(engine: AsyncEngine) -> None:
    await add(engine, User(id="u", email="a@b.c"))
    async with AsyncSession(engine) as session:
        stats = (await session.scalars(sa.select(AuthorStats))).one()
        assert (stats.author_id, stats.page_count) == ("u", 0)
        stats.page_count = 7
        with pytest.raises(ReadOnlyViewError, match=REFUSED):
            await session.flush()


async def test_a_view_takes_no_statements_that_write(engine: AsyncEngine) -> None:
    async with AsyncSession(engine) as session:
        for statement in (
            sa.delete(AuthorStats),
            sa.update(AuthorStats).values(page_count=1),
            sa.insert(AuthorStats),
        ):
            with pytest.raises(ReadOnlyViewError, match=REFUSED):
                await session.execute(statement)


def test_a_timestamp_says_its_precision() -> None:
    kind = Page.__table__.c.createdAt.type
    assert isinstance(kind, UtcTimestamp)
    assert kind.compile(dialect=postgresql.dialect()) == "TIMESTAMP(3) WITHOUT TIME ZONE"
