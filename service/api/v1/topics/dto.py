"""What topics look like on the wire."""

from enum import StrEnum
from typing import Annotated

from litestar.params import PathParameter
from msgspec import UNSET, Meta, UnsetType

from service.core.http.query import ListQuery
from service.core.schema import Payload, Resource

Name = Annotated[
    str,
    Meta(min_length=1, max_length=200, description="The name; no two are alike.", examples=["Grammar"]),
]
TopicId = Annotated[
    int, PathParameter(ge=1, le=2**31 - 1, description="The number that the database gave the topic.")
]


class Topic(Resource):
    """A topic that pages are about."""

    id: Annotated[
        int, Meta(ge=1, le=2**31 - 1, description="The number that the database gave.", examples=[7])
    ]
    name: Annotated[str, Meta(description="The name; no two are alike.", examples=["Grammar"])]


class TopicReplace(Payload):
    """All that a topic says."""

    name: Name


class TopicCreate(TopicReplace):
    """A new topic."""


class TopicUpdate(Payload):
    """What to change. What is left out stays."""

    name: Name | UnsetType = UNSET


class TopicSort(StrEnum):
    """The field to sort by; a minus turns the order round."""

    NAME = "name"
    NAME_DESCENDING = "-name"
    FIRST = "id"
    LATEST = "-id"


class TopicQuery(ListQuery):
    """Which topics, in which order."""

    q: Annotated[str, Meta(min_length=1, max_length=200, description="Text in the name.")] | None = None
    sort: Annotated[TopicSort, Meta(description="The order; `name` unless told.")] | None = None
