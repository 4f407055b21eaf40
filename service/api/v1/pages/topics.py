"""The topics of a page in SQL, through Prisma's implicit many-to-many table."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, bindparam, delete, insert, select

from service.api.v1.pages.dto import PageTopic, PageTopics
from service.core.database import Session
from service.core.database.statement import AnySelect
from service.core.errors import FieldCode, FieldError, ValidationFailed
from service.models import Page, Topic, t_page_to_topic

link_page: ColumnElement[str] = t_page_to_topic.c.A
link_topic: ColumnElement[int] = t_page_to_topic.c.B


def topics_of_page() -> AnySelect:
    """One row for each topic; a page without topics gives one row of NULLs, no page gives none."""
    return (
        select(Topic.id, Topic.name)
        .select_from(Page)
        .outerjoin(t_page_to_topic, link_page == Page.id)
        .outerjoin(Topic, link_topic == Topic.id)
        .where(Page.id == bindparam("page_id", type_=Page.id.type))
        .order_by(Topic.name)
    )


def to_topics(rows: Sequence[Sequence[Any]]) -> PageTopics:
    return PageTopics([PageTopic(*row) for row in rows if row[0] is not None])


async def topics_in(session: Session, page_id: str) -> set[int]:
    """The numbers of the page's topics."""
    return set(await session.scalars(select(link_topic).where(link_page == page_id)))


async def replace_topics(session: Session, page_id: str, topic_ids: list[int]) -> None:
    """Make these the page's topics. Raises `ValidationFailed` that names every id of no topic."""
    wanted = set(topic_ids)
    known = set(await session.scalars(select(Topic.id).where(Topic.id.in_(wanted))))
    errors = tuple(
        FieldError(f"/topicIds/{index}", "is the id of no topic", FieldCode.NOT_FOUND)
        for index, topic_id in enumerate(topic_ids)
        if topic_id not in known
    )
    if errors:
        raise ValidationFailed("The page cannot have these topics.", errors=errors)
    has = await topics_in(session, page_id)
    if gone := has - wanted:
        await session.execute(delete(t_page_to_topic).where(link_page == page_id, link_topic.in_(gone)))
    if new := wanted - has:
        await session.execute(
            insert(t_page_to_topic), [{"A": page_id, "B": topic_id} for topic_id in sorted(new)]
        )
