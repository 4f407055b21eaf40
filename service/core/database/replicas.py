"""Replicas of the database, for reads."""

import time
from collections.abc import Iterable, Iterator

from advanced_alchemy.routing import RoundRobinSelector
from advanced_alchemy.routing.context import should_use_primary
from sqlalchemy.ext.asyncio import AsyncEngine

from service.core.database.source import Source

PASS_OVER_SECONDS = 5.0


class Replicas:
    """Replicas take turns; one that failed is passed over for a while."""

    def __init__(self, engines: Iterable[AsyncEngine]) -> None:
        self.sources = {engine: Source(engine) for engine in engines}
        self._selector = RoundRobinSelector(list(self.sources))
        self._away_until: dict[AsyncEngine, float] = {}

    def in_turn(self) -> Iterator[Source]:
        """Those to try, one after the other; none for a request that has written."""
        if should_use_primary():
            return
        for _ in self.sources:
            engine = self._selector.next()
            if self._away_until.get(engine, 0.0) <= time.monotonic():
                yield self.sources[engine]

    def pass_over(self, source: Source) -> None:
        """Leave a replica alone for a while."""
        self._away_until[source.engine] = time.monotonic() + PASS_OVER_SECONDS
