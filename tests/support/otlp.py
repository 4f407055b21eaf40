"""A small HTTP server that takes OTLP's traces, as a collector does."""

import threading
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager

import msgspec
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import KeyValue
from opentelemetry.proto.trace.v1 import trace_pb2

from tests.support.receiver import Receiver

Value = str | int | float | bool
KINDS = {trace_pb2.Span.SPAN_KIND_SERVER: "server", trace_pb2.Span.SPAN_KIND_CLIENT: "client"}


class Span(msgspec.Struct, frozen=True):
    """What is asked of a span."""

    trace_id: str
    id: str
    parent_id: str
    name: str
    kind: str
    begin: int
    end: int
    attributes: dict[str, Value]
    resource: dict[str, Value]
    links: Sequence[tuple[str, str]]
    failed: bool
    says: str
    """What its status says."""
    events: int


class Collector(Receiver):
    """Keeps what it was sent, and answers with `status`, after a while where it `hangs`."""

    def __init__(self) -> None:
        super().__init__()
        self.headers: list[Mapping[str, str]] = []
        self.status = 200
        self.over = threading.Event()
        self.hangs = False

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def take(self, path: str, headers: Mapping[str, str], body: bytes) -> int:
        self.headers.append(headers)
        if self.hangs:
            self.over.wait(60)
        if self.status < 300 and path == "/v1/traces":
            self.bodies.append(body)
        return self.status

    def spans(self) -> list[Span]:
        """All of them, in the order in which they ended."""
        found = [span for body in self.bodies for span in _spans(body)]
        return sorted(found, key=lambda span: span.end)

    def wait_for(self, found: Callable[[list[Span]], bool], seconds: float = 10) -> list[Span]:
        """The spans, once they are what is waited for; and after that time, whatever they are."""
        deadline = time.monotonic() + seconds
        while not found(spans := self.spans()) and time.monotonic() < deadline:
            time.sleep(0.02)
        return spans

    def of_trace(self, trace_id: str, requests: int = 1) -> list[Span]:
        """The spans of a trace, once those of so many requests are here, which come last."""

        def are_here(spans: list[Span]) -> bool:
            return sum((span.trace_id, span.kind) == (trace_id, "server") for span in spans) >= requests

        return [span for span in self.wait_for(are_here) if span.trace_id == trace_id]


def _spans(body: bytes) -> Generator[Span]:
    for of_resource in ExportTraceServiceRequest.FromString(body).resource_spans:
        for of_scope in of_resource.scope_spans:
            for span in of_scope.spans:
                yield Span(
                    trace_id=span.trace_id.hex(),
                    id=span.span_id.hex(),
                    parent_id=span.parent_span_id.hex(),
                    name=span.name,
                    kind=KINDS[span.kind],
                    begin=span.start_time_unix_nano,
                    end=span.end_time_unix_nano,
                    attributes=_values(span.attributes),
                    resource=_values(of_resource.resource.attributes),
                    links=[(link.trace_id.hex(), link.span_id.hex()) for link in span.links],
                    failed=span.status.code == trace_pb2.Status.STATUS_CODE_ERROR,
                    says=span.status.message,
                    events=len(span.events),
                )


def _values(pairs: Sequence[KeyValue]) -> dict[str, Value]:
    return {pair.key: getattr(pair.value, pair.value.WhichOneof("value") or "") for pair in pairs}


@contextmanager
def collector() -> Generator[Collector]:
    with Collector().running() as server:
        try:
            yield server
        finally:
            server.over.set()
