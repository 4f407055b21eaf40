"""What topics look like on the wire."""

from typing import Annotated, Literal

from msgspec import UNSET, Meta, UnsetType

from service.core.http.query import ListQuery
from service.core.schema import Int, Numbers, Payload, Resource, Search

Name = Annotated[
    str, Meta(min_length=1, max_length=200, description="No two are alike.", examples=["Grammar"])
]


class Topic(Resource):
    """A topic that pages are about."""

    id: Annotated[Int, Meta(description="The topic's number.", examples=[7])]
    name: Annotated[str, Meta(description="The name; no two are alike.", examples=["Grammar"])]


class TopicReplace(Payload):
    """All that a topic says."""

    name: Name


class TopicCreate(TopicReplace):
    """A new topic."""


class TopicUpdate(Payload):
    """What to change. Fields that are left out stay as they are."""

    name: Name | UnsetType = UNSET


class TopicQuery(ListQuery):
    """Which topics, in which order."""

    id: Numbers = ()
    q: Search | None = None
    sort: (
        Annotated[
            Literal["name", "-name", "id", "-id"],
            Meta(description="The order of the items; `name` by default."),
        ]
        | None
    ) = None
