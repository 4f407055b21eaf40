"""Turns msgspec's messages about a wrong value into a sentence for people, and a code with parameters for programs."""

import re
from collections.abc import Callable, Sequence
from enum import Enum
from typing import Annotated, Any, Literal, TypeAlias, get_args, get_origin

import msgspec

from service.core.field_errors import FieldCode
from service.core.type_info import members_of

Parts: TypeAlias = Sequence[str]
Explanation: TypeAlias = tuple[str, FieldCode, dict[str, Any]]
"""The message, the code and the params of a `FieldError`."""

_TYPES = {
    "str": ("string", "a text"),
    "int": ("integer", "a whole number"),
    "float": ("number", "a number"),
    "bool": ("boolean", "true or false"),
    "array": ("array", "a list"),
    "object": ("object", "a JSON object"),
    "null": ("null", "null"),
    "datetime": ("string", "an instant, such as 2026-01-31T12:00:00Z"),
    "date": ("string", "a day, such as 2026-01-31"),
    "time": ("string", "a time of day, such as 12:00:00"),
    "uuid": ("string", "a UUID"),
    "bytes": ("string", "base64"),
    "decimal": ("string", "a decimal number, such as 4.50"),
}
"""For each name that msgspec has for a type: JSON Schema's name, and words for people."""
_DECIMAL = re.compile(r"\^-\?(?:\[0-9\]\{1,(\d+)\}|0)(?:\(\\\.\[0-9\]\{1,(\d+)\}\)\?)?\\Z")
"""Matches the patterns that `nox -s adopt` gives decimal numbers of limited digits: the limits are its groups."""
_OF_TEXTS = {"str": "character", "bytes": "byte"}
"""The unit that the length of a text, or of bytes, is counted in."""


def _length(code_of_text: FieldCode, code_of_list: FieldCode, bound: str) -> Callable[[Parts], Explanation]:
    def explain_length(parts: Parts) -> Explanation:
        kind, limit = parts
        if unit := _OF_TEXTS.get(kind):
            return f"must have {bound} {_number_of(limit, unit)}", code_of_text, {"limit": int(limit)}
        return f"must hold {bound} {_number_of(limit, 'item')}", code_of_list, {"limit": int(limit)}

    return explain_length


def _bound(code: FieldCode, words: str) -> Callable[[Parts], Explanation]:
    return lambda parts: (
        f"{words} {parts[0]}",
        code,
        {"limit": int(parts[0]) if parts[0].lstrip("-").isdigit() else float(parts[0])},
    )


def _of_type(parts: Parts) -> Explanation:
    kinds = [_TYPES.get(name, (name, name)) for name in parts[0].split(" | ")]
    expected = list(dict.fromkeys(kind for kind, _ in kinds))
    wanted = " or ".join(words for kind, words in kinds if kind != "null" or len(kinds) == 1)
    return f"must be {wanted}", FieldCode.WRONG_TYPE, {"expected": expected}


def _in_text(parts: Parts) -> Explanation:
    return f"must be {_TYPES[parts[0]][1]}", FieldCode.WRONG_FORM, {}


def _form(words: str) -> Callable[[Parts], Explanation]:
    return lambda _: (words, FieldCode.WRONG_FORM, {})


