"""Answers HEAD wherever GET is offered, and OPTIONS with all methods of a path."""

from collections.abc import Iterable, Sequence

from litestar.routes import BaseRoute
from litestar.types import HTTPScope, Message, Receive, Send

from service.core.http.layers import HttpApp, template_of
from service.core.http.reply import EncodedReply

ASTERISK = b"*"
"""The target of an `OPTIONS` that asks about the whole server and not about a path."""


def allow_header(methods: Iterable[str]) -> str:
    """The value of `Allow` for a path with these methods: one that takes GET takes HEAD too."""
    names = set(methods)
    return ", ".join(sorted(names | {"HEAD"} if "GET" in names else names))


class HeadAndOptions:
    """Answers HEAD like GET, without the body, and OPTIONS with every method of the path.

    Litestar's own answer to OPTIONS lists only the methods of the first handler of the path.
    """

    def __init__(self, app: HttpApp, routes: Sequence[BaseRoute]) -> None:
        self._app = app
        self._allowed = {
            route.path_format: allow_header(getattr(route, "methods", ())).encode() for route in routes
        }
        self._methods = allow_header({method for route in routes for method in getattr(route, "methods", ())})

    async def __call__(self, scope: HTTPScope, receive: Receive, send: Send) -> None:
        if scope["method"] not in {"HEAD", "OPTIONS"}:
            await self._app(scope, receive, send)
        elif scope["method"] == "HEAD":
            try:
                scope["method"] = "GET"
                await self._app(scope, receive, _without_body(scope, send))
            finally:
                scope["method"] = "HEAD"
        elif scope["raw_path"] == ASTERISK:
            reply = EncodedReply(None, status=204, headers={"Allow": self._methods}, media_type="")
            await reply(scope, receive, send)
        else:
            await self._app(scope, receive, self._with_allow(scope, send))

    def _with_allow(self, scope: HTTPScope, send: Send) -> Send:
        async def send_allow(message: Message) -> None:
            if message["type"] == "http.response.start":
                allowed = self._allowed.get(template_of(scope) or "")
                message["headers"] = [
                    (name, allowed if allowed and name == b"allow" else value)
                    for name, value in message["headers"]
                ]
            await send(message)

        return send_allow


def _without_body(scope: HTTPScope, send: Send) -> Send:
    async def send_head(message: Message) -> None:
        # uvicorn reads the method here, to know whether a body follows the headers.
        scope["method"] = "HEAD"
        if message["type"] == "http.response.body":
            message["body"] = b""
        await send(message)

    return send_head
