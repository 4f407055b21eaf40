"""The ids by which a request is found: its own, and those of the trace that it is part of (W3C Trace Context)."""

import re
from contextvars import ContextVar

import msgspec

# In version 00 the header ends with the flags; in a later version more may follow after a hyphen.
_FORM = re.compile(
    rb"(?:00(?=.{53}\Z)|(?!00|ff)[0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?"
)


class Trace(msgspec.Struct, frozen=True):
    """A trace, and the span in it that a request belongs to: the caller's, or its own where spans are recorded."""

    id: str
    span_id: str
    flags: int = 0
    """The byte of flags in `traceparent`, one of which says whether the caller records the trace."""


NO_TRACE = Trace(id="", span_id="")

request_id: ContextVar[str] = ContextVar("request_id", default="")
"""The id of the request that the running code serves; empty outside of requests."""

trace: ContextVar[Trace] = ContextVar("trace", default=NO_TRACE)
"""The trace of the request that is being served; `NO_TRACE` where the caller named none and no spans are recorded."""


def trace_of(traceparent: bytes | None) -> Trace:
    """The trace that the header names; `NO_TRACE` where it is missing or malformed."""
    if not traceparent:
        return NO_TRACE
    found = _FORM.fullmatch(traceparent.strip(b" \t"))
    if not found:
        return NO_TRACE
    return Trace(id=found[1].decode(), span_id=found[2].decode(), flags=int(found[3], 16))
