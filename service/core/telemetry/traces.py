"""OpenTelemetry's spans: one for each request and each of its statements. Imported only where they are switched on."""

import logging
import threading
import time
from functools import partial

from litestar.types import HTTPScope, Receive, Send
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import (
    NonRecordingSpan,
    Span,
    SpanContext,
    SpanKind,
    StatusCode,
    TraceFlags,
    Tracer,
    format_span_id,
    format_trace_id,
    set_span_in_context,
)

from service.core.database import Database
from service.core.http.ids import NO_TRACE, Trace, trace
from service.core.http.layers import FAULT, HttpApp, status_of, template_of
from service.core.telemetry.statement_spans import StatementSpans, serving

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"})
FLUSH_SECONDS = 5.0
"""How long sending the last spans may take: requests in flight may have used up the time for an orderly shutdown."""
QUIET_SECONDS = 60.0


class Traces:
    """Makes the spans of this process, and sends them in the background to an endpoint that takes OTLP over HTTP."""

    def __init__(self, endpoint: str, *, environment: str) -> None:
        for name in (
            "opentelemetry.exporter.otlp.proto.http.trace_exporter",
            "opentelemetry.sdk._shared_internal",
        ):
            logging.getLogger(name).addFilter(_now_and_then)
        logging.getLogger("opentelemetry.util.re").addFilter(_without_quote)
        # The SDK reads all else (the service's name, headers, sampling, sizes) from environment variables of its own.
        self._provider = TracerProvider(
            resource=Resource.create({"deployment.environment.name": environment}), shutdown_on_exit=False
        )
        exporter = OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces")
        self._provider.add_span_processor(BatchSpanProcessor(exporter))
        self._tracer = self._provider.get_tracer("service")

    def of_requests(self, app: HttpApp) -> "RequestSpans":
        """The layer that makes the span of each request."""
        return RequestSpans(app, self._tracer)

    def of_statements(self, database: Database) -> None:
        """Make spans of the statements that requests cause from here on."""
        database.watch(partial(StatementSpans, self._tracer))

    def close(self, seconds: float) -> None:
        """Send the spans that are left, for `seconds` or `FLUSH_SECONDS` at most. What is not sent in time is lost."""
        # The SDK sets no limit to its shutdown, and the process would wait at its end for any but a daemon thread.
        sending = threading.Thread(target=self._provider.shutdown, daemon=True)
        sending.start()
        sending.join(min(seconds, FLUSH_SECONDS))


class RequestSpans:
    """Makes the span of a request, in the trace that its caller names."""

    def __init__(self, app: HttpApp, tracer: Tracer) -> None:
        self._app = app
        self._tracer = tracer

    async def __call__(self, scope: HTTPScope, receive: Receive, send: Send) -> None:
        method = scope["method"] if scope["method"] in METHODS else "_OTHER"
        span = self._tracer.start_span(
            method, _called_by(trace.get()), SpanKind.SERVER, attributes=_asked(scope, method)
        )
        if not span.is_recording():
            await self._app(scope, receive, send)
            return
        made = span.get_span_context()
        trace.set(Trace(format_trace_id(made.trace_id), format_span_id(made.span_id), made.trace_flags))
        # Like `trace`, not reset afterwards: the task ends with the request.
        serving.set(span)
        error = ""
        try:
            await self._app(scope, receive, send)
        except BaseException as raised:
            error = type(raised).__name__
            raise
        finally:
            _answered(span, method, template_of(scope), status_of(scope), error)


def _called_by(caller: Trace) -> Context:
    if caller is NO_TRACE:
        return Context()
    context = SpanContext(
        int(caller.id, 16), int(caller.span_id, 16), is_remote=True, trace_flags=TraceFlags(caller.flags)
    )
    return set_span_in_context(NonRecordingSpan(context), Context())


def _asked(scope: HTTPScope, method: str) -> dict[str, str | int]:
    """The attributes that say what was asked for: nothing of the query string, headers and body."""
    asked: dict[str, str | int] = {
        "http.request.method": method,
        # Escaped, because half of a surrogate pair would keep a whole batch of spans from being sent.
        "url.path": scope["path"].encode(errors="backslashreplace").decode(),
        "url.scheme": scope["scheme"],
        "network.protocol.version": scope["http_version"],
    }
    if server := scope["server"]:
        asked["server.address"] = server[0]
        if server[1] is not None:
            asked["server.port"] = server[1]
    return asked


def _answered(span: Span, method: str, route: str | None, status: int, error: str) -> None:
    known: dict[str, str | int] = {"http.response.status_code": status}
    if route:
        known["http.route"] = route
        span.update_name(f"{method} {route}")
    if error or status >= FAULT:
        known["error.type"] = error or str(status)
        span.set_status(StatusCode.ERROR)
    span.set_attributes(known)
    span.end()


def _without_quote(record: logging.LogRecord) -> bool:
    """Hide what the SDK quotes of a malformed OTEL_EXPORTER_OTLP_HEADERS, which may be a token."""
    record.args = ("(not shown)",)
    return True


class _NowAndThen(logging.Filter):
    """Lets the SDK warn of spans that it cannot deliver once in `QUIET_SECONDS`, and not of each batch as an error."""

    _next = 0.0

    def filter(self, record: logging.LogRecord) -> bool:
        now = time.monotonic()
        if now < self._next:
            return False
        self._next = now + QUIET_SECONDS
        record.levelno, record.levelname = logging.WARNING, "WARNING"
        return True


_now_and_then = _NowAndThen()
