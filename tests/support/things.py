"""An application of one resource, made of the types that a test gives it."""

from collections.abc import Sequence
from typing import Any

import httpx
import msgspec
from litestar import Litestar, get, post
from litestar.di import NamedDependency

from service.core.dependencies import DEPENDENCIES
from service.core.http.operation import declare_operations
from service.core.http.problem import problem_reply
from service.core.http.reply import JsonReply
from service.core.openapi.document import build_document

INFO: dict[str, Any] = {"openapi": "3.1.0", "info": {"title": "t", "version": "1"}}


def application(payload: Any = None, criteria: Any = None) -> Litestar:
    """What takes the body and gives it back, and what takes the query."""

    async def create(payload: Any) -> Any:
        return payload

    async def find(criteria: Any) -> Any:
        return {"found": msgspec.to_builtins(criteria)}

    create.__annotations__ = {"payload": NamedDependency[payload], "return": payload}
    find.__annotations__ = {"criteria": NamedDependency[criteria], "return": dict[str, Any]}
    handlers: list[Any] = []
    if payload is not None:
        handlers.append(post("/things", operation_id="createThing", tags=["things"])(create))
    if criteria is not None:
        handlers.append(get("/things", operation_id="findThing", tags=["things"])(find))
    return serving_only(handlers)


def serving_only(handlers: Sequence[Any]) -> Litestar:
    return Litestar(
        handlers,
        dependencies=DEPENDENCIES,
        response_class=JsonReply,
        exception_handlers={Exception: problem_reply},
        openapi_config=None,
        logging_config=None,
    )


def described(app: Litestar) -> dict[str, Any]:
    return build_document(declare_operations(app), INFO)


def ready(app: Litestar) -> Litestar:
    declare_operations(app)
    return app


def client(app: Litestar) -> httpx.AsyncClient:
    async def call(scope: Any, receive: Any, send: Any) -> None:
        await app(scope, receive, send)

    return httpx.AsyncClient(transport=httpx.ASGITransport(call), base_url="http://service")
