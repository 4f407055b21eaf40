"""Which changes of a schema's keywords break clients.

Whoever takes a value must understand whatever may be sent. In requests, today's clients send what the old schema
allows, and tomorrow's service takes what the new one does. In answers, tomorrow's service sends what the new schema
allows, and today's clients take what the old one does. So each rule asks whether the values that may be sent are
contained in those that are taken, and the direction alone decides which of the two schemas is which.
"""

from collections.abc import Collection, Iterator

import msgspec

from service.dev.contract.findings import Breaks, Finding
from service.dev.contract.parts import Json, Part
from service.prisma.names import folded

TYPES = ("array", "boolean", "integer", "null", "number", "object", "string")
LOWEST = ("exclusiveMinimum", "minItems", "minLength", "minProperties", "minimum")
HIGHEST = ("exclusiveMaximum", "maxItems", "maxLength", "maxProperties", "maximum")
COMPARED_ELSEWHERE = {
    "$ref",
    "additionalProperties",
    "allOf",
    "anyOf",
    "items",
    "oneOf",
    "properties",
    "required",
}
PARSED_FORMATS = {"date", "date-time", "uuid"}
HARMLESS = {"$comment", "deprecated", "description", "example", "examples", "externalDocs"}


def compare_keywords(old: Part, new: Part, direction: Breaks) -> Iterator[Finding]:
    """What breaks clients in the keywords that hold no schemas of their own."""
    for rule, breaks in ((types, direction), (bounds, direction), (flags, direction), (defaults, direction)):
        yield from (Finding(old.place, change, breaks) for change in rule(old, new, breaks))
    yield from values(old, new, direction)
    for rule in (formats, discriminators):
        yield from (Finding(old.place, change, Breaks.NAMES) for change in rule(old, new))
    yield from compare_rest(old, new, KNOWN)


def compare_rest(old: Part, new: Part, known: set[str]) -> Iterator[Finding]:
    """A finding for each keyword beyond `known` that has changed, or that may have, since it holds a reference.

    No rule says whether it breaks clients: somebody has to write it. Extensions (`x-`) are for tools, and are ignored.
    """
    for key in sorted((old.node.keys() | new.node.keys()) - known):
        before, after = old.node.get(key), new.node.get(key)
        if not key.startswith("x-") and (before != after or b'"$ref"' in msgspec.json.encode(after)):
            change = f"`{key}` is {shown(new, key)}; it was {shown(old, key)}."
            yield Finding(old.place, change, Breaks.UNKNOWN)


def types(old: Part, new: Part, direction: Breaks) -> Iterator[str]:
    before, after = (_types(part) for part in (old, new))
    sent, taken = (before, after) if direction is Breaks.REQUESTS else (after, before)
    if sent - taken:
        yield f"The type is {' or '.join(sorted(after))}; it was {' or '.join(sorted(before))}."


def _types(part: Part) -> set[str]:
    named = set(part.texts("type")) or set(TYPES)
    return named | {"integer"} if "number" in named else named


def bounds(old: Part, new: Part, direction: Breaks) -> Iterator[str]:
    for keyword in (*LOWEST, *HIGHEST, "multipleOf", "pattern", "uniqueItems"):
        before, after = old.node.get(keyword), new.node.get(keyword)
        sent, taken = (before, after) if direction is Breaks.REQUESTS else (after, before)
        if not _contained(keyword, sent, taken) and not _implied_by_format(keyword, old, new):
            yield f"`{keyword}` is {shown(new, keyword)}; it was {shown(old, keyword)}."


def _implied_by_format(keyword: str, old: Part, new: Part) -> bool:
    """Whether a limit of a text is gone beside a format that stays and that clients parse: how it is written is the format's."""
    is_parsed = old.node.get("format") == new.node.get("format") in PARSED_FORMATS
    return is_parsed and keyword in {"maxLength", "pattern"} and keyword not in new.node


def _contained(keyword: str, sent: Json, taken: Json) -> bool:
    if keyword in {"minItems", "minLength", "minProperties"}:
        sent, taken = sent or 0, taken or 0
    if taken is None or taken is False or sent == taken:
        return True
    if not isinstance(sent, int | float) or not isinstance(taken, int | float):
        return False
    if keyword in LOWEST:
        return sent >= taken
    return keyword in HIGHEST and sent <= taken


