"""HTTP as uvicorn speaks it, with limits on what a caller may send and on how long sending and reading may take."""

import asyncio
from typing import Any

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from service.core.errors import ApiError, BadRequest, RequestTimeout
from service.core.http.connection.arrival import ArrivalTimer, Stage
from service.core.http.connection.descriptors import Descriptors
from service.core.http.connection.lingering import LINGER_SECONDS, MAX_THROWN_AWAY_BYTES, Lingering
from service.core.http.connection.request_head import join_lists, target, too_much, without_offer, wrong
from service.core.http.connection.unasked_body import ending_unasked
from service.core.http.connection.unread_answers import UnreadAnswer, keep_below_ceiling
from service.core.http.refusals import mark_crowded, mark_refused

NO_METHOD = "-"
"""What is logged as the method of a request that was refused before its method was known."""


class LimitedProtocol(HttpToolsProtocol):
    """One connection. The requests that it refuses are answered by the application: see `refusals`."""

    app: Any
    parser: Any
    scope: Any
    unread: UnreadAnswer
    descriptors = Descriptors()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Off: uvicorn's own answer above this limit is not `application/problem+json`, and it counts idle connections.
        self.limit_concurrency: int | None = None
        self.stage = Stage.NOTHING
        self.timer = ArrivalTimer(self.loop)
        self.head_bytes = 0
        """Those that arrived since the head began, or since the last piece of the body."""
        self.deaf = False
        """Whether all that arrives is thrown away, because a request was refused."""
        self.leaving = False
        """Whether it was idle when the process began to end, and is closed after a moment or the next answer."""
        self.thrown_away: int | None = None
        """How many bytes came that nobody reads, behind a refusal or an early answer; None while all are read."""
        self.giving_up: asyncio.TimerHandle | None = None
        """Closes the connection, unless the rest of the body that is thrown away has arrived by then."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)  # pyright: ignore[reportArgumentType]  # uvicorn names the narrower type
        self.unread = UnreadAnswer(self.transport, self.loop)
        self.descriptors.look(transport)
        self.stage = Stage.HEAD
        self.timer.follow(self.stage, self._too_slow)

    def connection_lost(self, exc: Exception | None) -> None:
        self.stage = Stage.NOTHING
        self.timer.follow(self.stage, self._too_slow)
        self.unread.forget()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._unset_keepalive_if_required()
        self.head_bytes += len(data)
        if not self.deaf:
            self._parse(data)
        if self.thrown_away is not None:
            self.thrown_away += len(data)
            if self.thrown_away > MAX_THROWN_AWAY_BYTES:
                self.flow.pause_reading()
        # What follows a chunked body (trailers) is held to the limits of a head.
        if self.stage is not Stage.NOTHING and (error := too_much(self.url, self.headers, self.head_bytes)):
            self.refuse(error)
        # While requests wait for the answer to an earlier one, nothing is read, and so nothing is late.
        self.timer.follow(Stage.NOTHING if self.pipeline else self.stage, self._too_slow)

    def _parse(self, data: bytes) -> None:
        rest: bytes | memoryview = data
        try:
            while True:
                try:
                    self.parser.feed_data(rest)
                except httptools.HttpParserUpgrade as upgrade:
                    rest = memoryview(rest)[upgrade.args[0] :]
                else:
                    return
                # Outside of the handler, whose exception would take the place of what a callback raises.
                self._parse_without_offer()
        except httptools.HttpParserError as error:
            # What a callback raised, which made the parser give up, is the error's context.
            raised = error.__context__
            self.refuse(
                raised if isinstance(raised, ApiError) else BadRequest("This is not well-formed HTTP/1.1.")
            )

    def _parse_without_offer(self) -> None:
        """Parse a request's head once more, without its offer of another protocol (`Upgrade`).

        The parser cannot be told to ignore the offer: it ends such a request after its head, and would take the body
        for the next request.
        """
        head = without_offer(self.parser, self.url, self.headers)
        # A new parser, made as uvicorn makes it: the old one has ended where the caller wants the connection closed.
        self.parser = httptools.HttpRequestParser(self)
        self.parser.set_dangerous_leniencies(lenient_data_after_close=True)
        self.parser.feed_data(head)

    def eof_received(self) -> bool:  # pyright: ignore[reportIncompatibleMethodOverride]  # asyncio's hook may answer, uvicorn's does not
        """Whether the connection stays open: a caller who will send no more may still wait for an answer."""
        if self.stage is not Stage.NOTHING or not self._in_flight():
            return False
        self.cycle.keep_alive = False
        return True

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.stage = Stage.HEAD

    def on_headers_complete(self) -> None:
        if self.parser.should_upgrade() and self.parser.get_method() != b"CONNECT":
            # `_parse_without_offer` feeds the same head again, without the offer.
            return
        if error := too_much(self.url, self.headers, self.head_bytes) or wrong(
            self.parser, self.headers, queued=len(self.pipeline)
        ):
            raise error
        join_lists(self.headers)
        if (most := self.config.limit_concurrency) and len(self.tasks) >= most:
            mark_crowded(self.scope)
        super().on_headers_complete()
        # A new list, so that the trailers that may follow a chunked body do not become headers of the request.
        self.headers = []
        self.stage = Stage.BODY
        if self.leaving:
            self.cycle.keep_alive = False

    def on_body(self, body: bytes) -> None:
        self.head_bytes = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        if self.parser.should_upgrade():
            return
        super().on_message_complete()
        self.stage = Stage.NOTHING
        self.head_bytes = 0
        self.thrown_away = None
        if self.giving_up:
            self.giving_up.cancel()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self.transport.is_closing():
            return
        if self.pipeline:
            # uvicorn would read on: with each answer more requests would wait.
            self.flow.pause_reading()
            return
        self.timer.follow(self.stage, self._too_slow)
        if self.stage is Stage.BODY and not self._in_flight():
            # The answer came before the whole body: its rest is thrown away for a moment, then the connection closes.
            self.thrown_away = 0
            self.giving_up = self.loop.call_later(LINGER_SECONDS, self.transport.close)

    def pause_writing(self) -> None:
        super().pause_writing()
        self.unread.watch()
        keep_below_ceiling(each.unread for each in self.connections if isinstance(each, LimitedProtocol))

    def resume_writing(self) -> None:
        super().resume_writing()
        self.unread.forget()

    def timeout_keep_alive_handler(self) -> None:
        if self.transport.get_write_buffer_size():
            self.transport.abort()
        super().timeout_keep_alive_handler()

    def shutdown(self) -> None:
        """Close an idle connection only after `LINGER_SECONDS`, since a request may be on its way."""
        if self.leaving or self._in_flight():
            super().shutdown()
            return
        self.leaving = True
        self.loop.call_later(LINGER_SECONDS, self.shutdown)

    def refuse(self, error: ApiError) -> None:
        """Answer with an error, and end the connection."""
        if self.deaf or self.transport.is_closing():
            return
        if self.stage is Stage.BODY:
            self._refuse_body(error)
        else:
            self._refuse_head(error)
        self.deaf = True
        self.stage, self.thrown_away = Stage.NOTHING, 0

    def _refuse_body(self, error: ApiError) -> None:
        """Refuse a request that is being served: reading its body raises the error in the application."""
        if self._in_flight():
            mark_refused(self.scope, error)
            self._end_with(self.cycle)
            self.cycle.message_event.set()

    def _refuse_head(self, error: ApiError) -> None:
        """Refuse what has not become a request yet: the application is called with what was read, to answer it."""
        self.scope["method"] = self.parser.get_method().decode() if self.url else NO_METHOD
        self.scope["path"], self.scope["raw_path"], self.scope["query_string"] = target(self.url)
        mark_refused(self.scope, error)
        refused = RequestResponseCycle(
            scope=self.scope,
            transport=self.transport,
            flow=self.flow,
            logger=self.logger,
            access_logger=self.access_logger,
            access_log=self.access_log,
            default_headers=self.server_state.default_headers,
            message_event=asyncio.Event(),
            expect_100_continue=False,
            keep_alive=False,
            on_response=self.on_response_complete,
        )
        if self._in_flight():
            # An earlier request still waits for its answer, which will be the last; this one must not be taken for it.
            refused.disconnected = True
        else:
            self.cycle = refused
        self._end_with(self.cycle)
        self._start_asgi_task(refused, self.app)

    def _end_with(self, cycle: RequestResponseCycle) -> None:
        cycle.keep_alive = False
        cycle.transport = Lingering(self.transport, self.loop)
        self.deaf = True

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        async def run(scope: Any, receive: Any, send: Any) -> None:
            try:
                await app(scope, receive, ending_unasked(cycle, send, self._end_with))
            except asyncio.CancelledError:
                # The end of a shutdown cancels requests; if this were raised, uvicorn would log a fault.
                cycle.disconnected = True
                self.transport.close()

        super()._start_asgi_task(cycle, run)

    def _in_flight(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete  # pyright: ignore[reportUnnecessaryComparison]  # it is None before the first request

    def _too_slow(self) -> None:
        self.refuse(RequestTimeout("The request did not arrive in time. Send it whole, at once."))
