"""Sentry, switched on by SENTRY_DSN: one event for each error that nobody foresaw, without secrets."""

from typing import TYPE_CHECKING

import sentry_sdk
from sentry_sdk.integrations.litestar import LitestarIntegration
from sentry_sdk.integrations.logging import LoggingIntegration
from sentry_sdk.integrations.loguru import LoguruIntegration
from sentry_sdk.scrubber import DEFAULT_DENYLIST, EventScrubber

from service.core.request_id import request_id

if TYPE_CHECKING:
    from sentry_sdk.types import Event, Hint

PRIVATE = [*DEFAULT_DENYLIST, "database_url", "dsn", "secret_key"]


def configure_sentry(dsn: str, *, environment: str) -> None:
    """Report to Sentry from here on. Call it before the application is created."""
    sentry_sdk.init(
        dsn=dsn,
        environment=environment,
        send_default_pii=False,
        include_local_variables=False,
        max_request_body_size="never",
        # An unforeseen error is logged once, by the error mapper: that line is the event. Litestar's own
        # integration names the transaction and the request; its events would be the same error again.
        integrations=[
            LitestarIntegration(),
            LoguruIntegration(breadcrumb_format=_message, event_format=_message, sentry_logs_level=None),
            LoggingIntegration(level=None, event_level=None),
        ],
        event_scrubber=EventScrubber(denylist=PRIVATE, recursive=True),
        before_send=_before_send,
    )


def _message(_: object) -> str:
    """The line alone: loguru ends any other format with the traceback and the values of its variables."""
    return "{message}"


def _before_send(event: "Event", _: "Hint") -> "Event | None":
    """Tag the event with its request's id; leave out what a caller sent."""
    mechanisms = [
        value.get("mechanism", {}).get("type") for value in event.get("exception", {}).get("values", [])
    ]
    if "litestar" in mechanisms:
        return None
    if identity := request_id.get():
        event.setdefault("tags", {})["request_id"] = identity
    request = event.get("request", {})
    for private in ("query_string", "data", "cookies", "headers", "env"):
        request.pop(private, None)
    return event
