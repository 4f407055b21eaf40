"""What is shown of the rows that belong to a page."""

from service.api.v1.pages.dto import PageAuthor, PageLink, PageTopic
from service.core.resources.mapping import Mapping
from service.core.resources.nested import chain, count_of, to_many, to_one, values_of
from service.models import tables

MOST_TOPICS = 100
MOST_CHILDREN = 100
MOST_ANCESTORS = 20

_link = Mapping(PageLink, tables.Page)

OF_AN_ITEM = {
    "author": to_one(tables.Page.author, Mapping(PageAuthor, tables.User)),
    "topics": to_many(
        tables.Page.topics, Mapping(PageTopic, tables.Topic), order=[tables.Topic.name], most=MOST_TOPICS
    ),
}
OF_A_PAGE = OF_AN_ITEM | {
    "topic_ids": values_of(tables.Page.topics, tables.Topic.id, most=MOST_TOPICS),
    "ancestors": chain(tables.Page.parent, _link, most=MOST_ANCESTORS),
    "children": to_many(tables.Page.children, _link, order=[tables.Page.position], most=MOST_CHILDREN),
    "child_count": count_of(tables.Page.children),
}
