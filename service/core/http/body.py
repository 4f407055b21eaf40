"""JSON bodies as typed payloads, with every wrong field reported at once."""

from typing import Any, TypeVar

import msgspec
from litestar import Request
from litestar.exceptions import InternalServerException

from service.core.errors import BadRequest, UnsupportedMediaType, ValidationFailed
from service.core.http.strict_json import parse_json
from service.core.http.wrong_fields import wrong_fields

PayloadT = TypeVar("PayloadT", bound=msgspec.Struct)

MEDIA_TYPE = "application/json"
IDENTITY = "identity"


async def read_body(request: Request[Any, Any, Any], payload_type: type[PayloadT]) -> PayloadT:
    """The request's JSON body as `payload_type`.

    Raises `UnsupportedMediaType`, `BadRequest` for what is not JSON, `ValidationFailed` for wrong fields.
    """
    coding = request.headers.get("content-encoding", IDENTITY).strip().lower()
    if coding != IDENTITY:
        raise UnsupportedMediaType(
            "Send the body as it is: a compressed one (`Content-Encoding`) is not taken.",
            headers={"Accept-Encoding": IDENTITY},
        )
    media_type, _ = request.content_type
    if media_type != MEDIA_TYPE:
        raise UnsupportedMediaType(f"Send JSON with `Content-Type: {MEDIA_TYPE}`.")
    try:
        body = await request.body()
    except InternalServerException:
        # Litestar's word for a caller who hung up: no fault of ours, and nobody left to read the answer.
        raise BadRequest("The connection was closed before the body was complete.") from None
    document = parse_json(body)
    try:
        return msgspec.convert(document, payload_type)
    except msgspec.ValidationError:
        errors = wrong_fields(document, payload_type)
        raise ValidationFailed("A field of the body is unknown or wrong.", errors=errors) from None
