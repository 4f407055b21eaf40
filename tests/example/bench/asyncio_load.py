"""A small loader for machines without wrk; the client takes more of the machine than wrk does."""

import asyncio
import itertools
import statistics
import time
from collections.abc import Callable
from urllib.parse import urlsplit

import httptools

from tests.example.bench.cases import ANY_ETAG, ANY_NUMBER
from tests.example.bench.result import Load

FIRST_NUMBER = 10_000_000
REFUSAL = 400


def load_with_asyncio(
    url: str, requests: list[bytes], *, seconds: int, follows_etag: bool, clients: int
) -> Load:
    return asyncio.run(_load(url, requests, seconds, clients, follows_etag=follows_etag))


async def _load(url: str, requests: list[bytes], seconds: int, count: int, *, follows_etag: bool) -> Load:
    where = urlsplit(url)
    numbers = itertools.count(FIRST_NUMBER)
    ends = time.perf_counter() + seconds
    loop = asyncio.get_running_loop()
    clients: list[_Client] = []
    for index in range(count):
        chosen = requests[2 * index : 2 * index + 2] if follows_etag else requests[index:] + requests[:index]

        def make(chosen: list[bytes] = chosen) -> _Client:
            return _Client(chosen, lambda: next(numbers), ends, follows_etag=follows_etag)

        _, client = await loop.create_connection(make, where.hostname or "", where.port or 0)
        clients.append(client)
    broken = sum(await asyncio.gather(*(client.broken for client in clients)))
    latencies = [latency for client in clients for latency in client.latencies]
    percentiles = statistics.quantiles(latencies, n=100)
    return Load(
        requests=len(latencies),
        seconds=seconds,
        p50=percentiles[49],
        p99=percentiles[98],
        refused=sum(client.refused for client in clients),
        broken=broken,
    )


class _Client(asyncio.Protocol):
    """One connection: a request, its answer, the next request, until the time is up."""

    def __init__(
        self, requests: list[bytes], number: Callable[[], int], ends: float, *, follows_etag: bool
    ) -> None:
        self.latencies: list[float] = []
        self.refused = 0
        self.broken: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._requests = itertools.cycle(requests)
        self._pair = requests if follows_etag else None
        self._number = number
        self._ends = ends
        self._etag: bytes | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._send()

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002  # asyncio's own signature
        if not self.broken.done():
            self.broken.set_result(True)

    def on_header(self, name: bytes, value: bytes) -> None:
        if name.lower() == b"etag":
            self._etag = value

    def on_message_complete(self) -> None:
        now = time.perf_counter()
        self.latencies.append((now - self._sent) * 1000)
        self.refused += self._parser.get_status_code() >= REFUSAL
        if now < self._ends:
            self._send()
        else:
            self.broken.set_result(False)
            self._transport.close()

    def _send(self) -> None:
        request = self._next().replace(ANY_NUMBER.encode(), b"%d" % self._number())
        self._parser = httptools.HttpResponseParser(self)
        self._sent = time.perf_counter()
        self._transport.write(request)

    def _next(self) -> bytes:
        if self._pair is None:
            return next(self._requests)
        etag, self._etag = self._etag, None
        return self._pair[0] if etag is None else self._pair[1].replace(ANY_ETAG.encode(), etag)
