"""JSON bodies as typed payloads, with every wrong field reported at once."""

from collections.abc import Iterator
from typing import Any, TypeVar

import msgspec
from litestar import Request
from litestar.exceptions import InternalServerException

from service.core.errors import BadRequest, FieldError, UnsupportedMediaType, ValidationFailed
from service.core.http.strict_json import parse_json, pointer_token

PayloadT = TypeVar("PayloadT", bound=msgspec.Struct)

MEDIA_TYPE = "application/json"


async def read_body(request: Request[Any, Any, Any], payload_type: type[PayloadT]) -> PayloadT:
    """The request's JSON body as `payload_type`.

    Raises `UnsupportedMediaType`, `BadRequest` for what is not JSON, `ValidationFailed` for wrong fields.
    """
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
    except msgspec.ValidationError as error:
        errors = tuple(field_errors(document, payload_type)) or (field_error(error),)
        raise ValidationFailed("A field of the body is unknown or wrong.", errors=errors) from None


def field_errors(document: Any, payload_type: type[msgspec.Struct]) -> Iterator[FieldError]:
    """Every wrong field of a document, which msgspec reports one at a time."""
    try:
        members = msgspec.convert(document, dict[str, Any])
    except msgspec.ValidationError:
        yield FieldError("", "must be a JSON object")
        return
    fields = {field.encode_name: field for field in msgspec.structs.fields(payload_type)}
    for name, value in members.items():
        pointer = f"/{pointer_token(name)}"
        if name not in fields:
            yield FieldError(pointer, f"is not a field here; known are {', '.join(fields)}")
            continue
        try:
            msgspec.convert(value, fields[name].type)
        except msgspec.ValidationError as error:
            yield field_error(error, pointer)
    for name, field in fields.items():
        if field.required and name not in members:
            yield FieldError(f"/{name}", "is required")


def field_error(error: msgspec.ValidationError, pointer: str = "") -> FieldError:
    """Msgspec's ``Expected `str`, got `int` - at `$.a[0]` `` as a pointer and a message."""
    message, _, path = str(error).partition(" - at `$")
    steps = path.rstrip("`").replace("[", ".").replace("]", "").split(".")
    return FieldError(pointer + "".join(f"/{step}" for step in steps if step), message)
