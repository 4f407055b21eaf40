"""A ceiling on the memory that the bodies of all requests in flight hold together."""

from litestar.types import HTTPScope, Receive, ReceiveMessage, Send

from service.core.errors import Unavailable
from service.core.http.layers import HttpApp

MAX_BYTES = 100_000_000
"""How many bytes the bodies of all requests of the process may hold; each counts until its request is answered."""


class HeldBodies:
    """Refuses, with `Unavailable`, to read more of a body once all bodies together hold as much as they may."""

    def __init__(self, app: HttpApp) -> None:
        self._app = app
        self._held = 0

    async def __call__(self, scope: HTTPScope, receive: Receive, send: Send) -> None:
        held = 0

        async def receive_below_ceiling() -> ReceiveMessage:
            nonlocal held
            message = await receive()
            if message["type"] == "http.request" and (size := len(message["body"])):
                if self._held + size > MAX_BYTES:
                    raise Unavailable(
                        "This process holds as many bytes of request bodies as it may. Try again."
                    )
                self._held += size
                held += size
            return message

        try:
            await self._app(scope, receive_below_ceiling, send)
        finally:
            self._held -= held
