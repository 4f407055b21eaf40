"""Topics in the database."""

from service.api.v1.topics.dto import Topic, TopicReplace, TopicUpdate
from service.core.resources.conflicts import constraints
from service.core.resources.filters import text_in
from service.core.resources.lists import ListReader
from service.core.resources.mapping import Mapping
from service.core.resources.repository import Repository
from service.models import tables


class TopicRepository(Repository[tables.Topic, Topic]):
    """Reads and writes topics."""

    model_type = tables.Topic
    default_sort = "name"
    reader = ListReader(
        Mapping(Topic, tables.Topic, changed_by=[TopicReplace]),
        filters={"q": text_in(tables.Topic.name)},
        sorts={"name": tables.Topic.name, "id": tables.Topic.id},
    )

    async def create(self, payload: TopicReplace) -> Topic:
        """Store a new topic. Raises `AlreadyExists` for a taken name."""
        with constraints(tables.Topic):
            return await self.insert(self.mapping.values_of(payload))

    async def change(self, topic_id: int, payload: TopicReplace | TopicUpdate, if_match: str | None) -> Topic:
        """Rename a topic. Raises `AlreadyExists` for a taken name."""
        with constraints(tables.Topic):
            return await self.update(topic_id, if_match=if_match, changes=self.mapping.values_of(payload))
