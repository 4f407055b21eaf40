"""Figures for Prometheus. Imported only where METRICS_PORT switches them on."""

import time
from functools import cache, partial

from litestar.types import HTTPScope, Receive, Send
from prometheus_client import Counter, Gauge, Histogram
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from service.core.database import Database
from service.core.database.server import Server
from service.core.database.sqlstate import is_away, is_timeout, sqlstate
from service.core.http.layers import HttpApp, status_of, template_of

NO_ROUTE = "none"

REQUESTS = Counter("http_requests", "Requests by route and status.", ["method", "path", "status"])
SECONDS = Histogram("http_request_duration_seconds", "Time to the whole answer.", ["method", "path"])
_gauge = partial(Gauge, labelnames=["server"], multiprocess_mode="livesum")
IN_USE = _gauge("database_connections_in_use", "Connections of the pools in use.")
WAITING = _gauge(
    "database_connections_waiting", "Calls that wait for one; several reads of a kind count once."
)
LIMIT = _gauge("database_connections_limit", "Connections that the pools may open.")
ERRORS = Counter("database_errors", "Errors of the database, those overcome by a retry too.", ["error"])


class Metrics:
    """Counts requests by the template of their route: by the paths themselves, time series would have no end."""

    def __init__(self, app: HttpApp, database: Database) -> None:
        self._app = app
        database.observe(count_error)
        self._servers: list[tuple[Server, Gauge, Gauge]] = []
        for number, server in enumerate(database.servers):
            name = f"replica-{number}" if number else "primary"
            LIMIT.labels(name).set(server.queue.size)
            self._servers.append((server, IN_USE.labels(name), WAITING.labels(name)))

    async def __call__(self, scope: HTTPScope, receive: Receive, send: Send) -> None:
        started = time.perf_counter()
        try:
            await self._app(scope, receive, send)
        finally:
            requests, seconds = _series(scope["method"], template_of(scope) or NO_ROUTE, status_of(scope))
            requests.inc()
            seconds.observe(time.perf_counter() - started)
            for server, in_use, waiting in self._servers:
                in_use.set(server.queue.in_use)
                waiting.set(server.queue.waiting)


@cache
def _series(method: str, path: str, status: int) -> tuple[Counter, Histogram]:
    return REQUESTS.labels(method, path, status), SECONDS.labels(method, path)


def count_error(error: Exception) -> None:
    """Count an error of the database, or of the way to it, by its kind."""
    if isinstance(error, PoolTimeoutError):
        ERRORS.labels("pool_full").inc()
    elif is_timeout(error):
        ERRORS.labels("statement_timeout").inc()
    elif state := sqlstate(error):
        ERRORS.labels(state).inc()
    elif is_away(error):
        ERRORS.labels("connection").inc()
