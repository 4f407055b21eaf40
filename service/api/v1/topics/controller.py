"""Topics that pages are about."""

from litestar import delete, get, patch, post, put
from litestar.di import NamedDependency

from service.api.v1.topics.dto import Topic, TopicCreate, TopicId, TopicQuery, TopicReplace, TopicUpdate
from service.api.v1.topics.repository import TopicRepository
from service.core.http.reply import Created
from service.core.resources.controller import ResourceController
from service.core.schema import IfMatch, Listing


class TopicController(ResourceController):
    """Topics that pages are about."""

    path = "/topics"
    tags = ("topics",)
    topics: TopicRepository

    @get("/", operation_id="listTopics")
    async def list_topics(self, criteria: NamedDependency[TopicQuery]) -> Listing[Topic]:
        """List topics."""
        return await self.topics.read_list(criteria)

    @get("/{topic_id:int}", operation_id="getTopic")
    async def get_topic(self, topic_id: TopicId) -> Topic:
        """Read a topic."""
        return await self.topics.read(topic_id)

    @post("/", operation_id="createTopic")
    async def create_topic(self, payload: NamedDependency[TopicCreate]) -> Created[Topic]:
        """Create a topic."""
        topic = await self.topics.create(payload)
        return Created(topic, location=f"/api/v1/topics/{topic.id}")

    @put("/{topic_id:int}", operation_id="replaceTopic")
    async def replace_topic(
        self,
        topic_id: TopicId,
        payload: NamedDependency[TopicReplace],
        if_match: IfMatch,
    ) -> Topic:
        """Replace what a topic says; it never creates one."""
        return await self.topics.change(topic_id, payload, if_match)

    @patch("/{topic_id:int}", operation_id="updateTopic")
    async def update_topic(
        self,
        topic_id: TopicId,
        payload: NamedDependency[TopicUpdate],
        if_match: IfMatch,
    ) -> Topic:
        """Change some of what a topic says."""
        return await self.topics.change(topic_id, payload, if_match)

    @delete("/{topic_id:int}", operation_id="deleteTopic")
    async def delete_topic(self, topic_id: TopicId, if_match: IfMatch) -> None:
        """Delete a topic; pages lose it."""
        await self.topics.delete(topic_id, if_match=if_match)
