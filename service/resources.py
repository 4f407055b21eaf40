"""The resources that are served, each named in one line."""

from collections.abc import Sequence

from service.api.v1.author_stats.controller import AuthorStatsController
from service.api.v1.pages.controller import PageController, PageSlugController
from service.api.v1.topics.controller import TopicController
from service.core.resources.controller import ResourceController

RESOURCES: Sequence[type[ResourceController]] = (
    PageController,
    PageSlugController,
    TopicController,
    AuthorStatsController,
)
