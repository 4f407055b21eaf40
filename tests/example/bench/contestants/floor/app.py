"""The floor: bare ASGI, asyncpg's pool and msgspec; nothing that a service needs beside them."""

import os
import secrets
from datetime import UTC, datetime
from typing import Any, TypeAlias
from urllib.parse import parse_qs

import asyncpg
import msgspec
from pages import (
    COLUMNS,
    NESTED_BATCH,
    NESTED_LIST,
    NESTED_PAGE,
    Page,
    to_nested_item,
    to_nested_page,
)

PAGES = "/api/v1/pages"
NESTED = "/api/v1/nested/pages"
BY_ID = f'SELECT {COLUMNS} FROM "Page" WHERE id = $1'
LIST = f'SELECT {COLUMNS} FROM "Page" ORDER BY "createdAt" DESC, id DESC LIMIT $1'
COUNT = 'SELECT count(*) FROM "Page"'
OF_STATUS = 'FROM "Page" WHERE status = $1::text::"PageStatus"'
FILTERED = f'SELECT {COLUMNS} {OF_STATUS} ORDER BY "publishedAt" DESC, id DESC LIMIT $2 OFFSET $3'
FILTERED_COUNT = f"SELECT count(*) {OF_STATUS}"
DEEP = f'SELECT {COLUMNS} {OF_STATUS} AND ("publishedAt", id) < ($3, $4) ORDER BY "publishedAt" DESC, id DESC LIMIT $2'
INSERT = f"""INSERT INTO "Page" (id, slug, title, content, tags, "authorId", "updatedAt")
    VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING {COLUMNS}"""
UPDATE = f"""UPDATE "Page" SET position = $3, "updatedAt" = $4 WHERE id = $1 AND "updatedAt" = $2
    RETURNING {COLUMNS}"""

Answer: TypeAlias = tuple[int, bytes, list[tuple[bytes, bytes]]]
JSON = (b"content-type", b"application/json")
encode = msgspec.json.Encoder().encode


class PageCreate(msgspec.Struct, rename="camel"):
    slug: str
    title: str
    content: msgspec.Raw
    tags: list[str]
    author_id: str


class PageUpdate(msgspec.Struct):
    position: int


create_decoder = msgspec.json.Decoder(PageCreate)
update_decoder = msgspec.json.Decoder(PageUpdate)


def now() -> datetime:
    moment = datetime.now(UTC).replace(tzinfo=None)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def to_page(row: Any) -> Page:
    values = list(row)
    values[4] = msgspec.Raw(values[4])
    if values[5] is not None:
        values[5] = msgspec.Raw(values[5])
    return Page(*values)


def etag(page: Page) -> bytes:
    return f'"{page.updated_at.replace(tzinfo=UTC).timestamp() * 1000:.0f}"'.encode()


def moment_of(tag: str) -> datetime:
    return datetime.fromtimestamp(int(tag.strip('"')) / 1000, UTC).replace(tzinfo=None)


class App:
    pool: "asyncpg.Pool[asyncpg.Record]"

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await receive()
            size = int(os.environ["POOL"])
            self.pool = await asyncpg.create_pool(os.environ["DATABASE_URL"], min_size=size, max_size=size)
            await send({"type": "lifespan.startup.complete"})
            await receive()
            await self.pool.close()
            await send({"type": "lifespan.shutdown.complete"})
            return
        status, body, headers = await self.answer(scope, receive)
        headers = [JSON, (b"content-length", str(len(body)).encode()), *headers]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def answer(self, scope: Any, receive: Any) -> Answer:
        path, method = scope["path"], scope["method"]
        if path == PAGES:
            if method == "POST":
                return await self.create(await read(receive))
            return 200, encode(await self.list_pages(parse_qs(scope["query_string"].decode()))), []
        if path == NESTED:
            return 200, encode(await self.list_nested(parse_qs(scope["query_string"].decode()))), []
        if path.startswith(NESTED):
            row = await self.pool.fetchrow(NESTED_PAGE, path[len(NESTED) + 1 :])
            if row is None:
                return 404, b"{}", []
            page = to_nested_page(row)
            return 200, encode(page), [(b"etag", etag(page))]
        if path.startswith(PAGES):
            identity = path[len(PAGES) + 1 :]
            if method == "PATCH":
                return await self.update(identity, header(scope, b"if-match"), await read(receive))
            return await self.get(identity, header(scope, b"if-none-match"))
        return 200, b'{"status":true}', []

    async def get(self, identity: str, known: bytes) -> Answer:
        row = await self.pool.fetchrow(BY_ID, identity)
        if row is None:
            return 404, b"{}", []
        page = to_page(row)
        tag = etag(page)
        return (304, b"", [(b"etag", tag)]) if tag == known else (200, encode(page), [(b"etag", tag)])

    async def list_pages(self, query: dict[str, list[str]]) -> dict[str, Any]:
        limit = int(query["limit"][0])
        if "status" not in query:
            async with self.pool.acquire() as connection:
                rows = await connection.fetch(LIST, limit)
                return {"items": [to_page(row) for row in rows], "total": await connection.fetchval(COUNT)}
        status = query["status"][0]
        total = None
        if "cursor" in query:
            moment, identity = query["cursor"][0].split(" ")
            rows = await self.pool.fetch(DEEP, status, limit, datetime.fromisoformat(moment), identity)
        else:
            async with self.pool.acquire() as connection:
                rows = await connection.fetch(FILTERED, status, limit, int(query.get("offset", ["0"])[0]))
                total = await connection.fetchval(FILTERED_COUNT, status)
        pages = [to_page(row) for row in rows]
        cursor = (
            f"{pages[-1].published_at.isoformat()} {pages[-1].id}"
            if pages and pages[-1].published_at
            else None
        )
        return {"items": pages, "total": total, "nextCursor": cursor}

    async def list_nested(self, query: dict[str, list[str]]) -> dict[str, Any]:
        if "id" in query:
            rows = await self.pool.fetch(NESTED_BATCH, query["id"])
            by_id = {row[0]: to_nested_item(row) for row in rows}
            items = [by_id[identity] for identity in query["id"] if identity in by_id]
            return {"items": items, "total": len(items), "nextCursor": None}
        async with self.pool.acquire() as connection:
            rows = await connection.fetch(NESTED_LIST, int(query["limit"][0]))
            total = await connection.fetchval(COUNT)
        items = [to_nested_item(row) for row in rows]
        cursor = f"{items[-1].created_at.isoformat()} {items[-1].id}" if items else None
        return {"items": items, "total": total, "nextCursor": cursor}

    async def create(self, body: bytes) -> Answer:
        try:
            page = create_decoder.decode(body)
        except msgspec.ValidationError as error:
            return 422, encode({"detail": str(error)}), []
        values = (page.slug, page.title, bytes(page.content).decode(), page.tags, page.author_id, now())
        row = await self.pool.fetchrow(INSERT, "c" + secrets.token_hex(12), *values)
        return 201, encode(to_page(row)), []

    async def update(self, identity: str, known: bytes, body: bytes) -> Answer:
        change = update_decoder.decode(body)
        row = await self.pool.fetchrow(UPDATE, identity, moment_of(known.decode()), change.position, now())
        if row is None:
            return 412, b"{}", []
        page = to_page(row)
        return 200, encode(page), [(b"etag", etag(page))]


def header(scope: Any, wanted: bytes) -> bytes:
    return next((value for name, value in scope["headers"] if name == wanted), b"")


async def read(receive: Any) -> bytes:
    body = b""
    while True:
        message = await receive()
        body += message["body"]
        if not message.get("more_body"):
            return body


app = App()
