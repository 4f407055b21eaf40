"""The spans of SQL statements, as children of their request's span."""

import re
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from contextvars import Context, ContextVar
from functools import lru_cache

from opentelemetry import context, trace
from opentelemetry.trace import INVALID_SPAN, Link, Span, SpanKind, StatusCode, Tracer
from sqlalchemy.ext.asyncio import AsyncEngine

from service.core.database.sqlstate import sqlstate
from service.prisma.url import DEFAULT_SCHEMA

serving: ContextVar[Span] = ContextVar("serving", default=INVALID_SPAN)
"""The span of the request that the running code serves; `INVALID_SPAN` where none is recorded."""

_QUOTED = r'"(?:[^"]|"")+"'
_TEXT = r"'(?:[^']|'')*'"
_NAME = rf"(?:{_QUOTED}|\w+)"
_PARTS = re.compile(
    rf"[()]|\b(SELECT|INSERT|UPDATE|DELETE)\b|\b(?:INTO|(?<!DISTINCT )FROM)\s+({_NAME}(?:\.{_NAME})?)"
    rf"|(?<=UPDATE )({_NAME}(?:\.{_NAME})?)"
    # Matched last, as a whole, so that words and parentheses within other names and texts do not count.
    rf"|{_QUOTED}|{_TEXT}"
)


class StatementSpans:
    """Makes a span of each statement that an engine runs for a request whose own span is recorded.

    Where one statement answers several requests, its span is a child of the request's that has waited longest; the
    spans of the other requests and this one link to each other.
    """

    def __init__(self, tracer: Tracer, engine: AsyncEngine) -> None:
        self._tracer = tracer
        where = engine.url
        known = {
            "db.system.name": engine.dialect.name,
            "db.namespace": where.database,
            "server.address": where.host,
            "server.port": where.port,
        }
        self._attributes = {name: value for name, value in known.items() if value is not None}

    @contextmanager
    def __call__(self, sql: str, callers: Sequence[Context]) -> Generator[None]:
        spans = [each.get(serving, INVALID_SPAN) for each in callers] if callers else [serving.get()]
        recording = [span for span in spans if span.is_recording()]
        if not recording:
            yield
            return
        parent, *others = recording
        name, about = _summary(sql)
        span = self._tracer.start_span(
            name,
            trace.set_span_in_context(parent, context.Context()),
            SpanKind.CLIENT,
            attributes={**self._attributes, **about},
            links=[Link(other.get_span_context()) for other in others],
        )
        for other in others:
            other.add_link(span.get_span_context())
        try:
            yield
        except BaseException as error:
            state = sqlstate(error)
            if state:
                span.set_attribute("db.response.status_code", state)
            span.set_attribute("error.type", state or type(error).__name__)
            # Without a description, since the message of an error may quote a row.
            span.set_status(StatusCode.ERROR)
            raise
        finally:
            span.end()


@lru_cache(maxsize=1000)
def _summary(sql: str) -> tuple[str, dict[str, str]]:
    """The name of a statement's span, and its attributes.

    The SQL is among these: it never holds values, since placeholders stand for them.
    """
    operation, table = outermost(sql)
    about = {"db.operation.name": operation, "db.query.text": sql}
    if table:
        about["db.collection.name"] = table
    return f"{operation} {table}".rstrip(), about


def outermost(sql: str) -> tuple[str, str]:
    """The operation of a statement and the table that it works on; what is in parentheses (subqueries) does not count.

    The table is named with its schema, unless that is Prisma's default.
    """
    operation = ""
    depth = 0
    for part in _PARTS.finditer(sql):
        if part[0] in "()":
            depth += 1 if part[0] == "(" else -1
        elif depth == 0:
            operation = operation or part[1] or ""
            if table := part[2] or part[3]:
                return operation, table.replace('"', "").removeprefix(f"{DEFAULT_SCHEMA}.")
    return operation or sql.split(maxsplit=1)[0].upper(), ""
