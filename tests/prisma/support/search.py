"""python -m tests.prisma.support.search PACKAGE POSTGRES_URL: what the books of the schema `search` are found by, as JSON.

It reads the books and what to look for as JSON. A process of its own: every generated package fills the same registry.
"""

import asyncio
import importlib
import json
import sys
import tempfile
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, TypeAlias

import msgspec
import sqlalchemy as sa
from msgspec import Meta
from sqlalchemy.ext.asyncio import AsyncSession

from service.core.auth import NO_TOKEN
from service.core.database import Database
from service.core.database.statement import Statement
from service.core.http.cursor import CursorSigner
from service.core.http.query import ListQuery
from service.core.resources.access.policies import Policies
from service.core.resources.filters import text_in, words_in
from service.core.resources.list_sql import ListShape
from service.core.resources.lists import ListReader
from service.core.resources.mapping import Mapping as ResourceMapping
from service.core.resources.mapping import MappingError
from service.core.resources.read_repository import ReadRepository
from service.core.schema import Resource, Search
from service.prisma.base import Base
from service.prisma.url import DatabaseUrl, parse_database_url
from tests.sqlite.portable import portable
from tests.sqlite.settings import database_of

Found: TypeAlias = dict[str, dict[str, list[str]]]
"""By filter and text, the titles."""


class BookItem(Resource):
    """A book."""

    title: Annotated[str, Meta(description="The title.")]


class BookQuery(ListQuery):
    """Which books."""

    parts: Search | None = None
    words: Search | None = None
    weighted: Search | None = None


def main(package: str, url: str, books: Sequence[Mapping[str, str]], asked: Mapping[str, list[str]]) -> Any:
    book = importlib.import_module(package).Book
    filters = {
        "parts": text_in(book.title, book.sub_title),
        "words": words_in(book.search),
        "weighted": words_in(book.weighted),
    }
    reader: ListReader[Any, Any] = ListReader(
        ResourceMapping(BookItem, book), filters=filters, sorts={"title": book.title}
    )
    database = parse_database_url(url)
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/test.db"
        engine = sa.create_engine(f"sqlite:///{path}")
        portable(Base.metadata).create_all(engine)
        engine.dispose()
        sqlite = database_of(f"sqlite:///{path}")
        found = {
            name: asyncio.run(find(each, reader, [book(**values) for values in books], asked))
            for name, each in {"postgresql": database, "sqlite": sqlite}.items()
        }
    return {
        "found": found,
        "plans": {name: asyncio.run(plans(database, reader, name)) for name in filters},
        "described": {name: each.description for name, each in filters.items()},
        "refused": {column.key: refusal(column) for column in (book.title, book.mixed, book.spelling)},
    }


async def find(
    url: DatabaseUrl, lists: ListReader[Any, Any], rows: Sequence[Base], asked: Mapping[str, list[str]]
) -> Found:
    async def fill(session: AsyncSession) -> None:
        session.add_all(rows)

    class Books(ReadRepository[Base, BookItem]):
        reader = lists

    database = Database(url, statement_timeout=10)
    try:
        await database.transaction(fill)
        books = Books(database, CursorSigner("secret"), Policies({})).for_caller(NO_TOKEN)
        found: Found = {}
        for name, texts in asked.items():
            for text in texts:
                listed = await books.read_list(msgspec.convert({name: text}, BookQuery))
                assert listed.total == len(listed.items)
                found.setdefault(name, {})[text] = [item.title for item in listed.items]
        return found
    finally:
        await database.dispose()


async def plans(url: DatabaseUrl, reader: ListReader[Any, Any], name: str) -> list[str]:
    """The plan of the list that is filtered by this, where PostgreSQL reads no whole table unless it must."""
    database = Database(url, statement_timeout=10)
    listed = reader.sql.rows(ListShape(filters=(name,), sort="title", counted=True))
    statement = Statement(Policies({}).unrestricted.resolve(listed), database.servers[0].engine.dialect, None)
    statement.sql = f"EXPLAIN {statement.sql}"
    values = {name: reader.filters[name].prepare("garden"), "limit": 20, "offset": 0}
    async with database.connect() as connection:
        driver = (await connection.get_raw_connection()).driver_connection
        assert driver is not None
        await driver.execute("SET enable_seqscan = off")
        rows = await statement.fetch(driver, values, seconds=None)
    await database.dispose()
    return [row[0].strip() for row in rows]


def refusal(column: Any) -> str | None:
    try:
        words_in(column)
    except MappingError as error:
        return str(error)
    return None


if __name__ == "__main__":
    given = json.loads(sys.stdin.read())
    print(json.dumps(main(sys.argv[1], sys.argv[2], given["books"], given["asked"]), indent=1))
