"""Answers that handlers cannot give: to malformed requests, to those that come too slowly or outlast the shutdown.

Who finds the fault only marks the request, since the answer has to pass the layers above: the log and the metrics.
What is raised once Litestar has the request is answered in `problem`.
"""

import asyncio
from collections.abc import Awaitable, Iterable
from typing import Any

from litestar.config.cors import CORSConfig
from litestar.types import HTTPScope, Message, Receive, Send

from service.core.errors import ApiError, Unavailable
from service.core.http.layers import HttpApp
from service.core.http.problem import to_problem
from service.core.http.reply import PROBLEM_JSON, EncodedReply

CUT_OFF = Unavailable("This process is shutting down. Ask another one.")
_REFUSAL = "refusal"
"""The key, in the `state` of a request's scope, of the error that `Refusals` answers it with."""
_CROWDED = "crowded"
"""The key that marks a request as one more than the process serves at once."""


def mark_refused(scope: HTTPScope, error: ApiError) -> None:
    """Have `Refusals` answer the request with an error.

    It answers at once, or, where the request is being served already, as soon as the body is read.
    """
    scope["state"][_REFUSAL] = error


def refusal_of(scope: HTTPScope) -> ApiError | None:
    """The error that the request is to be answered with; None where it is to be served."""
    return scope["state"].get(_REFUSAL)


def mark_crowded(scope: HTTPScope) -> None:
    """Have `admission` refuse the request, unless its route is a probe."""
    scope["state"][_CROWDED] = True


def is_crowded(scope: HTTPScope) -> bool:
    return _CROWDED in scope["state"]


class Refusals:
    """Answers requests that are marked as refused, and those that are cancelled before their answer began."""

    def __init__(self, app: HttpApp, cors: CORSConfig | None) -> None:
        self._app = app
        self._cors = cors

    async def __call__(self, scope: HTTPScope, receive: Receive, send: Send) -> None:
        if error := refusal_of(scope):
            await self._answer(error, scope, receive, send)
            return
        started = False

        async def receive_or_raise() -> Any:
            message = await receive()
            if error := refusal_of(scope):
                raise error
            return message

        def send_and_note(message: Message) -> Awaitable[None]:
            nonlocal started
            started = True
            return send(message)

        try:
            await self._app(scope, receive_or_raise, send_and_note)
        except asyncio.CancelledError:
            # uvicorn cancels the requests that outlast the shutdown.
            if not started:
                await self._answer(CUT_OFF, scope, receive, send)
            raise

    async def _answer(self, error: ApiError, scope: HTTPScope, receive: Receive, send: Send) -> None:
        headers = {**error.headers, **self._cors_headers(scope["headers"])}
        problem = to_problem(error, scope["path"])
        reply = EncodedReply(problem, status=error.status, headers=headers, media_type=PROBLEM_JSON)
        await reply(scope, receive, send)

    def _cors_headers(self, headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
        """The headers that let a page of an allowed origin read the answer."""
        origin = next((value.decode("latin-1") for name, value in headers if name == b"origin"), None)
        if origin is None or self._cors is None:
            return {}
        allowed = self._cors.is_origin_allowed(origin) and not self._cors.is_allow_all_origins
        return self._cors.simple_headers | (
            {"Access-Control-Allow-Origin": origin, "Vary": "Origin"} if allowed else {}
        )
