"""Topics in the database."""

from service.api.v1.topics.dto import Topic, TopicReplace
from service.core.resources.conditions import everybody, signed_in
from service.core.resources.filters import one_of, text_in
from service.core.resources.lists import ListReader
from service.core.resources.mapping import Mapping
from service.core.resources.repository import Repository
from service.models import tables


class TopicRepository(Repository[tables.Topic, Topic]):
    """Reads and writes topics."""

    reader = ListReader(
        Mapping(
            Topic,
            tables.Topic,
            changed_by=[TopicReplace],
            readable=everybody("what the site is about is no secret"),
            writable=signed_in(),
        ),
        filters={"id": one_of(tables.Topic.id), "q": text_in(tables.Topic.name)},
        sorts={"name": tables.Topic.name, "id": tables.Topic.id},
    )
