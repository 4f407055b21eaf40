"""Inserts the demo's rows into an empty database."""

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

from service.dev.demo.data import page_rows, revision_rows, topic_rows, user_rows
from service.models import Page, PageRevision, Topic, User, t_page_to_topic
from service.prisma.url import DatabaseUrl


async def load_demo(url: DatabaseUrl) -> int:
    """Insert everything in one transaction; return the number of pages."""
    engine = create_async_engine(url.url, connect_args=dict(url.connect_args))
    pages = page_rows()
    async with AsyncSession(engine) as session, session.begin():
        await session.execute(insert(User), user_rows())
        await session.execute(insert(Topic), topic_rows())
        for page in (row for row in pages if row["parent_id"] is None):
            await session.execute(insert(Page), page)
        await session.execute(insert(Page), [row for row in pages if row["parent_id"] is not None])
        await session.execute(insert(PageRevision), revision_rows(pages))
        topics = list(await session.scalars(select(Topic.id).order_by(Topic.id)))
        links = [
            {"A": page["id"], "B": topics[(index + step) % len(topics)]}
            for index, page in enumerate(pages)
            for step in range(index % 3)
        ]
        await session.execute(insert(t_page_to_topic), links)
    await engine.dispose()
    return len(pages)
