"""The topics of a page in SQL, through Prisma's implicit many-to-many table."""

from sqlalchemy import ColumnElement, delete, insert, select

from service.api.v1.pages.dto import PageTopics
from service.api.v1.pages.related import TOPICS_OF_A_PAGE
from service.core.database import Session
from service.core.database.lookups import named
from service.core.database.statement import AnySelect
from service.core.errors import ValidationFailed
from service.core.field_errors import FieldCode, FieldError
from service.models import Topic, t_page_to_topic

link_page: ColumnElement[str] = t_page_to_topic.c.A
link_topic: ColumnElement[int] = t_page_to_topic.c.B


def topics_of_page() -> AnySelect:
    """One row, which `TOPICS_OF_A_PAGE` makes the DTO of; none where there is no such page."""
    return select(*TOPICS_OF_A_PAGE.columns).where(*TOPICS_OF_A_PAGE.this_row)


async def read_topics(session: Session, page_id: str) -> PageTopics:
    """The topics of a page that exists."""
    return TOPICS_OF_A_PAGE.to_dto((await session.execute(topics_of_page(), named((page_id,)))).one())


async def topics_in(session: Session, page_id: str) -> set[int]:
    """The numbers of the page's topics."""
    return set(await session.scalars(select(link_topic).where(link_page == page_id)))


async def replace_topics(session: Session, page_id: str, topic_ids: list[int]) -> None:
    """Make these the page's topics. Raises `ValidationFailed` that names every id of no topic."""
    wanted = set(topic_ids)
    known = set(await session.scalars(select(Topic.id).where(Topic.id.in_(wanted))))
    errors = tuple(
        FieldError.at(f"/topicIds/{index}", "is the id of no topic", FieldCode.NOT_FOUND)
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
