"""nox -s bench -- search: what `q` takes on a million rows, by parts of words and by words, without an index and with."""

import argparse
import asyncio
import datetime as dt
import statistics
import tempfile
import time
from pathlib import Path
from typing import Annotated

import msgspec
import sqlalchemy as sa
from msgspec import Meta
from sqlalchemy.orm import Mapped, mapped_column

from service.core.auth import NO_TOKEN
from service.core.database import Database
from service.core.http.cursor import CursorSigner
from service.core.http.query import ListQuery
from service.core.resources.access.policies import Policies
from service.core.resources.filters import text_in, words_in
from service.core.resources.lists import ListReader
from service.core.resources.mapping import Mapping
from service.core.resources.read_repository import ReadRepository
from service.core.schema import Resource, Search, Timestamp
from service.dev.deploy import connect
from service.dev.postgres import FAST_AND_LOOSE, EmbeddedPostgres, embedded_postgres
from service.prisma.base import Base
from service.prisma.types import AsText, UtcTimestamp, literal_sql
from service.prisma.url import parse_database_url
from tests.example.bench.report import table

ROWS = 1_000_000
ROUNDS = 9
PATIENCE = 1200
WORDS = {"in 5 %": "garden", "in 1 of 100,000": "zeppelin", "in none": "xylophone"}
TABLE = """
CREATE EXTENSION pg_trgm;
CREATE TABLE "Searched" (
    id integer PRIMARY KEY, title varchar(200) NOT NULL, summary varchar(500), slug text NOT NULL,
    "createdAt" timestamp(3) NOT NULL,
    search tsvector GENERATED ALWAYS AS (to_tsvector('english', title || ' ' || coalesce(summary, '') || ' ' || slug)) STORED
);
CREATE INDEX ON "Searched" ("createdAt" DESC, id DESC);
CREATE FUNCTION word(row_number int, place int) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT left(md5(floor(power(abs(hashint8(row_number * 31::bigint + place)) / 2147483648.0, 3) * 20000)::text), 7)
$$;
"""
FILL = """
INSERT INTO "Searched"
SELECT n, 'The ' || word(n, 1) || ' of ' || word(n, 2) || CASE WHEN n % 100000 = 7 THEN ' zeppelin' ELSE '' END,
    CASE WHEN n % 4 <> 0 THEN (SELECT string_agg(word(n, place), ' ') FROM generate_series(3, 16) place)
        || CASE WHEN n % 20 = 1 THEN ' garden' ELSE '' END END,
    'page-' || n, timestamp '2024-01-01' + n * interval '1 minute'
FROM generate_series(1, {rows}) n
"""
INDEXES = {
    "parts": [
        f'CREATE INDEX ON "Searched" USING gin ({column} gin_trgm_ops)'
        for column in ("title", "summary", "slug")
    ],
    "words": ['CREATE INDEX ON "Searched" USING gin (search)'],
}


class OwnBase(Base):
    """Beside the schema of the service, which has no such table."""

    __abstract__ = True
    metadata = sa.MetaData()


class SearchedRow(OwnBase):
    __tablename__ = "Searched"

    id: Mapped[int] = mapped_column(sa.Integer, primary_key=True)
    title: Mapped[str] = mapped_column(sa.String(200))
    summary: Mapped[str | None] = mapped_column(sa.String(500))
    slug: Mapped[str] = mapped_column(sa.Text)
    created_at: Mapped[dt.datetime] = mapped_column("createdAt", UtcTimestamp(3))
    search: Mapped[str | None] = mapped_column(
        AsText("tsvector"),
        sa.Computed(literal_sql("to_tsvector('english'::regconfig, title || summary || slug)")),
    )


class Searched(Resource):
    """A row."""

    id: Annotated[int, Meta(description="Its number.")]
    title: Annotated[str, Meta(description="The title.")]
    summary: Annotated[str, Meta(description="The summary.")] | None
    created_at: Annotated[Timestamp, Meta(description="Since when it is there.")]


class SearchedQuery(ListQuery):
    """Which rows."""

    parts: Search | None = None
    words: Search | None = None


class SearchedRepository(ReadRepository[SearchedRow, Searched]):
    """Reads them as the service does."""

    reader = ListReader(
        Mapping(Searched, SearchedRow),
        filters={
            "parts": text_in(SearchedRow.title, SearchedRow.summary, SearchedRow.slug),
            "words": words_in(SearchedRow.search),
        },
        sorts={"createdAt": SearchedRow.created_at},
        default_sort="-createdAt",
    )


async def measure(server: EmbeddedPostgres, rows: int, rounds: int = ROUNDS) -> list[list[str]]:
    """The lines of the table; each figure is the median of a page of 20 with its total, in milliseconds."""
    url = await server.create_database("bench_search")
    connection = await connect(parse_database_url(url))
    await connection.execute(TABLE + FILL.format(rows=rows), timeout=PATIENCE)
    await connection.execute("VACUUM ANALYZE", timeout=PATIENCE)
    # Through one connection, so that what the server keeps of its plans must do for all words.
    database = Database(parse_database_url(f"{url}&connection_limit=1"), statement_timeout=PATIENCE)
    repository = SearchedRepository(database, CursorSigner("secret"), Policies({})).for_caller(NO_TOKEN)
    lines = [[f"{kind}, no index", *(await _medians(repository, kind, rounds))] for kind in INDEXES]
    for kind, indexes in INDEXES.items():
        await connection.execute(";".join(indexes), timeout=PATIENCE)
        await connection.execute("VACUUM ANALYZE", timeout=PATIENCE)
        lines.append([f"{kind}, index", *(await _medians(repository, kind, rounds))])
    await database.dispose()
    await connection.close()
    await server.drop_database("bench_search")
    return lines


async def _medians(repository: SearchedRepository, kind: str, rounds: int) -> list[str]:
    """The words take turns: a plan that is kept must do for all of them."""
    taken: dict[str, list[float]] = {name: [] for name in WORDS}
    found: dict[str, int | None] = {}
    for _ in range(rounds):
        for name, word in WORDS.items():
            query = msgspec.convert({kind: word}, SearchedQuery)
            began = time.perf_counter()
            answer = await repository.read_list(query)
            taken[name].append((time.perf_counter() - began) * 1000)
            found[name] = answer.total
    return [f"{statistics.median(times):,.1f} ({found[name]:,})" for name, times in taken.items()]


def main() -> None:
    parser = argparse.ArgumentParser(prog="nox -s bench -- search", description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS, help="how many rows there are")
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        embedded_postgres(Path(folder, "postgres"), keep=False) as server,
    ):
        asyncio.run(server.configure(FAST_AND_LOOSE | {"autovacuum": "off"}))
        lines = asyncio.run(measure(server, options.rows))
    print(
        f"\nMedian milliseconds of {ROUNDS} pages of 20 with total, {options.rows:,} rows (how many match)\n"
    )
    print(table([["", *(f"a word {name}" for name in WORDS)], *lines]))


if __name__ == "__main__":
    main()
