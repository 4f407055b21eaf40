"""The topics of a page in SQL, through Prisma's implicit many-to-many table."""

from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from service.api.v1.pages.related import TOPICS_OF_A_PAGE
from service.core.database.statement import AnySelect
from service.core.errors import ValidationFailed
from service.core.field_errors import FieldCode, FieldError
from service.core.resources.conditions import Access, RowCondition
from service.core.resources.row_repository import RowRepository
from service.core.resources.stale import noted_links
from service.models import Page, Topic, t_page_to_topic

Pages: TypeAlias = RowRepository[Any, Any, Any]
"""The pages of a caller, within a unit of work."""

link_page: ColumnElement[str] = t_page_to_topic.c.A
link_topic: ColumnElement[int] = t_page_to_topic.c.B


def topics_of_page() -> AnySelect:
    """One row, which `TOPICS_OF_A_PAGE` makes the DTO of; none where there is no such page."""
    return select(*TOPICS_OF_A_PAGE.columns).where(*TOPICS_OF_A_PAGE.this_row)


async def topics_in(pages: Pages, session: AsyncSession, page_id: str) -> set[int]:
    """The numbers of the page's topics, of those that the caller may read."""
    linked = select(Topic.id).join(t_page_to_topic, link_topic == Topic.id).where(link_page == page_id)
    found = await pages.execute(session, linked.where(RowCondition(Topic.__mapper__, Access.READ)), {})
    return set(found.scalars())


async def replace_topics(pages: Pages, session: AsyncSession, page_id: str, topic_ids: list[int]) -> None:
    """Make these the page's topics. Raises `ValidationFailed` that names every id of no topic."""
    wanted = set(topic_ids)
    known = await pages.readable(session, Topic.id, wanted)
    errors = tuple(
        FieldError.at(f"/topicIds/{index}", "is the id of no topic", FieldCode.NOT_FOUND)
        for index, topic_id in enumerate(topic_ids)
        if topic_id not in known
    )
    if errors:
        raise ValidationFailed("The page cannot have these topics.", errors=errors)
    has = await topics_in(pages, session, page_id)
    if gone := has - wanted:
        await session.execute(delete(t_page_to_topic).where(link_page == page_id, link_topic.in_(gone)))
    if new := wanted - has:
        await session.execute(
            insert(t_page_to_topic), [{"A": page_id, "B": topic_id} for topic_id in sorted(new)]
        )
    noted_links(Topic, gone | new)
    noted_links(Page, [page_id])
