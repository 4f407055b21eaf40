"""Diagnostics for developers; they exist in local alone."""

from litestar import Controller, get
from litestar.di import NamedDependency

from service.api.v1.private.dto import DatabaseDiagnostics, ServerDiagnostics
from service.api.v1.private.process import inspect_process
from service.api.v1.private.repository import DiagnosticsRepository
from service.core.auth import PUBLIC
from service.core.guards import local_only
from service.settings import Settings


class DiagnosticsController(Controller):
    """What a developer wants to know of this process and its database."""

    path = "/private/diagnostics"
    tags = ("diagnostics",)
    guards = (local_only,)
    # Outside local the routes are absent, not forbidden, so that the guard must answer before a token is asked for.
    opt = {PUBLIC: True}

    @get("/server", operation_id="inspectServer")
    async def inspect_server(self, settings: NamedDependency[Settings]) -> ServerDiagnostics:
        """Read versions, memory and settings, with secrets masked."""
        return inspect_process(settings)

    @get("/database", operation_id="inspectDatabase")
    async def inspect_database(
        self, diagnostics: NamedDependency[DiagnosticsRepository]
    ) -> DatabaseDiagnostics:
        """Read the database's version, size, rows and how it stands against the mirrored schema."""
        return await diagnostics.read()
