"""The models that the mirrored schema gives."""

from service.models.tables import Base, Page, PageRevision, PageStatus, Topic, User, t_page_to_topic
from service.models.views import AuthorStats, ViewBase

__all__ = [
    "AuthorStats",
    "Base",
    "Page",
    "PageRevision",
    "PageStatus",
    "Topic",
    "User",
    "ViewBase",
    "t_page_to_topic",
]
