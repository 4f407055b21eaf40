"""The types of fields of pages, which several DTOs and payloads share."""

from typing import Annotated

from litestar.params import PathParameter
from msgspec import Meta

from service.core.schema import Int, JsonObject, JsonObjectText
from service.models import PageStatus

Slug = Annotated[
    str,
    Meta(
        pattern=r"^[a-z0-9]+(-[a-z0-9]+)*\Z",
        max_length=200,
        description="The last segment of the page's URL: lower-case words joined by hyphens.",
        examples=["hello-world"],
    ),
]
Title = Annotated[
    str, Meta(min_length=1, max_length=200, description="The title.", examples=["Hello, world"])
]
Summary = Annotated[
    str,
    Meta(
        max_length=500,
        description="A few sentences for lists and search results.",
        examples=["What we greet, and why."],
    ),
]
Tag = Annotated[str, Meta(min_length=1, max_length=64, examples=["news"])]
Tags = Annotated[
    list[Tag], Meta(max_length=50, description="Labels, in their order.", examples=[["news", "été"]])
]
Position = Annotated[
    int, Meta(ge=-(2**31), le=2**31 - 1, description="The place among its siblings.", examples=[0])
]
Rating = Annotated[
    str,
    Meta(
        pattern=r"^-?[0-9](\.[0-9]{1,2})?\Z",
        description="A decimal number as text, between -9.99 and 9.99.",
        examples=["4.50"],
        extra_json_schema={"maxLength": 5},
    ),
]
PathPageId = Annotated[str, PathParameter(description="The page's id.")]
PathSlug = Annotated[str, PathParameter(description="The last segment of the page's URL.")]
PageId = Annotated[str, Meta(description="The page's id.", examples=["cmh3x2k1v0000a8b4c6d2e9f1"])]
PageSlug = Annotated[str, Meta(description="The last segment of the page's URL.", examples=["hello-world"])]
PageTitle = Annotated[str, Meta(max_length=200, description="The title.", examples=["Hello, world"])]
Status = Annotated[PageStatus, Meta(description="Where it is on its way from draft to archive.")]
TopicId = Annotated[int, Meta(ge=1, le=2**31 - 1, description="The topic's number.", examples=[7])]
StoredTopicId = Annotated[Int, Meta(description="The topic's number.", examples=[7])]
TopicIds = Annotated[
    list[Annotated[int, Meta(ge=1, le=2**31 - 1)]],
    Meta(max_length=10_000, description="The numbers of its topics.", examples=[[7, 8]]),
]
StoredTopicIds = Annotated[
    list[Int],
    Meta(description="The numbers of all its topics.", examples=[[7, 8]]),
]
FixedStatus = Annotated[
    str,
    Meta(
        description="As it is stored: it changes by steps, such as publish.",
        examples=["DRAFT"],
        extra_json_schema={"readOnly": True},
    ),
]
FixedAuthorId = Annotated[
    str,
    Meta(
        description="As it is stored: a page keeps its author.",
        examples=["cmh3x2k1v0000a8b4c6d2e9f1"],
        extra_json_schema={"readOnly": True},
    ),
]
PathNumber = Annotated[int, PathParameter(ge=1, le=2**31 - 1, description="The revision's number.")]
NewId = Annotated[
    str,
    Meta(
        pattern=r"^[A-Za-z0-9-]{20,36}\Z",
        description="An id of the caller's own, so that a repeated call cannot make two.",
        examples=["cmh3x2k1v0000a8b4c6d2e9f1"],
        extra_json_schema={"maxLength": 36},
    ),
]
UserId = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=64,
        description="The id of a user of app-web.",
        examples=["cmh3x2k1v0001a8b4f0d7c3e2"],
    ),
]
StoredUserId = Annotated[
    str, Meta(description="The id of a user of app-web.", examples=["cmh3x2k1v0001a8b4f0d7c3e2"])
]
ParentId = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=64,
        description="The page that this one lies under.",
        examples=["cmh3x2k1v0002a8b4d9e1b5a7"],
    ),
]
StoredParentId = Annotated[
    str, Meta(description="The page that this one lies under.", examples=["cmh3x2k1v0002a8b4d9e1b5a7"])
]
_CONTENT = Meta(
    description='The editor\'s document: {"blocks": [{"type": ..., ...}]}.',
    examples=[{"blocks": [{"type": "paragraph", "text": "Hello."}]}],
)
Content = Annotated[JsonObject, _CONTENT]
ContentText = Annotated[JsonObjectText, _CONTENT]
_METADATA = Meta(description="Free-form SEO and layout hints.", examples=[{"robots": "index"}])
Metadata = Annotated[JsonObject, _METADATA]
MetadataText = Annotated[JsonObjectText, _METADATA]
