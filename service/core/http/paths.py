"""Paths whose segments may be any text: an encoded `/` or `%` in a segment is not taken for one of the path's own."""

import re
from collections.abc import Awaitable
from typing import Any
from urllib.parse import unquote_to_bytes

from litestar import Request
from litestar.types import HTTPScope, Receive, Send

from service.core.errors import BadRequest, NotFound
from service.core.http.layers import HttpApp
from service.core.http.location import text_of
from service.core.http.refusals import mark_refused, refusal_of

_KEPT = re.compile(rb"%(2[Ff]|25)")
_BROKEN = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_RESOLVED = frozenset({"", ".", ".."})


class Paths:
    """Decodes the path, but for `%2F` and `%25`, so that routing does not take a `/` in a key for a separator.

    Refuses a path that is not percent-encoded UTF-8, or that has a segment which clients and proxies drop or resolve.
    """

    def __init__(self, app: HttpApp) -> None:
        self._app = app

    def __call__(self, scope: HTTPScope, receive: Receive, send: Send) -> Awaitable[None]:
        raw = scope["raw_path"]
        if (b"%" in raw or b"/." in raw or b"//" in raw) and not refusal_of(scope):
            _decode(scope, raw)
        return self._app(scope, receive, send)


def _decode(scope: HTTPScope, raw: bytes) -> None:
    scope["path"] = raw.decode("latin-1")
    try:
        path = unquote_to_bytes(_KEPT.sub(rb"%25\1", raw)).decode()
    except UnicodeDecodeError:
        path = None
    if path is None or _BROKEN.search(raw):
        mark_refused(scope, BadRequest("The path is not percent-encoded UTF-8."))
    elif not _RESOLVED.isdisjoint(path.split("/")[1:-1]) or path.endswith(("/.", "/..")):
        mark_refused(
            scope,
            BadRequest("A segment of the path is empty, `.` or `..`: as a key, write `~`, `~.` or `~..`."),
        )
    else:
        scope["path"] = path


def read_path_parameters(request: Request[Any, Any, Any]) -> None:
    """Decode the path's parameters to the texts that their segments stand for.

    Raises `NotFound` for a path with a NUL character, which no key can hold.
    """
    parameters = request.scope["path_params"]
    path = request.scope["path"]
    if "\x00" in path:
        raise NotFound("There is nothing at this path: no key holds a NUL character.")
    if parameters and ("%" in path or "~" in path):
        # A new dictionary, because Litestar keeps this one for the next request of the same path.
        request.scope["path_params"] = {
            name: text_of(value) if isinstance(value, str) else value  # pyright: ignore[reportUnnecessaryIsInstance]  # Litestar parses them
            for name, value in parameters.items()
        }
