"""Topics in the database."""

from msgspec import UNSET

from service.api.v1.topics.dto import Topic, TopicReplace, TopicUpdate
from service.core.conflicts import unique
from service.core.filters import text_in
from service.core.listing import ListReader
from service.core.projection import Projection
from service.core.repository import Repository, transaction
from service.models import tables


class TopicRepository(Repository[tables.Topic, Topic]):
    """Reads and writes topics."""

    model_type = tables.Topic
    default_sort = "name"
    reader = ListReader(
        Projection(Topic, tables.Topic),
        tables.Topic.id,
        filters={"q": text_in(tables.Topic.name)},
        sorts={"name": tables.Topic.name, "id": tables.Topic.id},
    )

    @transaction
    async def create(self, payload: TopicReplace) -> Topic:
        """Store a new topic. Raises `AlreadyExists` for a taken name."""
        with unique(tables.Topic):
            topic = await self.add(tables.Topic(name=payload.name))
        return await self.stored(topic.id)

    @transaction
    async def change(self, topic_id: int, payload: TopicReplace | TopicUpdate, if_match: str | None) -> Topic:
        topic = await self.lock(topic_id, if_match)
        if payload.name is not UNSET:
            topic.name = payload.name
            with unique(tables.Topic):
                await self.session.flush()
        return await self.stored(topic_id)

    @transaction
    async def remove(self, topic_id: int, if_match: str | None) -> None:
        await self.session.delete(await self.lock(topic_id, if_match))
        await self.session.flush()
