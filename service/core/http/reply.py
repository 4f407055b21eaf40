"""Answers: a DTO becomes bytes here, once, with its ETag."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

import msgspec
from litestar import Litestar, Request, Response
from litestar.background_tasks import BackgroundTask, BackgroundTasks
from litestar.datastructures import Cookie
from litestar.response.base import ASGIResponse
from litestar.types import Receive, Scope, Send

from service.core.http.cache_groups import NAME_GROUPS, NameGroups
from service.core.http.etag import etag_of, matches
from service.core.http.location import location_in
from service.core.http.operation import JSON
from service.core.schema import Resource, row_hash_of, was_stored_before

T = TypeVar("T")
ResourceT = TypeVar("ResourceT", bound=Resource)

PROBLEM_JSON = "application/problem+json"
REVALIDATE = (b"cache-control", b"private, no-cache")
NOT_MODIFIED = 304
OK = 200

encode = msgspec.json.Encoder(decimal_format="string").encode


class JsonReply(Response[T]):
    """The response class of every route: JSON, and an ETag where it shows a single resource."""

    def to_asgi_response(  # noqa: PLR0913  # as Litestar calls it
        self,
        app: Litestar | None,  # noqa: ARG002  # Litestar still passes it
        request: Request[Any, Any, Any],
        *,
        background: BackgroundTask | BackgroundTasks | None = None,
        cookies: Iterable[Cookie] | None = None,
        headers: Mapping[str, str] | None = None,
        status_code: int | None = None,
        **__: Any,
    ) -> ASGIResponse:
        reply = EncodedReply(
            self.content,
            status=self.status_code or status_code or OK,
            headers={**headers, **self.headers} if headers else self.headers,
            media_type=PROBLEM_JSON if self.media_type == PROBLEM_JSON else JSON,
            cookies=[*self.cookies, *cookies] if cookies else self.cookies,
        )
        if "route_handler" in request.scope:
            name_groups: NameGroups | None = request.scope["route_handler"].opt.get(NAME_GROUPS)
            if name_groups and (header := name_groups(self.content, reply.status_code)):
                reply.raw_headers.append(header)
        reply.background = self.background or background
        return reply


class Created(JsonReply[ResourceT]):
    """A 201 whose `Location` is the path of what was created: its key, in the collection that was called.

    A 200 where it was created before, by a call whose answer may have been lost.
    """

    def __init__(self, content: ResourceT, *key: object) -> None:
        super().__init__(content, status_code=OK if was_stored_before(content) else 201)
        self.key = key

    def to_asgi_response(
        self, app: Litestar | None, request: Request[Any, Any, Any], **given: Any
    ) -> ASGIResponse:
        self.headers["Location"] = location_in(request.scope["path"], self.key)
        return super().to_asgi_response(app, request, **given)


class EncodedReply(ASGIResponse):
    """The bytes of one answer. A matching `If-None-Match` makes it a 304 without a body."""

    __slots__ = ("etag", "raw_headers")

    def __init__(  # pyright: ignore[reportMissingSuperCall]  # the base takes 9 microseconds to build what this does in 2
        self,
        content: object,
        *,
        status: int,
        headers: Mapping[str, str],
        media_type: str,
        cookies: Iterable[Cookie] = (),
    ) -> None:
        self.status_code = status
        self.body = b"" if content is None else encode(content)
        self.background: BackgroundTask | BackgroundTasks | None = None
        self.raw_headers: list[tuple[bytes, bytes]] = [REVALIDATE]
        for name, value in headers.items():
            self.raw_headers.append((name.lower().encode("latin-1"), value.encode("latin-1")))
        for cookie in cookies:
            if not cookie.documentation_only:
                self.raw_headers.append(cookie.to_encoded_header())
        if self.body:
            self.raw_headers.append((b"content-type", media_type.encode()))
            self.raw_headers.append((b"content-length", str(len(self.body)).encode()))
        self.etag = etag_of(self.body, row_hash_of(content)) if isinstance(content, Resource) else None
        if self.etag:
            self.raw_headers.append((b"etag", self.etag.encode()))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002  # ASGI
        status, body, headers = self.status_code, self.body, self.raw_headers
        if self.etag and status == OK and self._not_modified(scope):
            status, body = NOT_MODIFIED, b""
            headers = [header for header in headers if not header[0].startswith(b"content-")]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body, "more_body": False})
        if self.background:
            await self.after_response()

    def _not_modified(self, scope: Scope) -> bool:
        if scope["type"] != "http" or scope["method"] not in {"GET", "HEAD"} or self.etag is None:
            return False
        for name, value in scope["headers"]:
            if name == b"if-none-match":
                return matches(value.decode("latin-1"), self.etag)
        return False
