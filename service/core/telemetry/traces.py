"""OpenTelemetry's spans: one a request, one for each of its statements. Imported only where they are switched on."""

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
from service.core.http.layers import FAULT, HttpApp, status_of, template_of
from service.core.http.trace import NO_TRACE, Trace, trace
from service.core.telemetry.statement_spans import StatementSpans, serving

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"})
FLUSH_SECONDS = 5.0
"""Requests may have taken all the time that there is for an orderly end."""
QUIET_SECONDS = 60.0


class Traces:
    """Makes the spans of this process, and sends them in the background to where OTLP is spoken over HTTP."""

    def __init__(self, endpoint: str, *, environment: str) -> None:
        for name in (
            "opentelemetry.exporter.otlp.proto.http.trace_exporter",
            "opentelemetry.sdk._shared_internal",
        ):
            logging.getLogger(name).addFilter(_now_and_then)
        logging.getLogger("opentelemetry.util.re").addFilter(_without_quote)
        # All else the SDK reads from variables of its own: name, headers, sampling, sizes.
        self._provider = TracerProvider(
            resource=Resource.create({"deployment.environment.name": environment}), shutdown_on_exit=False
        )
        exporter = OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces")
        self._provider.add_span_processor(BatchSpanProcessor(exporter))
        self._tracer = self._provider.get_tracer("service")

    def of_requests(self, app: HttpApp) -> "RequestSpans":
        """A layer around the application."""
        return RequestSpans(app, self._tracer)

    def of_statements(self, database: Database) -> None:
        """From here on, and as far as requests lead to them."""
        database.watch(partial(StatementSpans, self._tracer))

    def close(self, seconds: float) -> None:
        """Send what is left. What is not sent in time is lost."""
        # The SDK waits for as long as it likes, and the process for every thread but such a one.
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
        # Not reset afterwards, as the trace is not: the task ends with the request.
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
    """What was asked for: nothing of queries, headers and bodies."""
    asked: dict[str, str | int] = {
        "http.request.method": method,
        # One half of a surrogate pair would keep a whole batch of spans from being sent.
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
    """Of a wrong OTEL_EXPORTER_OTLP_HEADERS the SDK would quote what may be a token."""
    record.args = ("(not shown)",)
    return True


class _NowAndThen(logging.Filter):
    """Lets through what the SDK says of spans that it cannot deliver: as a warning, and not of each batch."""

    _next = 0.0

    def filter(self, record: logging.LogRecord) -> bool:
        now = time.monotonic()
        if now < self._next:
            return False
        self._next = now + QUIET_SECONDS
        record.levelno, record.levelname = logging.WARNING, "WARNING"
        return True


_now_and_then = _NowAndThen()