def flags(old: Part, new: Part, direction: Breaks) -> Iterator[str]:
    keyword = "readOnly" if direction is Breaks.REQUESTS else "writeOnly"
    if new.node.get(keyword) and not old.node.get(keyword):
        yield f"`{keyword}` is true now."


def defaults(old: Part, new: Part, direction: Breaks) -> Iterator[str]:
    """Clients that leave a value out rely on its default; in answers, one makes the field present in generated types."""
    before, after = (shown(part, "default") for part in (old, new))
    if before != after and (direction is Breaks.REQUESTS or "default" not in new.node):
        yield f"The default is {after}; it was {before}."


def values(old: Part, new: Part, direction: Breaks) -> Iterator[Finding]:
    before, after = _values(old), _values(new)
    if before is None and after is not None and direction is Breaks.REQUESTS:
        yield Finding(old.place, f"The values are {', '.join(after)}; they were not listed.", direction)
    if before is None:
        return
    if after is None:
        yield Finding(old.place, f"The values are not listed; they were {', '.join(before)}.", Breaks.NAMES)
        return
    if gone := [value for value in before if value not in after]:
        yield Finding(old.place, f"{', '.join(gone)} is gone from its values.", Breaks.GONE)
    if direction is Breaks.ANSWERS and (added := [value for value in after if value not in before]):
        yield Finding(old.place, f"{', '.join(added)} is new among its values.", direction)
    for value in before:
        if value in after and before[value] != after[value]:
            change = f"The value {value} is named {after[value]}; it was {before[value]}."
            yield Finding(old.place, change, Breaks.NAMES)


def _values(part: Part) -> dict[str, str] | None:
    """The values that a schema lists, each with its name in generated clients; None where it lists none."""
    listed = [part.node["const"]] if "const" in part.node else part.node.get("enum")
    if not isinstance(listed, list):
        return None
    names = part.texts("x-enum-varnames")
    if len(names) != len(listed):
        names = [str(value) for value in listed]
    return dict(zip(map(show, listed), names, strict=True))


def formats(old: Part, new: Part) -> Iterator[str]:
    """A format decides the type in generated clients (`time.Time`, `int32`), whatever the direction."""
    before, after = (shown(part, "format") for part in (old, new))
    if before != after:
        yield f"The format is {after}; it was {before}."
    if old.texts("type") and not new.texts("type"):
        yield f"The type is not stated; it was {' or '.join(old.texts('type'))}."


def discriminators(old: Part, new: Part) -> Iterator[str]:
    """By a discriminator, generated types tell alternatives apart: its field, and the tag of each, must stay the same.

    Which alternatives there are is compared by `oneOf`, not here.
    """
    before, after = (_union(part).at("discriminator") for part in (old, new))
    names = [shown(part, "propertyName") for part in (before, after)]
    if names[0] != names[1]:
        yield f"The field that tells its alternatives is {names[1]}; it was {names[0]}."
    tags, now = (part.at("mapping").node for part in (before, after))
    for tag in tags.keys() & now.keys():
        if tags[tag] != now[tag]:
            yield f"The tag {tag} stands for {now[tag]}; it was {tags[tag]}."


def _union(part: Part) -> Part:
    """The part itself, or, where it is nullable by `anyOf`, its only other alternative."""
    others = [one for one in part.items("anyOf") if one.texts("type") != ["null"]]
    return others[0].resolved() if len(others) == 1 else part


def alike(place: str, old: Collection[str], new: Collection[str]) -> Iterator[Finding]:
    """New names that generators write like one that was there before: generated code with both does not compile."""
    known = {folded(name): name for name in old}
    for name in sorted(set(new) - set(old)):
        if folded(name) in known:
            change = f"{name} is new, which generated clients call as {known[folded(name)]}."
            yield Finding(place, change, Breaks.NAMES)


def shown(part: Part, keyword: str) -> str:
    return show(part.node[keyword]) if keyword in part.node else "not given"


def show(value: Json) -> str:
    return msgspec.json.encode(value).decode()


KNOWN = {
    *COMPARED_ELSEWHERE,
    *HARMLESS,
    *LOWEST,
    *HIGHEST,
    *("const", "default", "discriminator", "enum", "format", "multipleOf", "pattern"),
    *("readOnly", "type", "uniqueItems", "writeOnly"),
}
