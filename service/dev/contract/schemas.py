"""Compares the schemas of two documents."""

from collections.abc import Iterator

from service.dev.contract.findings import Breaks, Finding
from service.dev.contract.keywords import alike, compare_keywords
from service.dev.contract.parts import SCHEMAS, Part

UNIONS = ("anyOf", "oneOf")


class Schemas:
    """Compares each pair of schemas once in each direction, because schemas may hold each other."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str, Breaks], list[Finding]] = {}

    def compare(self, old: Part, new: Part, direction: Breaks) -> list[Finding]:
        """What breaks clients when `new` takes the place of `old`, in one direction: `REQUESTS` or `ANSWERS`."""
        before, after = old.resolved(), new.resolved()
        key = (before.place, after.place, direction)
        if key not in self._known:
            self._known[key] = []
            self._known[key] = list(self._compare(before, after, direction))
        return [*_names(old.place, before, after), *self._known[key]]

    def _compare(self, old: Part, new: Part, direction: Breaks) -> Iterator[Finding]:
        unions = [any(keyword in part.node for keyword in UNIONS) for part in (old, new)]
        if any(unions):
            yield from self._alternatives(old, new, direction)
        if unions[0] != unions[1]:
            return
        yield from compare_keywords(old, new, direction)
        yield from self._properties(old, new, direction)
        yield from self._additional(old, new, direction)
        if "items" in old.node or "items" in new.node:
            element, other = (part.at("items", f"{part.place}[]") for part in (old, new))
            yield from self.compare(element, other, direction)
        yield from self._every(old, new, direction)

    def _alternatives(self, old: Part, new: Part, direction: Breaks) -> Iterator[Finding]:
        """Each alternative that may be sent must fit one that is taken.

        Where none fits and one has the same name, the findings are what changed in that one.
        """
        before, after = _alternatives(old), _alternatives(new)
        sent, taken = (before, after) if direction is Breaks.REQUESTS else (after, before)
        for one in sent:
            pairs = [(one, other) if direction is Breaks.REQUESTS else (other, one) for other in taken]
            if any(not self.compare(*pair, direction) for pair in pairs):
                continue
            name = _label(one)
            alike = [pair for pair in pairs if _label(pair[0]) == _label(pair[1]) == name]
            if len(alike) == 1:
                yield from self.compare(*alike[0], direction)
            else:
                change = "is not taken any more" if direction is Breaks.REQUESTS else "is new or has changed"
                yield Finding(old.place, f"Of its alternatives, {name} {change}.", direction)

    def _properties(self, old: Part, new: Part, direction: Breaks) -> Iterator[Finding]:
        before, after = (part.parts("properties", "{0}.{1}") for part in (old, new))
        for name, property_ in before.items():
            if name in after:
                yield from self.compare(property_, after[name], direction)
            else:
                yield Finding(property_.place, "The field is gone.", Breaks.GONE)
        yield from alike(old.place, before, after)
        required_before, required_after = set(old.texts("required")), set(new.texts("required"))
        if direction is Breaks.REQUESTS:
            for name in sorted(required_after - required_before):
                yield Finding(f"{old.place}.{name}", "The field is required now.", direction)
            return
        if _additional(old) is False:
            for name in after.keys() - before.keys():
                yield Finding(f"{old.place}.{name}", "The field is new where none were to come.", direction)
        for name in sorted((required_before - required_after) & after.keys()):
            yield Finding(f"{old.place}.{name}", "The field may be left out now.", direction)

    def _additional(self, old: Part, new: Part, direction: Breaks) -> Iterator[Finding]:
        """Further fields (`additionalProperties`); an object with neither these nor `properties` counts as empty."""
        before, after = (_additional(part) for part in (old, new))
        sent, taken = (before, after) if direction is Breaks.REQUESTS else (after, before)
        if taken is True or sent is False:
            return
        if isinstance(sent, Part) and isinstance(taken, Part):
            pair = (sent, taken) if direction is Breaks.REQUESTS else (taken, sent)
            yield from self.compare(*pair, direction)
            return
        change = "are taken no more" if direction is Breaks.REQUESTS else "may come now"
        yield Finding(old.place, f"Further fields, or other ones than before, {change}.", direction)

    def _every(self, old: Part, new: Part, direction: Breaks) -> Iterator[Finding]:
        """The schemas of `allOf`, in pairs by their positions."""
        before, after = old.items("allOf"), new.items("allOf")
        if len(before) != len(after):
            yield Finding(old.place, "`allOf` holds more or fewer schemas.", Breaks.UNKNOWN)
            return
        for one, other in zip(before, after, strict=True):
            yield from self.compare(one, other, direction)


def _names(place: str, old: Part, new: Part) -> Iterator[Finding]:
    """A finding where a schema that generated clients have a type for is referred to by another name than before."""
    if any(keyword in part.node for keyword in UNIONS for part in (old, new)):
        return
    typed = {"enum", "properties"} & old.node.keys()
    kept = old.named is None or _exists(old.named, new)
    if old.named != new.named and typed and kept:
        change = (
            f"The schema is {new.named or 'one without a name'}; it was {old.named or 'one without a name'}."
        )
        yield Finding(place, change, Breaks.NAMES)


def _exists(name: str, part: Part) -> bool:
    there = Part(part.document, "", {"$ref": f"{SCHEMAS}{name}"})
    return bool(there.resolved().node)


def _alternatives(part: Part) -> list[Part]:
    listed = [one for keyword in UNIONS for one in part.items(keyword)]
    return listed or [part]


def _label(alternative: Part) -> str:
    """What a reader knows an alternative by: the name of its component, or its type."""
    return alternative.resolved().named or " or ".join(alternative.texts("type")) or "one of them"


def _additional(part: Part) -> "Part | bool":
    if "object" not in part.texts("type"):
        return bool(part.node.get("additionalProperties", True))
    value = part.node.get("additionalProperties", "properties" in part.node)
    return part.at("additionalProperties", f"{part.place}{{}}") if isinstance(value, dict) else bool(value)
