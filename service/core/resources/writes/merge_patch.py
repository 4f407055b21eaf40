"""JSON Merge Patch (RFC 7396)."""

from service.core.errors import ValidationFailed
from service.core.exact_json import encode_json
from service.core.field_errors import FieldCode, FieldError
from service.core.http.body import MAX_BODY_BYTES
from service.core.http.strict_json import Json


def merged(stored: Json, patch: Json) -> Json:
    """A JSON value after a patch: members of objects are merged, null removes a member, all else replaces."""
    if not isinstance(patch, dict):
        return patch
    members = {**stored} if isinstance(stored, dict) else {}
    for name, change in patch.items():
        if change is None:
            members.pop(name, None)
        else:
            members[name] = merged(members.get(name), change)
    return members


def refuse_growth(stored: Json, document: Json, pointer: str) -> None:
    """Raises `ValidationFailed` for a document that has grown beyond the size of a body; a larger one may shrink."""
    size = len(encode_json(document))
    if size > MAX_BODY_BYTES and size > len(encode_json(stored)):
        message = f"would hold {size} bytes when merged, of {MAX_BODY_BYTES} allowed: remove members by null"
        raise ValidationFailed(
            "The merged JSON document would be too large.",
            errors=[FieldError.at(pointer, message, FieldCode.TOO_LONG, {"limit": MAX_BODY_BYTES})],
        )
