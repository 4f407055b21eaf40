"""What handlers ask for by name: `criteria` and `payload`, parsed by the type that the handler gives them."""

from typing import Any

import msgspec
from litestar import Request
from litestar.di import Provide

from service.core.http.body import read_body
from service.core.http.query import parse_query

AnyRequest = Request[Any, Any, Any]


def _declared(request: AnyRequest, name: str) -> type[msgspec.Struct]:
    return request.route_handler.parsed_fn_signature.parameters[name].annotation


def provide_criteria(request: AnyRequest) -> msgspec.Struct:
    """The query string as the handler's `criteria` type."""
    return parse_query(request.scope["query_string"], _declared(request, "criteria"))


async def provide_payload(request: AnyRequest) -> msgspec.Struct:
    """The JSON body as the handler's `payload` type."""
    return await read_body(request, _declared(request, "payload"))


DEPENDENCIES = {
    "criteria": Provide(provide_criteria, sync_to_thread=False),
    "payload": Provide(provide_payload),
}
