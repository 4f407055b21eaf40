"""What is asked of each contestant."""

import random
from collections.abc import Callable, Mapping, Sequence
from urllib.parse import quote

import httpx
import msgspec

from tests.example.bench.data import AUTHOR, CREATED_SLUG, page_id

CLIENTS = 16
PAGE_OF_20 = "/pages?limit=20"
BATCH = 50
PUBLISHED = "/pages?status=PUBLISHED&sort=-publishedAt"
PAGE_OF_100 = f"{PUBLISHED}&limit=100"
DEPTH = 10_000
ANY_NUMBER = "########"
"""The loader puts a number here that no other request of the turn has."""
ANY_ETAG = "@ETAG@"
"""The loader puts the ETag here that the answer before carried."""
ITEM = frozenset(
    {"id", "slug", "title", "summary", "status", "tags", "position", "viewCount", "rating", "authorId"}
    | {"lastEditorId", "parentId", "publishedAt", "createdAt", "updatedAt"}
)
PAGE = ITEM | {"content", "metadata"}
NESTED_ITEM = ITEM | {"author", "topics"}
NESTED_PAGE = PAGE | {"author", "topics", "ancestors"}


class Request(msgspec.Struct, frozen=True):
    """One HTTP request, below the API's root."""

    path: str
    method: str = "GET"
    body: bytes = b""
    headers: Mapping[str, str] = {}


class Case(msgspec.Struct, frozen=True):
    """`ask` makes the requests of a turn, to so many pages; it may call the contestant to learn what it needs.

    Each page of an answer has to hold what the case `shows`. Those who take part in `nested` cases show related rows.
    """

    name: str
    ask: Callable[[httpx.Client, int], Sequence[Request]]
    status: int = 200
    writes: bool = False
    follows_etag: bool = False
    shows: frozenset[str] = frozenset()
    nested: bool = False

    @property
    def is_refusal(self) -> bool:
        return self.status >= httpx.codes.BAD_REQUEST


def _some_ids(pages: int, count: int) -> list[str]:
    return [page_id(number) for number in random.Random(7).sample(range(1, pages + 1), count)]


JSON = {"Content-Type": "application/json"}
BLOCKS = [{"type": "paragraph", "text": "Words of a new page. " * 5} for _ in range(5)]


def _by_id(_: httpx.Client, pages: int) -> list[Request]:
    return [Request(f"/pages/{identity}") for identity in _some_ids(pages, 500)]


def _list(*_: object) -> list[Request]:
    return [Request(PAGE_OF_20)]


def _batches(_: httpx.Client, pages: int) -> list[Request]:
    ids = _some_ids(pages, 20 * BATCH)
    batches = [ids[start : start + BATCH] for start in range(0, len(ids), BATCH)]
    return [Request(f"/pages?{'&'.join(f'id={identity}' for identity in batch)}") for batch in batches]


def _deep(client: httpx.Client, pages: int) -> list[Request]:
    """By the contestant's own cursor; by offset where it has none. Of few pages, half as many deep."""
    depth = min(DEPTH, pages // 2)
    before = client.get(f"{PUBLISHED}&limit=1&offset={depth - 1}").raise_for_status().json()
    cursor = before.get("nextCursor")
    place = f"cursor={quote(cursor)}" if cursor else f"offset={depth}"
    return [Request(f"{PAGE_OF_100}&{place}")]


def _unchanged(client: httpx.Client, pages: int) -> list[Request]:
    paths = [f"/pages/{identity}" for identity in _some_ids(pages, 50)]
    return [Request(path, headers={"If-None-Match": client.get(path).headers["etag"]}) for path in paths]


def _create(*_: object) -> list[Request]:
    page = {"slug": f"{CREATED_SLUG}{ANY_NUMBER}", "title": "A new page", "content": {"blocks": BLOCKS}}
    body = msgspec.json.encode({**page, "tags": ["new", "very useful"], "authorId": AUTHOR})
    return [Request("/pages", "POST", body, JSON)]


def _patch(_: httpx.Client, pages: int) -> list[Request]:
    body = b'{"position": %s}' % ANY_NUMBER.encode()
    paths = [f"/pages/{identity}" for identity in _some_ids(pages, CLIENTS)]
    return [
        request
        for path in paths
        for request in (Request(path), Request(path, "PATCH", body, {**JSON, "If-Match": ANY_ETAG}))
    ]


def _invalid(*_: object) -> list[Request]:
    body = msgspec.json.encode({"slug": "wrong", "title": 5, "content": {"blocks": BLOCKS}, "tags": "none"})
    return [Request("/pages", "POST", body, JSON)]


CASES = [
    Case("by id", _by_id, shows=PAGE),
    Case("list of 20 with total", _list, shows=ITEM),
    Case("list of 100, filtered and sorted", lambda _client, _pages: [Request(PAGE_OF_100)], shows=ITEM),
    Case("cursor, 10,000 deep", _deep, shows=ITEM),
    Case("If-None-Match hit", _unchanged, status=304),
    Case("health check", lambda _client, _pages: [Request("/utils/health-check")]),
    Case("invalid body", _invalid, status=422),
    Case("create", _create, status=201, writes=True),
    Case("patch with If-Match", _patch, writes=True, follows_etag=True),
    Case("page, nested", _by_id, shows=NESTED_PAGE, nested=True),
    Case("list of 20, nested", _list, shows=NESTED_ITEM, nested=True),
    Case("batch of 50 ids, nested", _batches, shows=NESTED_ITEM, nested=True),
]
