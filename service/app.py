"""Where everything is wired together."""

from collections.abc import Iterator, Sequence
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from litestar import Litestar, Request
from litestar.config.cors import CORSConfig
from litestar.datastructures import State
from litestar.di import Provide
from loguru import logger

from service.api.v1.document import DIAGNOSTICS, INFO
from service.api.v1.private.controller import DiagnosticsController
from service.api.v1.private.repository import DiagnosticsRepository
from service.api.v1.utils.controller import UtilsController
from service.core.auth import authentication
from service.core.database import Database
from service.core.dependencies import DEPENDENCIES
from service.core.http.admission import (
    refuse_out_of_scope,
    refuse_stray_parameters,
    refuse_unsupported_preconditions,
    refuse_when_crowded,
)
from service.core.http.application import Application
from service.core.http.body import MAX_BODY_BYTES
from service.core.http.cursor import CursorSigner
from service.core.http.head_and_options import HeadAndOptions
from service.core.http.headers import HEADERS
from service.core.http.held_bodies import HeldBodies
from service.core.http.layers import Layer, layered
from service.core.http.operation import declare_operations
from service.core.http.paths import Paths, read_path_parameters
from service.core.http.problem import problem_reply
from service.core.http.refusals import Refusals
from service.core.http.reply import JsonReply
from service.core.lifecycle.drift import DriftWatch
from service.core.lifecycle.needed_columns import needed_columns
from service.core.lifecycle.readiness import Readiness
from service.core.lifecycle.shutdown import Shutdown
from service.core.openapi.docs_page import docs_router
from service.core.openapi.document import build_document
from service.core.resources.caching.answer_groups import AnswerGroups
from service.core.resources.controller import ResourceController, repositories_of
from service.core.resources.declarations import UndecidedError, mappings_of, policies_of, undecided_in
from service.core.resources.exposed_columns import refuse_hidden_columns
from service.core.telemetry.access_log import RequestContext
from service.core.telemetry.logs import configure_logging
from service.resources import RESOURCES
from service.settings import Settings, SettingsError, load_settings

if TYPE_CHECKING:
    from service.core.telemetry.traces import Traces

API = "/api/v1"
CORS_SECONDS = 600


def create_app(
    settings: Settings | None = None, resources: Sequence[type[ResourceController]] = RESOURCES
) -> Litestar:
    """The application, ready to serve; it opens no connection before it is started.

    Raises `UndecidedError` outside local when a resource does not say who may read its rows.
    """
    settings = settings or load_settings()
    configure_logging(local=settings.is_local)
    database = Database(
        settings.database_url,
        settings.database_replica_urls,
        statement_timeout=settings.database_timeout,
    )
    repositories = repositories_of(resources)
    policies = policies_of(repositories)
    refuse_hidden_columns(resources)
    undecided = undecided_in(repositories)
    if undecided and not settings.is_local:
        raise UndecidedError(undecided)
    drift = DriftWatch(database, needed_columns(repositories))
    shutdown = Shutdown()
    answer_groups = AnswerGroups(mappings_of(repositories))
    traces = _traces(settings)
    app = Application(
        path=API,
        route_handlers=[
            *resources,
            UtilsController,
            DiagnosticsController,
            *([docs_router()] if settings.api_docs else []),
        ],
        dependencies={
            **DEPENDENCIES,
            "diagnostics": _provide(DiagnosticsRepository(database, drift)),
            "settings": _provide(settings),
            "readiness": _provide(Readiness(database, drift, shutdown)),
        },
        before_request=partial(_before_handlers, answer_groups),
        exception_handlers={Exception: partial(problem_reply, database_messages=settings.database_messages)},
        response_class=JsonReply,
        request_max_body_size=MAX_BODY_BYTES,
        cors_config=_cors(settings.backend_cors_origins),
        # Not one of the layers: which routes are public is known once Litestar has found the route.
        middleware=[
            authentication(
                settings.secret_keys, required=not settings.is_local, require_scope=settings.require_scope
            )
        ],
        openapi_config=None,
        logging_config=None,
        on_startup=[partial(_say_who_may, undecided)] if settings.is_local else [],
        lifespan=[lambda _: shutdown.announced(settings.shutdown_delay), lambda _: drift.begun()],
        on_shutdown=[
            database.dispose,
            *([partial(traces.close, settings.shutdown_timeout)] if traces else []),
        ],
        state=State(
            {
                "database": database,
                "cursors": CursorSigner(*settings.secret_keys),
                "policies": policies,
                "settings": settings,
            }
        ),
    )
    app.state.operations = declare_operations(app)
    answer_groups.declare(app.state.operations)
    if settings.api_docs:
        # Built when it is first read, since that takes seconds with hundreds of operations.
        app.state.openapi = cache(partial(openapi_document, app, diagnostics=settings.is_local))
    app.asgi_handler = layered(app.asgi_handler, _layers(app, settings, database, traces))
    return app


