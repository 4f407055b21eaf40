"""What handlers ask for by name: the query and the body, parsed by the type that the handler gives them."""

from typing import Any

import msgspec
from litestar import Request
from litestar.di import Provide

from service.core.http.body import read_body
from service.core.http.operation import CRITERIA, PAYLOAD, operation_of
from service.core.http.query import parse_query

AnyRequest = Request[Any, Any, Any]


def provide_criteria(request: AnyRequest) -> msgspec.Struct:
    """The query string as the handler's `criteria` type."""
    return parse_query(request.scope["query_string"], operation_of(request.route_handler).criteria)


async def provide_payload(request: AnyRequest) -> msgspec.Struct:
    """The JSON body as the handler's `payload` type."""
    return await read_body(request, operation_of(request.route_handler))


DEPENDENCIES = {
    CRITERIA: Provide(provide_criteria, sync_to_thread=False),
    PAYLOAD: Provide(provide_payload),
}
