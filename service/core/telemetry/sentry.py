"""Sentry, switched on by SENTRY_DSN: one event for each error that nobody foresaw, without secrets."""

from functools import partial
from typing import TYPE_CHECKING

import sentry_sdk
from litestar.types import HTTPScope, Receive, Send
from sentry_sdk.integrations.atexit import AtexitIntegration
from sentry_sdk.integrations.logging import LoggingIntegration
from sentry_sdk.integrations.loguru import LoguruIntegration
from sentry_sdk.scope import register_external_propagation_context
from sentry_sdk.scrubber import DEFAULT_DENYLIST, EventScrubber

from service.core.http.ids import NO_TRACE, request_id, trace
from service.core.http.layers import HttpApp, template_of
from service.core.private_data import without_data
from service.settings import SECRETS

if TYPE_CHECKING:
    from sentry_sdk.types import Event, Hint

PRIVATE = [*DEFAULT_DENYLIST, "dsn", *SECRETS]


class RequestScope:
    """Gives each request a scope of Sentry's own, so that an event describes the request in which it happened."""

    def __init__(self, app: HttpApp) -> None:
        self._app = app

    async def __call__(self, scope: HTTPScope, receive: Receive, send: Send) -> None:
        with sentry_sdk.isolation_scope() as sentry:
            sentry.add_event_processor(partial(_describe, scope, scope["method"]))
            await self._app(scope, receive, send)


def configure_sentry(dsn: str, *, environment: str) -> None:
    """Report unforeseen errors from here on. Logging must be configured before."""
    sentry_sdk.init(
        dsn=dsn,
        environment=environment,
        send_default_pii=False,
        include_local_variables=False,
        max_request_body_size="never",
        auto_session_tracking=False,
        # Only the integrations named here are on. The one for Litestar would decode every body before the guards run,
        # make an event of each 4xx, and cost a request 170 microseconds, where `RequestScope` costs 10.
        auto_enabling_integrations=False,
        integrations=[
            # An unforeseen error is logged once, with its exception: that line is the one event.
            LoguruIntegration(breadcrumb_format=_message, event_format=_message, sentry_logs_level=None),
            # Records of the standard library's loggers go to loguru already.
            LoggingIntegration(level=None, event_level=None, sentry_logs_level=None),
            AtexitIntegration(callback=_quietly),
        ],
        event_scrubber=EventScrubber(denylist=PRIVATE, recursive=True),
        before_send=_before_send,
    )
    register_external_propagation_context(_span)


def _span() -> tuple[str, str] | None:
    """The ids of the trace and the span that an event belongs to: the SDK itself does not continue W3C's traces."""
    current = trace.get()
    return None if current is NO_TRACE else (current.id, current.span_id)


def _message(_: object) -> str:
    """The format: the message alone. To any other format loguru adds the traceback, with the values of variables."""
    return "{message}"


def _quietly(_pending: int, _timeout: float) -> None:
    """Say nothing at exit, where the SDK would write to standard error, which is not the log."""


def _describe(scope: HTTPScope, method: str, event: "Event", _: "Hint") -> "Event":
    """Name the request: its method and its path, and nothing else that a caller sent."""
    event["request"] = {"method": method, "url": scope["path"]}
    event["transaction"] = f"{method} {template_of(scope) or 'unknown path'}"
    event["transaction_info"] = {"source": "route"}
    return event


def _before_send(event: "Event", _: "Hint") -> "Event | None":
    """Tag the event with its request's id; take the data of callers and rows out of its messages."""
    if identity := request_id.get():
        event.setdefault("tags", {})["request_id"] = identity
    for error in event.get("exception", {}).get("values", []):
        # The SDK shows PostgreSQL's DETAIL in errors of SQLAlchemy's adapters. Their text is dropped as a whole, since
        # the driver's own error is listed too.
        adapted = (error.get("module") or "").startswith("sqlalchemy.dialects.")
        error["value"] = "" if adapted else without_data(error.get("value") or "")
    return event
