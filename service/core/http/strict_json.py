"""Parses JSON and refuses what PostgreSQL could not store, or what two parsers would read differently."""

import gc
import json
from collections.abc import Iterator
from decimal import Decimal
from itertools import chain
from typing import Any, TypeAlias

from service.core.errors import BadRequest, ValidationFailed
from service.core.exact_json import exact_number
from service.core.field_errors import FieldError
from service.core.storable_text import why_unstorable

MAX_DEPTH = 64
MAX_DIGITS = 4300
Json: TypeAlias = "dict[str, Json] | list[Json] | str | float | Decimal | bool | None"
INFINITE = (float("inf"), float("-inf"))
_NESTED = (dict, list)


def parse_json(body: bytes) -> Json:
    """The document. Raises `BadRequest` for what is not JSON, `ValidationFailed` for what cannot be stored."""
    # A document has no cycles, and to collect garbage while it grows took 127 of 145 ms for a megabyte of empty lists.
    gc.disable()
    try:
        document: Json = _decoder.decode(body.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise BadRequest("The body is not UTF-8.") from None
    except RecursionError:
        raise BadRequest(f"The body is nested too deeply: {MAX_DEPTH} levels are the most.") from None
    except json.JSONDecodeError as error:
        if not error.doc.strip():
            raise BadRequest("The body is empty.") from None
        place = f"line {error.lineno}, column {error.colno}"
        raise BadRequest(f"The body is not JSON: {place}.") from None
    except ValueError:
        # Python refuses integers of thousands of digits, with a message about its own limit that is not for callers.
        raise BadRequest("The body holds a number of too many digits; send it as a string.") from None
    finally:
        gc.enable()
    if _is_storable(document):
        return document
    errors = _unstorable(document, ())
    if first := next(errors, None):
        raise ValidationFailed("The body holds values that cannot be stored.", errors=chain([first], errors))
    return document


def pointer_token(key: str) -> str:
    """A key as one step of a JSON pointer (RFC 6901)."""
    return key.replace("~", "~0").replace("/", "~1").encode("utf-8", "replace").decode()


def _number(text: str) -> float | Decimal:
    """A number with a fraction or an exponent. Raises `ValueError` for more digits than Python takes in an integer."""
    if len(text) > MAX_DIGITS:
        raise ValueError(text[:MAX_DIGITS])
    # A number too large for a double becomes infinity, which `_refused` refuses with its place; one too small is 0.
    double = float(text)
    return exact_number(text) if double and double not in INFINITE else double


def _unique(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    members = dict(pairs)
    if len(members) != len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))
        raise BadRequest(f"The body is not JSON: the key {json.dumps(twice)} stands twice in one object.")
    return members


def _refuse_constant(name: str) -> Any:
    raise BadRequest(f"The body is not JSON: {name} is not a JSON number.")


def _is_storable(document: Json) -> bool:
    """Whether `_unstorable` finds nothing. Level by level, this takes 21 ms for a megabyte of empty lists, not 145."""
    level: list[Json] = [document]
    for _ in range(MAX_DEPTH):
        members: list[Json] = []
        for value in level:
            if isinstance(value, dict):
                if any(map(_refused, value)):
                    return False
                members += value.values()
            elif isinstance(value, list):
                members += value
            elif _refused(value):
                return False
        if not members:
            return True
        level = members
    return not any(isinstance(value, _NESTED) or _refused(value) for value in level)


def _unstorable(value: Json, path: tuple[str | int, ...]) -> Iterator[FieldError]:
    """What in a value cannot be stored, found lazily: a caller who stops asking stops the work."""
    if not isinstance(value, _NESTED):
        if message := _refused(value):
            yield FieldError.at(_pointer(path), message)
    elif len(path) >= MAX_DEPTH:
        yield FieldError.at(_pointer(path), f"is nested too deeply: {MAX_DEPTH} levels are the most")
    else:
        for step, member in value.items() if isinstance(value, dict) else enumerate(value):
            if isinstance(step, str) and (message := _refused(step)):
                yield FieldError.at(_pointer((*path, step)), message)
            # Most members are plain and can be stored: for these no generator is made.
            if isinstance(member, _NESTED) or _refused(member):
                yield from _unstorable(member, (*path, step))


def _pointer(path: tuple[str | int, ...]) -> str:
    return "".join(f"/{pointer_token(str(step))}" for step in path)


def _refused(value: str | float | Decimal | None) -> str | None:
    """Why a text or number cannot be stored; None where it can."""
    if isinstance(value, str):
        return why_unstorable(value)
    if isinstance(value, float) and value in INFINITE:
        return "is too large a number"
    return None


_decoder = json.JSONDecoder(object_pairs_hook=_unique, parse_float=_number, parse_constant=_refuse_constant)
