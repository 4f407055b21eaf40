"""The data that every contestant serves: 20,000 pages with a JSONB document, an array and an enum.

Each has an author, up to six topics, and a place in a tree of at most six levels.
"""

import asyncio
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import asyncpg

from service.dev.deploy import connect, deploy
from service.dev.postgres import FAST_AND_LOOSE, EmbeddedPostgres, embedded_postgres
from service.prisma.migrations import read_migrations
from service.prisma.url import parse_database_url

PAGES = 20_000
AUTHOR = "user-editor"
CREATED_SLUG = "created-"
IN_FLIGHT_SECONDS = 0.5
"""What was asked for before the loader hung up is written all the same."""

VACUUMS = 50
NOT_VISIBLE = """SELECT relallvisible < relpages * 0.95 FROM pg_class WHERE oid = '"Page"'::regclass"""
USERS = """
INSERT INTO "User" (id, name, email, role, "updatedAt")
SELECT CASE n WHEN 0 THEN $1 ELSE 'user-' || n END, 'Author ' || n, n || '@example.com', 'EDITOR', now()
FROM generate_series(0, 49) n
"""
TOPICS = """INSERT INTO "Topic" (id, name) SELECT n, 'Topic ' || lpad((n * 17 % 40)::text, 2, '0') FROM generate_series(1, 40) n"""
TOPICS_OF_PAGES = """
INSERT INTO "_PageToTopic" ("A", "B")
SELECT 'c' || lpad(n::text, 24, '0'), (n + 7 * topic) % 40 + 1
FROM generate_series(1, $1::int) n, generate_series(1, n % 7) topic
"""
ROWS = """
INSERT INTO "Page" (id, slug, title, summary, content, metadata, status, tags, position, "viewCount", rating,
    "authorId", "parentId", "publishedAt", "createdAt", "updatedAt")
SELECT
    'c' || lpad(n::text, 24, '0'), 'page-' || n, 'The page of number ' || n, repeat('A sentence of it. ', 8),
    jsonb_build_object('blocks', (SELECT jsonb_agg(jsonb_build_object('type', 'paragraph', 'level', block,
        'text', repeat('Words of paragraph ' || block || ' on page ' || n || '. ', 3))) FROM generate_series(1, 5) block)),
    CASE WHEN n % 2 = 0 THEN jsonb_build_object('seo', jsonb_build_object('title', 'Page ' || n)) END,
    (CASE n % 8 WHEN 0 THEN 'DRAFT' WHEN 4 THEN 'ARCHIVED' ELSE 'PUBLISHED' END)::"PageStatus",
    ARRAY['tag-' || n % 10, 'very useful'], n % 9, n * 37, (n % 50) / 10.0,
    CASE n % 50 WHEN 0 THEN $1 ELSE 'user-' || n % 50 END, CASE WHEN n > 5 THEN 'c' || lpad((n / 6)::text, 24, '0') END,
    CASE WHEN n % 8 <> 0 THEN moment + interval '1 hour' END, moment, moment + interval '2 hours'
FROM generate_series(1, $2::int) n, LATERAL (SELECT timestamp '2026-01-05' + n * interval '7 minutes' AS moment)
"""


def page_id(number: int) -> str:
    return f"c{number:024}"


@contextmanager
def database(pages: int = PAGES) -> Generator[tuple[str, Path]]:
    """The URL of a database with the rows, on a server of its own, and the folder that is deleted with it."""
    with (
        TemporaryDirectory() as folder,
        embedded_postgres(Path(folder, "postgres"), keep=False) as server,
    ):
        yield asyncio.run(fill(server, pages)), Path(folder)


async def fill(server: EmbeddedPostgres, pages: int) -> str:
    """A database with the mirrored schema, its indexes and the rows; its URL."""
    await server.configure(FAST_AND_LOOSE | {"autovacuum": "off"})
    url = await server.create_database("bench")
    connection = await connect(parse_database_url(url))
    await deploy(connection, read_migrations())
    await connection.execute(USERS, AUTHOR)
    await connection.execute(TOPICS)
    await connection.execute(ROWS, AUTHOR, pages)
    await connection.execute(TOPICS_OF_PAGES, pages)
    await vacuum(connection)
    await connection.close()
    return url


async def vacuum(connection: "asyncpg.Connection[asyncpg.Record]") -> None:
    """Vacuum until nearly every block is known to be visible to all: plans depend on it, and a snapshot delays it."""
    for _ in range(VACUUMS):
        await connection.execute("VACUUM ANALYZE")
        if not await connection.fetchval(NOT_VISIBLE):
            return
        await asyncio.sleep(0.2)
    raise RuntimeError("the database does not come to rest")


async def tidy(url: str) -> None:
    """Take out what a turn of writes put in, so that the next contestant finds what the first one found."""
    await asyncio.sleep(IN_FLIGHT_SECONDS)
    connection = await connect(parse_database_url(url))
    await connection.execute(f"""DELETE FROM "Page" WHERE slug LIKE '{CREATED_SLUG}%'""")
    await vacuum(connection)
    await connection.close()
