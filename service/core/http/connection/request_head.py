"""The head of a request (its first line and headers): what is wrong with it, and its bytes without an `Upgrade`."""

from collections.abc import Sequence
from typing import Any, TypeAlias

import httptools

from service.core.errors import ApiError, BadRequest, HeadersTooLarge, Unavailable, UriTooLong
from service.core.http.head_and_options import ASTERISK

MAX_HEADERS = 100
MAX_TARGET_BYTES = 16_384
MAX_HEAD_BYTES = 1_114_112
"""A little more than a body may have, so that a token of a megabyte is still answered as a bad token."""
MAX_QUEUED = 100
"""The most requests that may wait on one connection for the answer to the one before (pipelining)."""

_LISTS = frozenset({b"if-match", b"if-none-match"})

Headers: TypeAlias = Sequence[tuple[bytes, bytes]]
"""Names, in lower case, and values."""


def too_much(url: bytes, headers: Headers, read: int) -> ApiError | None:
    """The error for the limit that the head, as far as it has arrived, exceeds; None where it exceeds none."""
    if len(url) > MAX_TARGET_BYTES:
        return UriTooLong(f"The path and query are longer than {MAX_TARGET_BYTES} bytes. Ask for less.")
    if len(headers) > MAX_HEADERS:
        return HeadersTooLarge(f"There are more than {MAX_HEADERS} headers.")
    if read > MAX_HEAD_BYTES:
        return HeadersTooLarge(f"The headers are longer than {MAX_HEAD_BYTES} bytes.")
    return None


def wrong(parser: Any, headers: Headers, *, queued: int) -> ApiError | None:
    """The error for what is wrong with a complete head that the parser accepts; None where nothing is.

    `queued` is the number of requests that wait on the connection already.
    """
    if queued >= MAX_QUEUED:
        return Unavailable(f"{MAX_QUEUED} requests wait on this connection. Read the answers first.")
    if parser.should_upgrade():
        # Only a CONNECT is still an upgrade here. The parser skips its body, and would take it for the next request.
        return BadRequest("This is no proxy: there is nothing to CONNECT to.")
    hosts, tokens, encoded = 0, 0, False
    for name, value in headers:
        if name == b"host":
            hosts += 1
        elif name == b"authorization":
            tokens += 1
        elif name == b"transfer-encoding":
            if encoded or value.strip().lower() != b"chunked":
                return BadRequest("`Transfer-Encoding` may be `chunked`, and nothing else besides.")
            encoded = True
    if tokens > 1:
        # A proxy that passed the request on may have looked at another one.
        return BadRequest("Send one `Authorization`.")
    if hosts == 1 and not encoded:
        return None
    is_old = parser.get_http_version() < "1.1"
    if hosts > 1 or not (hosts or is_old):
        return BadRequest("Send one `Host`.")
    if encoded and is_old:
        # A proxy that passed the request on may not know chunks, and so believe that it ends elsewhere.
        return BadRequest("`Transfer-Encoding` is of HTTP/1.1.")
    return None


def join_lists(headers: list[tuple[bytes, bytes]]) -> None:
    """Join headers of one precondition into a single one, which means the same (RFC 9110): readers expect one."""
    names = [name for name, _ in headers if name in _LISTS]
    for name in {*names} if len(names) > 1 else ():
        values = [value for other, value in headers if other == name]
        headers[:] = [header for header in headers if header[0] != name] + [(name, b", ".join(values))]


def without_offer(parser: Any, url: bytes, headers: Headers) -> bytes:
    """The bytes of a head that was read, without its offer of another protocol (`Upgrade`)."""
    lines = [parser.get_method() + b" " + url + b" HTTP/" + parser.get_http_version().encode()]
    lines += [name + b": " + value for name, value in headers if name != b"upgrade"]
    return b"\r\n".join(lines) + b"\r\n\r\n"


def target(url: bytes) -> tuple[str, bytes, bytes]:
    """The path, raw path and query of a target; empty where it is malformed. The path of `OPTIONS *` is `*`."""
    if url == ASTERISK:
        return url.decode(), url, b""
    try:
        parsed = httptools.parse_url(url)
    except httptools.HttpParserInvalidURLError:
        return "", b"", b""
    return parsed.path.decode("latin-1"), parsed.path, parsed.query or b""
