"""Clients that read and write all the time, and a ledger of what they were promised."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx

from service.dev.deploy import connect
from service.prisma.url import parse_database_url
from tests.support.api import bearer

CLIENTS = 16


@dataclass
class Ledger:
    """What was sent, what was answered, and which writes were acknowledged."""

    sent: int = 0
    answers: Counter[int] = field(default_factory=Counter[int])
    acknowledged: set[str] = field(default_factory=set[str])
    attempted: set[str] = field(default_factory=set[str])
    failures: list[str] = field(default_factory=list[str])
    good: list[float] = field(default_factory=list[float])
    """When each good answer came."""
    bad: list[float] = field(default_factory=list[float])
    slowest: float = 0.0
    failed_reads: int = 0

    def note(self, answer: httpx.Response, began: float) -> None:
        now = time.monotonic()
        self.slowest = max(self.slowest, now - began)
        self.answers[answer.status_code] += 1
        (self.good if answer.is_success else self.bad).append(now)
        self.failed_reads += answer.request.method == "GET" and not answer.is_success
        if answer.status_code == 503:
            if "retry-after" not in answer.headers:
                self.failures.append("a 503 without Retry-After")
        elif not answer.is_success:
            self.failures.append(f"{answer.request.method} {answer.request.url.path}: {answer.text}")

    async def settle(self, url: str) -> "Settled":
        """Compare the ledger with the table. What was not acknowledged may be there or not."""
        connection = await connect(parse_database_url(url))
        slugs = Counter([row["title"] for row in await connection.fetch('SELECT title FROM "TestNote"')])
        await connection.close()
        return Settled(
            lost=len(self.acknowledged - slugs.keys()),
            doubled=sum(number > 1 for number in slugs.values()),
            foreign=len(slugs.keys() - self.attempted),
        )

    def summary(self) -> str:
        return (
            f"{self.sent} sent, {dict(self.answers)}, {len(self.acknowledged)} writes acknowledged, "
            f"slowest answer {self.slowest:.2f} s"
        )


@dataclass(frozen=True)
class Settled:
    lost: int = 0
    doubled: int = 0
    foreign: int = 0

    def __str__(self) -> str:
        return f"{self.lost} lost, {self.doubled} doubled, {self.foreign} that nobody sent"


@asynccontextmanager
async def load(
    base_url: str, ledger: Ledger, *, clients: int = CLIENTS, keep_alive: bool = True
) -> AsyncGenerator[None]:
    """Read and write from `clients` connections while the block runs; half of the requests write."""
    stop = asyncio.Event()
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=clients if keep_alive else 0)
    async with httpx.AsyncClient(base_url=base_url, headers=bearer(), limits=limits, timeout=30) as http:
        tasks = [asyncio.create_task(_client(http, ledger, number, stop)) for number in range(clients)]
        try:
            yield
        finally:
            stop.set()
            await asyncio.gather(*tasks)


async def _client(http: httpx.AsyncClient, ledger: Ledger, client: int, stop: asyncio.Event) -> None:
    number = 0
    note_id = None
    while not stop.is_set():
        number += 1
        began = time.monotonic()
        ledger.sent += 1
        try:
            if note_id is None or number % 2:
                note_id = await _write(http, ledger, f"note {client} {number}", began) or note_id
            else:
                path = f"/notes/{note_id}" if number % 4 else "/notes/?limit=5"
                ledger.note(await http.get(path), began)
        except httpx.TransportError as error:
            ledger.failures.append(repr(error))
        if ledger.bad and time.monotonic() - ledger.bad[-1] < 0.1:
            await asyncio.sleep(0.05)


async def _write(http: httpx.AsyncClient, ledger: Ledger, title: str, began: float) -> str | None:
    ledger.attempted.add(title)
    # Without an id or slug of its own: nothing but the service's restraint keeps a write from being done twice.
    answer = await http.post("/notes/", json={"title": title})
    ledger.note(answer, began)
    if answer.status_code != 201:
        return None
    ledger.acknowledged.add(title)
    return answer.json()["id"]
