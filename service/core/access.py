"""The outermost layer of every request: its id, its access line."""

import re
import time
from collections.abc import Iterable
from uuid import uuid4

from litestar.types import ASGIApp, Message, Receive, Scope, Send

from service.core.logs import log_access
from service.core.request_id import request_id

QUIET_PATHS = frozenset({"/api/v1/utils/health-check", "/api/v1/utils/readiness", "/metrics"})
"""Probes call these every few seconds."""

_SANE_ID = re.compile(rb"[A-Za-z0-9._-]{1,128}")


class RequestContext:
    """Gives each request its id, answers with it, and writes one access line."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = time.perf_counter()
        identity = _given_id(scope["headers"]) or uuid4().hex.encode()
        request_id.set(identity.decode())
        method, path = scope["method"], scope["path"]
        status = 500

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], (b"x-request-id", identity)]
            await send(message)

        try:
            await self.app(scope, receive, send_with_id)
        finally:
            if path not in QUIET_PATHS:
                log_access(method, path, status, time.perf_counter() - started)


def _given_id(headers: Iterable[tuple[bytes, bytes]]) -> bytes | None:
    """The caller's own id, if it is one that may stand in a log."""
    for name, value in headers:
        if name == b"x-request-id":
            return value if _SANE_ID.fullmatch(value) else None
    return None
