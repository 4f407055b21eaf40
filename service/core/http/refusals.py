"""Answers that the application cannot give: to what is no request, comes too slowly, or outlasts the shutdown."""

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
_EXTENSION = "service.refusal"


def refusal(error: ApiError) -> dict[str, dict[object, object]]:
    """The `extensions` of a request's scope that have it answered with an error.

    That is at once, or where the body is read if the request is being served already.
    """
    return {_EXTENSION: {"error": error}}


def refusal_of(scope: HTTPScope) -> ApiError | None:
    """What the protocol refuses the request with, if it does."""
    if "extensions" not in scope:
        return None
    error = (scope["extensions"] or {}).get(_EXTENSION, {}).get("error")
    return error if isinstance(error, ApiError) else None


class Refusals:
    """Answers what a `refusal` marks, and what is cancelled before its answer began."""

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
            # The server cuts off what outlasts the shutdown.
            if not started:
                await self._answer(CUT_OFF, scope, receive, send)
            raise

    async def _answer(self, error: ApiError, scope: HTTPScope, receive: Receive, send: Send) -> None:
        headers = {**error.headers, **self._cors_headers(scope["headers"])}
        problem = to_problem(error, scope["path"])
        reply = EncodedReply(problem, status=error.status, headers=headers, media_type=PROBLEM_JSON)
        await reply(scope, receive, send)

    def _cors_headers(self, headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
        """What lets a page of an allowed origin read the answer."""
        origin = next((value.decode("latin-1") for name, value in headers if name == b"origin"), None)
        if origin is None or self._cors is None:
            return {}
        allowed = self._cors.is_origin_allowed(origin) and not self._cors.is_allow_all_origins
        return self._cors.simple_headers | (
            {"Access-Control-Allow-Origin": origin, "Vary": "Origin"} if allowed else {}
        )
