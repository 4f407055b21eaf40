"""Turns msgspec's messages about a wrong value into a sentence for people, and a code with parameters for programs."""

import re
from collections.abc import Iterator
from enum import Enum
from typing import Annotated, Any, Literal, TypeAlias, get_args, get_origin

import msgspec

from service.core.field_errors import FieldCode
from service.core.type_info import members_of

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
_NUMBER = r"(-?[\d.]+(?:e[+-]?\d+)?)"
_MESSAGES = [
    (re.compile(message), words, code)
    for message, words, code in (
        (r"Expected `str` of length >= (\d+)", "must have at least {} character{s}", FieldCode.TOO_SHORT),
        (r"Expected `str` of length <= (\d+)", "must have at most {} character{s}", FieldCode.TOO_LONG),
        (r"Expected `str` of length (\d+)", "must have exactly {} character{s}", FieldCode.WRONG_FORM),
        (r"Expected `bytes` of length >= (\d+)", "must have at least {} byte{s}", FieldCode.TOO_SHORT),
        (r"Expected `bytes` of length <= (\d+)", "must have at most {} byte{s}", FieldCode.TOO_LONG),
        (r"Expected `bytes` of length (\d+)", "must have exactly {} byte{s}", FieldCode.WRONG_FORM),
        (r"Expected `\w+` of length >= (\d+)", "must hold at least {} item{s}", FieldCode.TOO_FEW),
        (r"Expected `\w+` of length <= (\d+)", "must hold at most {} item{s}", FieldCode.TOO_MANY),
        (r"Expected `\w+` of length (\d+)", "must hold exactly {} item{s}", FieldCode.WRONG_FORM),
        (rf"Expected `\w+` that's a multiple of {_NUMBER}", "must be a multiple of {}", FieldCode.WRONG_FORM),
        (rf"Expected `\w+` >= {_NUMBER}", "must be at least {}", FieldCode.TOO_SMALL),
        (rf"Expected `\w+` <= {_NUMBER}", "must be at most {}", FieldCode.TOO_LARGE),
        (rf"Expected `\w+` > {_NUMBER}", "must be more than {}", FieldCode.TOO_SMALL),
        (rf"Expected `\w+` < {_NUMBER}", "must be less than {}", FieldCode.TOO_LARGE),
        (
            r"Expected `\w+` with a timezone",
            "needs an offset from UTC, as in 2026-01-31T12:00:00Z",
            FieldCode.WRONG_FORM,
        ),
        (
            r"Expected `\w+` with no timezone",
            "must have no offset from UTC, as in 12:00:00",
            FieldCode.WRONG_FORM,
        ),
        (r"Invalid RFC3339 encoded datetime", f"must be {_TYPES['datetime'][1]}", FieldCode.WRONG_FORM),
        (r"Invalid RFC3339 encoded date", f"must be {_TYPES['date'][1]}", FieldCode.WRONG_FORM),
        (r"Invalid RFC3339 encoded time", f"must be {_TYPES['time'][1]}", FieldCode.WRONG_FORM),
        (r"Invalid UUID", "must be a UUID", FieldCode.WRONG_FORM),
        (r"Invalid base64", "must be base64", FieldCode.WRONG_FORM),
        (r"Invalid decimal", f"must be {_TYPES['decimal'][1]}", FieldCode.WRONG_FORM),
        (r"Integer value out of range|Number out of range", "is too large a number", FieldCode.WRONG_FORM),
    )
]
"""How msgspec's messages begin, the first that fits; what they mean in words, with the limit that they name; the code."""
_WRONG_TYPE = re.compile(r"Expected `([^`]+)`")


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
        return _wrong_form([*_metas(kind)])
    for pattern, words, code in _MESSAGES:
        if match := pattern.match(message):
            limit = match[1] if pattern.groups else None
            return words.format(limit, s=_plural(limit)), code, {"limit": _number(limit)} if limit else {}
    if match := _WRONG_TYPE.match(message):
        return _wrong_type(match[1].split(" | "))
    return message.replace("`", ""), FieldCode.INVALID, {}


def _wrong_type(names: list[str]) -> Explanation:
    kinds = [_TYPES.get(name, (name, name)) for name in names]
    expected = list(dict.fromkeys(kind for kind, _ in kinds))
    wanted = " or ".join(words for kind, words in kinds if kind != "null" or len(kinds) == 1)
    return f"must be {wanted}", FieldCode.WRONG_TYPE, {"expected": expected}


def _allowed(kind: Any) -> list[Any]:
    if get_origin(kind) is Literal:
        return list(get_args(kind))
    if get_origin(kind) is Annotated:
        return _allowed(get_args(kind)[0])
    if members := members_of(kind):
        return [value for member in members for value in _allowed(member)]
    return [member.value for member in kind] if isinstance(kind, type) and issubclass(kind, Enum) else []


def _wrong_form(metas: list[msgspec.Meta]) -> Explanation:
    pattern = next((each.pattern for each in metas if each.pattern), "")
    example = next((each.examples[0] for each in metas if each.examples), None)
    if limits := _DECIMAL.fullmatch(pattern):
        before, behind = limits.groups()
        first = f"at most {before} digit{_plural(before)}" if before else "0"
        digits = f"with {first} before the point and {f'at most {behind}' if behind else 'none'} behind it"
        words = f"must be a decimal number without an exponent, {digits}, such as {example}"
    else:
        words = "is not in the form that it needs" + (f", as {example} is" if example is not None else "")
    return words, FieldCode.WRONG_FORM, {}


def _metas(kind: Any) -> Iterator[msgspec.Meta]:
    """The `Meta` of a type, and those of the types that it is made of."""
    if get_origin(kind) is Annotated:
        inner, *metadata = get_args(kind)
        yield from (each for each in metadata if isinstance(each, msgspec.Meta))
        yield from _metas(inner)
    for member in members_of(kind):
        yield from _metas(member)


def _plural(limit: str | None) -> str:
    return "" if limit == "1" else "s"


def _number(text: str) -> float:
    return int(text) if text.lstrip("-").isdigit() else float(text)
