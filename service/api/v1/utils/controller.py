"""Probes."""

from typing import Annotated

import msgspec
from litestar import Controller, get
from litestar.di import NamedDependency
from msgspec import Meta

from service.core.auth import PUBLIC
from service.core.http.admission import PROBE
from service.core.lifecycle.readiness import Readiness


class Health(msgspec.Struct):
    """The process answers."""

    status: Annotated[
        bool, Meta(description="Always true: a process that cannot answer does not.", examples=[True])
    ]


class UtilsController(Controller):
    """Probes for load balancers and orchestrators."""

    path = "/utils"
    tags = ("utils",)

    @get("/health-check", operation_id="checkHealth", opt={PUBLIC: True, PROBE: True})
    async def check_health(self) -> Health:
        """Whether the process is alive; it asks no database."""
        return Health(status=True)

    @get("/readiness", operation_id="checkReadiness", opt={PUBLIC: True, PROBE: True})
    async def check_readiness(self, readiness: NamedDependency[Readiness]) -> Health:
        """Whether requests should come here.

        503 during shutdown, or where the database cannot answer them.
        """
        await readiness.check()
        return Health(status=True)
