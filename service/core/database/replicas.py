"""Replicas of the database, for reads."""

import time
from collections.abc import Iterable
from itertools import count

from advanced_alchemy.routing.context import should_use_primary
from sqlalchemy.ext.asyncio import AsyncEngine

from service.core.database.server import Server

PASS_OVER_SECONDS = 5.0


class Replicas:
    """The replicas, which take turns; one that failed is passed over for a while."""

    def __init__(self, engines: Iterable[AsyncEngine]) -> None:
        self.servers = [Server(engine) for engine in engines]
        self._turns = count()
        self._away_until: dict[Server, float] = {}

    def in_turn(self) -> list[Server]:
        """All replicas, in the order in which to ask them; none of them for a request that has written."""
        if not self.servers or should_use_primary():
            return []
        first = next(self._turns) % len(self.servers)
        return [*self.servers[first:], *self.servers[:first]]

    def is_away(self, server: Server) -> bool:
        """Whether the server failed a moment ago, or another caller is trying it again."""
        return self._away_until.get(server, 0.0) > time.monotonic()

    def reserve(self, server: Server) -> None:
        """Have the others pass over a server that was away while this caller tries it, since that may take seconds."""
        if server in self._away_until:
            self.pass_over(server)

    def pass_over(self, server: Server) -> None:
        """Leave a replica alone for a while."""
        self._away_until[server] = time.monotonic() + PASS_OVER_SECONDS

    def restore(self, server: Server) -> None:
        """Let a server that answered take its turns again."""
        self._away_until.pop(server, None)
