"""nox -s bench -- access: what it costs that a caller may read some rows and not others, by id and in lists."""

import asyncio
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from service.api.v1.pages.query import PageQuery
from service.api.v1.pages.repository import PageRepository
from service.core.auth import NO_TOKEN, Caller
from service.core.database import Database
from service.core.resources.conditions import Condition, Policy, claim, everybody
from service.core.resources.cursor import CursorSigner
from service.core.resources.policies import Policies
from service.dev.postgres import EmbeddedPostgres, embedded_postgres
from service.models import tables
from service.prisma.url import parse_database_url
from tests.example.bench.data import AUTHOR, PAGES, fill, page_id

ROUNDS = 15
READS = 200
LISTS = 40
CALLER = Caller(AUTHOR, {"sub": AUTHOR}, None)
OWN = [page_id(number) for number in range(50, PAGES, 50)]
"""Pages of the author."""


class Reader:
    """Reads pages on behalf of the author, under one policy; the rows are the same under each."""

    def __init__(self, database: Database, readable: Condition | None) -> None:
        policies = Policies({tables.Page: Policy(readable, readable)} if readable is not None else {})
        self.restricts = readable is not None and policies.of(CALLER).of_rows(tables.Page) != ""
        self.pages = PageRepository(database, CursorSigner("secret"), policies)
        self.caller = NO_TOKEN if readable is None else CALLER

    async def by_id(self) -> None:
        for identity in OWN[:READS]:
            await self.pages.for_caller(self.caller).read(identity)

    async def listed(self) -> None:
        """The author's pages: by a filter, or since those are all that the author may read."""
        query = PageQuery() if self.restricts else PageQuery(author_id=AUTHOR)
        for _ in range(LISTS):
            found = await self.pages.for_caller(self.caller).read_list(query)
            assert found.total == PAGES // 50


async def measure(url: str) -> list[list[str]]:
    """The lines of the table: medians of the ratios to no condition, round by round, with the quarters beside."""
    database = Database(parse_database_url(url), statement_timeout=60)
    readers = {
        "none": Reader(database, None),
        "holds for all": Reader(database, everybody("a bench")),
        "restricts": Reader(database, tables.Page.author_id == claim("sub")),
    }
    lines: list[list[str]] = []
    for name, ask in (("by id", Reader.by_id), ("list of 20 with total", Reader.listed)):
        taken: dict[str, list[float]] = {kind: [] for kind in readers}
        for _ in range(ROUNDS + 1):
            for kind, reader in readers.items():
                taken[kind].append(await _seconds(lambda ask=ask, reader=reader: ask(reader)))
        # The first round compiles and plans.
        base = taken["none"][1:]
        cells = [name, f"{statistics.median(base) * 1000:,.0f} ms"]
        for kind in ("holds for all", "restricts"):
            ratios = [one / other for one, other in zip(taken[kind][1:], base, strict=True)]
            low, middle, high = statistics.quantiles(ratios, n=4)
            cells.append(f"{middle:.3f} ({low:.3f} to {high:.3f})")
        lines.append(cells)
    await database.dispose()
    return lines


async def _seconds(work: Callable[[], Awaitable[None]]) -> float:
    began = time.perf_counter()
    await work()
    return time.perf_counter() - began


async def _filled(server: EmbeddedPostgres) -> list[list[str]]:
    return await measure(await fill(server, PAGES))


def main() -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        embedded_postgres(Path(folder, "postgres"), keep=False) as server,
    ):
        lines = asyncio.run(_filled(server))
    print(
        f"\nTime of {READS} pages by id and of {LISTS} lists, as ratios to no condition (medians, quarters)\n"
    )
    header = ["", "no condition", "one that holds for all", "one that restricts"]
    for cells in [header, ["---", *("---:" for _ in header[1:])], *lines]:
        print(f"| {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
