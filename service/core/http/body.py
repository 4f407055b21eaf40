"""JSON bodies as typed payloads, with every wrong field reported at once."""

from typing import Any

import msgspec
from litestar import Request
from litestar.exceptions import InternalServerException

from service.core.errors import BadRequest, UnsupportedMediaType, ValidationFailed
from service.core.http.moments import cut_moments
from service.core.http.operation import operation_of
from service.core.http.strict_json import parse_json
from service.core.http.wrong_fields import wrong_fields

IDENTITY = "identity"
MAX_BODY_BYTES = 1_000_000


async def read_body(request: Request[Any, Any, Any]) -> msgspec.Struct:
    """The request's JSON body as the handler's `payload` type.

    Raises `UnsupportedMediaType` for a compressed body or a media type that the operation does not take, `BadRequest`
    for what is not JSON or was cut off, `ValidationFailed` for wrong fields and values that cannot be stored.
    """
    operation = operation_of(request.route_handler)
    coding = request.headers.get("content-encoding", IDENTITY).strip().lower()
    if coding != IDENTITY:
        raise UnsupportedMediaType(
            "Send the body as it is: a compressed one (`Content-Encoding`) is not taken.",
            headers={"Accept-Encoding": IDENTITY},
        )
    media_type, _ = request.content_type
    if media_type not in operation.media_types:
        forms = " or ".join(f"`Content-Type: {taken}`" for taken in operation.media_types)
        raise UnsupportedMediaType(f"Send JSON with {forms}.")
    try:
        body = await request.body()
    except InternalServerException:
        # Litestar raises this when the caller hangs up: no fault of the service, and nobody is left to read the answer.
        raise BadRequest("The connection was closed before the body was complete.") from None
    document = parse_json(body)
    if operation.read_only and isinstance(document, dict):
        document = {name: value for name, value in document.items() if name not in operation.read_only}
    document = cut_moments(document, body, operation.payload)
    try:
        return msgspec.convert(document, operation.payload)
    except msgspec.ValidationError:
        errors = wrong_fields(document, operation.payload)
        raise ValidationFailed("A field of the body is unknown or wrong.", errors=errors) from None