def _traces(settings: Settings) -> "Traces | None":
    if not settings.otel_exporter_otlp_endpoint:
        return None
    try:
        from service.core.telemetry.traces import Traces  # noqa: PLC0415  # only where it is on
    except ModuleNotFoundError as error:
        fault = (
            f"OTEL_EXPORTER_OTLP_ENDPOINT needs a package that is not installed ({error.name}). "
            "Install the group `otel` of pdm.lock: pdm sync --no-self --group otel"
        )
        raise SettingsError([fault]) from None
    try:
        return Traces(settings.otel_exporter_otlp_endpoint, environment=settings.environment)
    except ValueError as error:
        raise SettingsError([f"One of OpenTelemetry's own variables (OTEL_…) is wrong: {error}"]) from None


def _layers(
    app: Litestar, settings: Settings, database: Database, traces: "Traces | None"
) -> Iterator[Layer]:
    """The layers that every request passes on its way to Litestar, the outermost first.

    A layer that is switched off is not even imported, since an import costs time and memory at every start-up.
    """
    if settings.metrics_port is not None:
        from service.core.telemetry.metrics import Metrics  # noqa: PLC0415  # only where it is on

        yield partial(Metrics, database=database)
    yield Paths
    yield partial(RequestContext, local=settings.is_local)
    if traces:
        traces.of_statements(database)
        yield traces.of_requests
    if settings.sentry_dsn:
        from service.core.telemetry.sentry import RequestScope, configure_sentry  # noqa: PLC0415  # only where it is on

        configure_sentry(settings.sentry_dsn, environment=settings.environment)
        yield RequestScope
    yield partial(Refusals, cors=app.cors_config)
    yield HeldBodies
    yield partial(HeadAndOptions, routes=app.routes)


def _say_who_may(undecided: Sequence[str]) -> None:
    """Log what only local allows: calls without a token, and models of which nobody has said who may read them."""
    logger.info("In local a call without a token may read and write everything")
    if undecided:
        logger.warning("{}", UndecidedError(undecided))


async def _before_handlers(answer_groups: AnswerGroups, request: Request[Any, Any, Any]) -> None:
    # In this order: first what costs least, and nothing of an operation to those who may not call it.
    refuse_when_crowded(request)
    refuse_out_of_scope(request)
    read_path_parameters(request)
    refuse_stray_parameters(request)
    refuse_unsupported_preconditions(request)
    answer_groups.begin(request)


def openapi_document(app: Litestar, *, diagnostics: bool) -> dict[str, Any]:
    """The API document: the same in every environment, but for the operations of diagnostics."""
    return build_document(app.state.operations, INFO, leave_out=None if diagnostics else DIAGNOSTICS)


def _cors(origins: Sequence[str]) -> CORSConfig | None:
    """CORS for pages of these origins; None without origins, so that no request is checked for CORS."""
    if not origins:
        return None
    return CORSConfig(allow_origins=list(origins), expose_headers=[*HEADERS, "Allow"], max_age=CORS_SECONDS)


def _provide(instance: object) -> Provide:
    return Provide(lambda: instance, sync_to_thread=False)
