"""Pages with what is related to them: PostgreSQL makes the JSON."""

from datetime import datetime
from typing import Any

import msgspec

COLUMNS = (
    'id, slug, title, summary, content, metadata, status::text, tags, position, "viewCount"::text, rating::text, '
    '"authorId", "lastEditorId", "parentId", "publishedAt", "createdAt", "updatedAt"'
)
LINK = "json_build_object('id', id, 'slug', slug, 'title', title, 'status', status)"
RELATED = """
    (SELECT json_build_object('id', a.id, 'name', a.name) FROM "User" a WHERE a.id = "authorId"),
    (SELECT coalesce(json_agg(json_build_object('id', t.id, 'name', t.name) ORDER BY t.name), '[]')
        FROM "_PageToTopic" link JOIN "Topic" t ON t.id = link."B" WHERE link."A" = "Page".id)"""
ANCESTORS = f"""(WITH RECURSIVE above AS (
        SELECT id, slug, title, status, "parentId", 1 AS step FROM "Page" p WHERE p.id = "Page"."parentId" UNION ALL
        SELECT p.id, p.slug, p.title, p.status, p."parentId", step + 1
            FROM above JOIN "Page" p ON p.id = above."parentId" WHERE step < 20)
    SELECT coalesce(json_agg({LINK} ORDER BY step DESC), '[]') FROM above)"""
ITEM_COLUMNS = COLUMNS.replace(" content, metadata,", "") + "," + RELATED
NESTED_PAGE = f'SELECT {COLUMNS}, {RELATED}, {ANCESTORS} FROM "Page" WHERE id = $1'
NESTED_LIST = f'SELECT {ITEM_COLUMNS} FROM "Page" ORDER BY "createdAt" DESC, id DESC LIMIT $1'
NESTED_BATCH = f'SELECT {ITEM_COLUMNS} FROM "Page" WHERE id = ANY($1)'


class Page(msgspec.Struct, rename="camel"):
    id: str
    slug: str
    title: str
    summary: str | None
    content: msgspec.Raw
    metadata: msgspec.Raw | None
    status: str
    tags: list[str]
    position: int
    view_count: str
    rating: str | None
    author_id: str
    last_editor_id: str | None
    parent_id: str | None
    published_at: datetime | None
    created_at: datetime
    updated_at: datetime


class NestedItem(msgspec.Struct, rename="camel"):
    id: str
    slug: str
    title: str
    summary: str | None
    status: str
    tags: list[str]
    position: int
    view_count: str
    rating: str | None
    author_id: str
    last_editor_id: str | None
    parent_id: str | None
    published_at: datetime | None
    created_at: datetime
    updated_at: datetime
    author: msgspec.Raw
    topics: msgspec.Raw


class NestedPage(Page):
    author: msgspec.Raw
    topics: msgspec.Raw
    ancestors: msgspec.Raw


def to_nested_page(row: Any) -> NestedPage:
    values = list(row)
    for at in (4, 5, -3, -2, -1):
        values[at] = None if values[at] is None else msgspec.Raw(values[at])
    return NestedPage(*values)


def to_nested_item(row: Any) -> NestedItem:
    values = list(row)
    values[-2:] = map(msgspec.Raw, values[-2:])
    return NestedItem(*values)