_EXPLANATIONS: Sequence[tuple[re.Pattern[str], Callable[[Parts], Explanation]]] = [
    (re.compile(pattern), explanation)
    for pattern, explanation in (
        (r"Expected `(\w+)` of length >= (\d+)", _length(FieldCode.TOO_SHORT, FieldCode.TOO_FEW, "at least")),
        (r"Expected `(\w+)` of length <= (\d+)", _length(FieldCode.TOO_LONG, FieldCode.TOO_MANY, "at most")),
        (r"Expected `(\w+)` of length (\d+)", _length(FieldCode.WRONG_FORM, FieldCode.WRONG_FORM, "exactly")),
        (
            r"Expected `\w+` that's a multiple of (-?[\d.]+(?:e[+-]?\d+)?)",
            _bound(FieldCode.WRONG_FORM, "must be a multiple of"),
        ),
        (r"Expected `\w+` >= (-?[\d.]+(?:e[+-]?\d+)?)", _bound(FieldCode.TOO_SMALL, "must be at least")),
        (r"Expected `\w+` <= (-?[\d.]+(?:e[+-]?\d+)?)", _bound(FieldCode.TOO_LARGE, "must be at most")),
        (r"Expected `\w+` > (-?[\d.]+(?:e[+-]?\d+)?)", _bound(FieldCode.TOO_SMALL, "must be more than")),
        (r"Expected `\w+` < (-?[\d.]+(?:e[+-]?\d+)?)", _bound(FieldCode.TOO_LARGE, "must be less than")),
        (r"Expected `\w+` with a timezone", _form("needs an offset from UTC, as in 2026-01-31T12:00:00Z")),
        (r"Expected `\w+` with no timezone", _form("must have no offset from UTC, as in 12:00:00")),
        (r"Invalid RFC3339 encoded (datetime|date|time)", _in_text),
        (r"Invalid UUID", _form("must be a UUID")),
        (r"Invalid base64", _form("must be base64")),
        (r"Invalid decimal", _form("must be a decimal number, such as 4.50")),
        (r"Integer value out of range|Number out of range", _form("is too large a number")),
        (r"Expected `([^`]+)`", _of_type),
    )
]


def explain(message: str, kind: Any) -> Explanation:
    """What msgspec's message about a value that does not fit the type `kind` means."""
    if message.startswith("Invalid enum value"):
        allowed = _allowed(kind)
        words = (
            f"must be one of {', '.join(map(str, allowed))}"
            if allowed
            else "is none of the values that it can have"
        )
        return words, FieldCode.NOT_ALLOWED, {"allowed": allowed}
    if "matching regex" in message:
        example = _first_said(kind, _example)
        if digits := _first_said(kind, _digits):
            said = f"must be a decimal number without an exponent, {digits}, such as {example}"
            return said, FieldCode.WRONG_FORM, {}
        words = "is not in the form that it needs" + (f", as {example} is" if example is not None else "")
        return words, FieldCode.WRONG_FORM, {}
    for pattern, explanation in _EXPLANATIONS:
        if match := pattern.match(message):
            return explanation(match.groups())
    return message.replace("`", ""), FieldCode.INVALID, {}


def _allowed(kind: Any) -> list[Any]:
    if get_origin(kind) is Literal:
        return list(get_args(kind))
    if get_origin(kind) is Annotated:
        return _allowed(get_args(kind)[0])
    if members := members_of(kind):
        return [value for member in members for value in _allowed(member)]
    return [member.value for member in kind] if isinstance(kind, type) and issubclass(kind, Enum) else []


def _first_said(kind: Any, look: Callable[[msgspec.Meta], Any]) -> Any:
    """What `look` finds first in the `Meta` of a type, or of a type that it is made of; None where it finds nothing."""
    if get_origin(kind) is Annotated:
        inner, *metadata = get_args(kind)
        found = (look(each) for each in metadata if isinstance(each, msgspec.Meta))
        return next((each for each in found if each is not None), _first_said(inner, look))
    found = (_first_said(each, look) for each in members_of(kind))
    return next((each for each in found if each is not None), None)


def _example(said: msgspec.Meta) -> Any:
    return said.examples[0] if said.examples else None


def _digits(said: msgspec.Meta) -> str | None:
    """How many digits a decimal number may have, in words; None where its pattern does not say so."""
    if not (digits := _DECIMAL.fullmatch(said.pattern or "")):
        return None
    before, behind = digits.groups()
    first = f"at most {_number_of(before, 'digit')}" if before else "0"
    return f"with {first} before the point and {f'at most {behind}' if behind else 'none'} behind it"


def _number_of(limit: str, unit: str) -> str:
    return f"{limit} {unit}" if limit == "1" else f"{limit} {unit}s"
