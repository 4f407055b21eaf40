"""Replicas of the database, for reads."""

import time
from collections.abc import Iterable
from itertools import count

from advanced_alchemy.routing.context import should_use_primary
from sqlalchemy.ext.asyncio import AsyncEngine

from service.core.database.server import Server

PASS_OVER_SECONDS = 5.0


class Replicas:
    """Replicas take turns; one that failed is passed over for a while."""

    def __init__(self, engines: Iterable[AsyncEngine]) -> None:
        self.servers = [Server(engine) for engine in engines]
        self._turns = count()
        self._away_until: dict[Server, float] = {}

    def in_turn(self) -> list[Server]:
        """Those to try, one after the other; none for a request that has written."""
        if not self.servers or should_use_primary():
            return []
        first = next(self._turns) % len(self.servers)
        now = time.monotonic()
        return [
            server
            for server in (*self.servers[first:], *self.servers[:first])
            if self._is_to_be_tried(server, now)
        ]

    def pass_over(self, server: Server) -> None:
        """Leave a replica alone for a while."""
        self._away_until[server] = time.monotonic() + PASS_OVER_SECONDS

    def is_back(self, server: Server) -> None:
        """It answered."""
        self._away_until.pop(server, None)

    def _is_to_be_tried(self, server: Server, now: float) -> bool:
        """Whether to ask it. Whether one that was away is back, one caller finds out at a time: it may take seconds."""
        away_until = self._away_until.get(server)
        if away_until is None or away_until > now:
            return away_until is None
        self._away_until[server] = now + PASS_OVER_SECONDS
        return True
