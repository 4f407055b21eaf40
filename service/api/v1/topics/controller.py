"""Topics that pages are about."""

from service.api.v1.topics.dto import Topic, TopicCreate, TopicQuery, TopicReplace, TopicUpdate
from service.api.v1.topics.repository import TopicRepository
from service.core.resources.controller import CrudController


class TopicController(
    CrudController[TopicRepository, Topic, TopicQuery, TopicCreate, TopicReplace, TopicUpdate]
):
    """Topics that pages are about."""

    path = "/topics"
