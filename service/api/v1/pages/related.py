"""The rows that belong to a page, and what is shown of them."""

from sqlalchemy import select

from service.api.v1.pages.dto import PageAuthor, PageLink, PageTopic, PageTopics
from service.core.database.statement import AnySelect
from service.core.resources.conditions import everybody
from service.core.resources.mapping import Mapping
from service.core.resources.nested import chain, count_of, to_many, to_one, values_of
from service.models import tables

MAX_TOPICS = 100
MAX_CHILDREN = 100
MAX_ANCESTORS = 20
ALL_TOPICS = 10_000
"""How many topics are shown where callers send all of them back: one not shown would be taken from the page."""

_link = Mapping(PageLink, tables.Page)
_topic = Mapping(PageTopic, tables.Topic)
_author = Mapping(
    PageAuthor, tables.User, readable=everybody("whoever reads a page reads the name of who wrote it")
)

OF_AN_ITEM = {
    "author": to_one(tables.Page.author, _author),
    "topics": to_many(tables.Page.topics, _topic, order=[tables.Topic.name], most=MAX_TOPICS),
}
OF_A_PAGE = OF_AN_ITEM | {
    "topic_ids": values_of(tables.Page.topics, tables.Topic.id, most=ALL_TOPICS),
    "ancestors": chain(tables.Page.parent, _link, most=MAX_ANCESTORS),
    "children": to_many(tables.Page.children, _link, order=[tables.Page.position], most=MAX_CHILDREN),
    "child_count": count_of(tables.Page.children),
}
TOPICS_OF_A_PAGE = Mapping(
    PageTopics,
    tables.Page,
    fields={
        "topic_ids": values_of(tables.Page.topics, tables.Topic.id, most=ALL_TOPICS),
        "items": to_many(tables.Page.topics, _topic, order=[tables.Topic.name], most=ALL_TOPICS),
    },
)


def topics_of_page() -> AnySelect:
    """The statement for the topics of a page: one row for `TOPICS_OF_A_PAGE`, none where there is no such page."""
    return select(*TOPICS_OF_A_PAGE.columns).where(*TOPICS_OF_A_PAGE.this_row)
