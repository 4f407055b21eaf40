"""HTTP as uvicorn speaks it, with limits on what a caller may send and on how long that may take."""

import asyncio
from enum import Enum
from http import HTTPStatus
from typing import Any

from uuid_utils import uuid7
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from service.core.errors import (
    ApiError,
    BadRequest,
    HeadersTooLarge,
    RequestTimeout,
    Unavailable,
    UriTooLong,
)
from service.core.http.problem import to_problem
from service.core.http.reply import PROBLEM_JSON, encode
from service.core.http.request_id import request_id

MAX_HEADERS = 100
MAX_TARGET_BYTES = 16_384
MAX_HEAD_BYTES = 1_114_112
"""A little more than a body may have: a token of a megabyte is still answered as a bad token."""
MAX_THROWN_AWAY_BYTES = 8_000_000
LINGER_SECONDS = 1.0
"""For what is on its way: the rest of a refused body, a request on a connection that was idle at shutdown."""


class Stage(Enum):
    """What the caller is to send next, and the seconds that it has for all of it."""

    NOTHING = None
    HEAD = 10.0
    BODY = 30.0


class LimitedProtocol(HttpToolsProtocol):
    """One connection."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # uvicorn's own answer to too many requests is no problem, and it counts idle connections.
        self.limit_concurrency: int | None = None
        self.stage = self.timed = Stage.NOTHING
        self.timer: asyncio.TimerHandle | None = None
        self.head_bytes = 0
        self.refusal: ApiError | None = None
        self.refused = False
        self.leaving = False
        self.thrown_away: int | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)  # pyright: ignore[reportArgumentType]  # uvicorn names the narrower type
        self.stage = Stage.HEAD
        self._set_timer()

    def connection_lost(self, exc: Exception | None) -> None:
        self.stage = Stage.NOTHING
        self._set_timer()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self.head_bytes += len(data)
        if not self.refused:
            super().data_received(data)
        if self.thrown_away is not None:
            self.thrown_away += len(data)
            if self.thrown_away > MAX_THROWN_AWAY_BYTES:
                self.flow.pause_reading()
        if self.stage is Stage.HEAD and self.head_bytes > MAX_HEAD_BYTES:
            self.refuse(HeadersTooLarge(f"The headers are longer than {MAX_HEAD_BYTES} bytes."))
        if self.stage is not self.timed:
            self._set_timer()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.stage = Stage.HEAD

    def on_url(self, url: bytes) -> None:
        super().on_url(url)
        if len(self.url) > MAX_TARGET_BYTES:
            self._stop(
                UriTooLong(f"The path and query are longer than {MAX_TARGET_BYTES} bytes. Ask for less.")
            )

    def on_header(self, name: bytes, value: bytes) -> None:
        super().on_header(name, value)
        if len(self.headers) > MAX_HEADERS:
            self._stop(HeadersTooLarge(f"There are more than {MAX_HEADERS} headers."))

    def on_headers_complete(self) -> None:
        most = self.config.limit_concurrency
        if most and len(self.tasks) >= most:
            self._stop(Unavailable("This process has as many requests in flight as it takes. Try again."))
        self.stage = Stage.BODY
        super().on_headers_complete()
        if self.leaving:
            self.cycle.keep_alive = False

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self.stage = Stage.NOTHING
        self.head_bytes = 0
        self.thrown_away = None

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self.stage is Stage.BODY and not self.transport.is_closing():
            self._throw_away_the_rest()

    def shutdown(self) -> None:
        """Close an idle connection only after a moment, in which a request may still arrive."""
        if self.leaving or self._in_flight():
            super().shutdown()
            return
        self.leaving = True
        self.loop.call_later(LINGER_SECONDS, self.shutdown)

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002  # uvicorn's own words for it
        """Answer what the parser, or a limit of ours, gave up on."""
        self.refuse(self.refusal or BadRequest("This is not well-formed HTTP/1.1."))

    def refuse(self, error: ApiError) -> None:
        """Answer with a problem instead of the application, and end the connection."""
        if self.refused or self.transport.is_closing():
            return
        if self._in_flight() and (self.stage is Stage.HEAD or self.cycle.response_started):
            # The answer to an earlier request is still to come, and must not be taken for this one.
            self.flow.pause_reading()
            self.cycle.keep_alive = False
            return
        request_id.set(uuid7().hex)
        body = encode(to_problem(error, ""))
        headers = {"content-type": PROBLEM_JSON, "content-length": str(len(body)), "connection": "close"}
        headers |= {"x-request-id": request_id.get()} | {
            name.lower(): text for name, text in error.headers.items()
        }
        head = "".join(f"{name}: {text}\r\n" for name, text in headers.items())
        line = f"HTTP/1.1 {error.status} {HTTPStatus(error.status).phrase}\r\n"
        self.transport.write(f"{line}{head}\r\n".encode() + body)
        self.transport.write_eof()
        self.refused = True
        self.stage = Stage.NOTHING
        if self._in_flight():
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        self._throw_away_the_rest()

    def _in_flight(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete  # pyright: ignore[reportUnnecessaryComparison]  # None before the first

    def _stop(self, refusal: ApiError) -> None:
        """Make the parser give up."""
        self.refusal = refusal
        raise refusal

    def _throw_away_the_rest(self) -> None:
        # For a moment: what arrives at a closed socket resets the connection, so that callers that send all of a
        # request before they read would never see the answer.
        self.thrown_away = 0
        self.loop.call_later(LINGER_SECONDS, self._close_unless_read)

    def _close_unless_read(self) -> None:
        if self.thrown_away is not None:
            self.transport.close()

    def _set_timer(self) -> None:
        """What arrived whole needs none."""
        if self.timer:
            self.timer.cancel()
        self.timed = self.stage
        seconds = self.stage.value
        self.timer = None if seconds is None else self.loop.call_later(seconds, self._too_slow)

    def _too_slow(self) -> None:
        self.refuse(RequestTimeout("The request did not arrive in time. Send it whole, at once."))
