"""The whole round of a client that openapi-python-client generated, against a served API."""

import os
import time
from typing import TypeVar

from data_api_client import AuthenticatedClient
from data_api_client.api.pages import (
    create_page,
    delete_page,
    get_page,
    get_page_by_slug,
    list_pages,
    publish_page,
    update_page,
)
from data_api_client.api.topics import create_topic, delete_topic
from data_api_client.models import (
    ErrorCode,
    FieldCode,
    Page,
    PageCreate,
    PageItemList,
    PageStatus,
    PageUpdate,
    Problem,
    Topic,
    TopicCreate,
)
from data_api_client.types import UNSET, Response

TAG = f"python-{time.time_ns()}"
T = TypeVar("T")
client = AuthenticatedClient(os.environ["DATA_API_URL"], token=os.environ["TOKEN"])


def only(kind: type[T], value: object) -> T:
    """The value, which must be of this kind."""
    assert isinstance(value, kind), value
    return value


def code(response: Response[T]) -> ErrorCode:
    return only(Problem, response.parsed).code


def create(title: str) -> Page:
    body = PageCreate(title=title, tags=[TAG], rating="4.50", topic_ids=[topic.id])
    return only(Page, create_page.sync(client=client, body=body))


def walk() -> list[str]:
    """Every page with the tag, two at a time."""
    seen: list[str] = []
    cursor: str | None = None
    while True:
        page = list_pages.sync(
            client=client,
            tag=[TAG],
            status=[PageStatus.PAGE_STATUS_DRAFT, PageStatus.PAGE_STATUS_PUBLISHED],
            limit=2,
            cursor=cursor or UNSET,
        )
        listed = only(PageItemList, page)
        seen += [item.id for item in listed.items]
        cursor = listed.next_cursor
        if cursor is None:
            return seen


def change(page: Page, title: str, etag: str) -> Response[Page | Problem]:
    return only(
        Response,
        update_page.sync_detailed(page.id, client=client, body=PageUpdate(title=title), if_match=etag),
    )


topic = only(Topic, create_topic.sync(client=client, body=TopicCreate(name=TAG)))
created = [create(f"{TAG} {number}") for number in range(5)]
assert walk() == [page.id for page in reversed(created)]
first = created[0]
assert (first.topic_ids, [each.name for each in first.topics]) == ([topic.id], [TAG])
assert (first.view_count, first.rating, first.child_count) == ("0", "4.50", 0)
read = get_page_by_slug.sync_detailed(first.slug, client=client)
assert read.parsed == first
etag = read.headers["etag"]
assert change(first, "Renamed", etag).status_code == 200
assert code(change(first, "Lost", etag)) is ErrorCode.ERROR_CODE_PRECONDITION_FAILED
wrong = only(Problem, change(first, "", "*").parsed)
assert wrong.code is ErrorCode.ERROR_CODE_VALIDATION_FAILED
assert [(error.pointer, error.code) for error in wrong.errors] == [("/title", FieldCode.FIELD_CODE_TOO_SHORT)]
published = only(Page, publish_page.sync(first.id, client=client))
assert published.status is PageStatus.PAGE_STATUS_PUBLISHED
assert published.published_at is not None
assert published.published_at.tzinfo is not None
for page in created:
    assert delete_page.sync_detailed(page.id, client=client).status_code == 204
assert delete_topic.sync_detailed(topic.id, client=client).status_code == 204
assert code(get_page.sync_detailed(first.id, client=client)) is ErrorCode.ERROR_CODE_NOT_FOUND
print("Python: the round was made.")
