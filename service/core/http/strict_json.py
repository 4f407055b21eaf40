"""JSON that can be stored: parsed with what PostgreSQL and JavaScript would lose or refuse kept out."""

import json
from typing import Any, TypeAlias

from service.core.errors import BadRequest, ValidationFailed
from service.core.field_errors import FieldError

MAX_DEPTH = 64
Json: TypeAlias = "dict[str, Json] | list[Json] | str | float | bool | None"
INT64 = range(-(2**63), 2**63)


class _RefusedError(ValueError):
    """What Python's parser takes and JSON's does not."""


def parse_json(body: bytes) -> Json:
    """The document. Raises `BadRequest` for what is not JSON, `ValidationFailed` for what cannot be stored."""
    try:
        document: Json = _decoder.decode(body.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise BadRequest("The body is not UTF-8.") from None
    except RecursionError:
        raise BadRequest(f"The body is nested too deeply: {MAX_DEPTH} levels are the most.") from None
    except (json.JSONDecodeError, _RefusedError) as error:
        raise BadRequest(f"The body is not JSON: {error}.") from None
    except ValueError:
        # What Python says of more digits than it reads is for Python's own callers.
        raise BadRequest("The body holds a whole number of more digits than can be read.") from None
    errors: list[FieldError] = []
    _find_unstorable(document, (), errors)
    if errors:
        raise ValidationFailed("The body holds values that cannot be stored.", errors=errors)
    return document


def pointer_token(key: str) -> str:
    """A key as one step of a JSON pointer (RFC 6901)."""
    return key.replace("~", "~0").replace("/", "~1").encode("utf-8", "replace").decode()


def _unique(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    members = dict(pairs)
    if len(members) != len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))
        msg = f"the key {json.dumps(twice)} stands twice in one object"
        raise _RefusedError(msg)
    return members


def _refuse_constant(name: str) -> Any:
    msg = f"{name} is not a JSON number"
    raise _RefusedError(msg)


def _find_unstorable(value: Json, path: tuple[str, ...], errors: list[FieldError]) -> None:
    if len(path) > MAX_DEPTH:
        message = f"is nested too deeply: {MAX_DEPTH} levels are the most"
        errors.append(FieldError.at(_pointer(path), message))
    elif isinstance(value, dict):
        for key, member in value.items():
            if message := _unstorable(key):
                errors.append(FieldError.at(_pointer((*path, key)), message))
            _find_unstorable(member, (*path, key), errors)
    elif isinstance(value, list):
        for index, member in enumerate(value):
            _find_unstorable(member, (*path, str(index)), errors)
    elif message := _unstorable(value):
        errors.append(FieldError.at(_pointer(path), message))


def _pointer(path: tuple[str, ...]) -> str:
    return "".join(f"/{pointer_token(step)}" for step in path)


def _unstorable(value: str | float | None) -> str | None:
    if isinstance(value, str):
        if not value.isascii() and any("\ud800" <= char <= "\udfff" for char in value):
            return "holds half of a surrogate pair, which is no character"
        if "\x00" in value:
            return "holds a NUL character, which PostgreSQL cannot store"
    elif isinstance(value, float):
        if value in {float("inf"), float("-inf")}:
            return "is too large a number"
    elif isinstance(value, int) and value not in INT64:
        return "does not fit 64 bits; send it as a string"
    return None


_decoder = json.JSONDecoder(object_pairs_hook=_unique, parse_constant=_refuse_constant)
