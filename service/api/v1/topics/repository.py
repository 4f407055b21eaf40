"""Topics in the database."""

from msgspec import UNSET

from service.api.v1.topics.dto import Topic, TopicReplace, TopicUpdate
from service.core.conflicts import constraints
from service.core.repository import Repository
from service.core.rows.filters import text_in
from service.core.rows.listing import ListReader
from service.core.rows.projection import Projection
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

    async def create(self, payload: TopicReplace) -> Topic:
        """Store a new topic. Raises `AlreadyExists` for a taken name."""
        with constraints(tables.Topic):
            return await self.insert({"name": payload.name})

    async def change(self, topic_id: int, payload: TopicReplace | TopicUpdate, if_match: str | None) -> Topic:
        """Rename a topic. Raises `AlreadyExists` for a taken name."""
        changes = {} if payload.name is UNSET else {"name": payload.name}
        with constraints(tables.Topic):
            return await self.revise(topic_id, if_match, changes)
