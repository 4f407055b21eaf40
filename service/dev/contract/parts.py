"""Parts of an API document, each with the place at which a reader finds it."""

from dataclasses import dataclass, replace
from typing import TypeAlias

import msgspec

Json: TypeAlias = "dict[str, Json] | list[Json] | str | float | bool | None"
Node: TypeAlias = dict[str, Json]

SCHEMAS = "#/components/schemas/"


@dataclass(frozen=True)
class Part:
    """A JSON object of a document."""

    document: Node
    place: str
    node: Node
    named: str | None = None
    """The name of the component, where a reference led here."""

    def at(self, key: str, place: str | None = None) -> "Part":
        """The object under a key; an empty one where there is none."""
        value = self.node.get(key)
        place = self.place if place is None else place
        return Part(self.document, place, value if isinstance(value, dict) else {})

    def parts(self, key: str, place: str = "{0}, {1}") -> "dict[str, Part]":
        """The objects under a key, by their names."""
        holder = self.at(key)
        return {name: holder.at(name, place.format(self.place, name)) for name in holder.node}

    def items(self, key: str) -> "list[Part]":
        """The objects of the array under a key."""
        value = self.node.get(key)
        nodes = [node for node in value if isinstance(node, dict)] if isinstance(value, list) else []
        return [Part(self.document, f"{self.place} ({number})", node) for number, node in enumerate(nodes, 1)]

    def texts(self, key: str) -> list[str]:
        """The strings of the array under a key, or the one string."""
        value = self.node.get(key)
        values = value if isinstance(value, list) else [value]
        return [text for text in values if isinstance(text, str)]

    def resolved(self) -> "Part":
        """The target of this part's `$ref`, overlaid with the keywords beside it; the part itself without a `$ref`."""
        reference = self.node.get("$ref")
        if not isinstance(reference, str):
            return self
        target = Part(self.document, "", self.document)
        for key in reference.removeprefix("#/").split("/"):
            target = target.at(key.replace("~1", "/").replace("~0", "~"))
        name = reference.removeprefix(SCHEMAS).removeprefix("#/components/")
        resolved = replace(target, place=name).resolved()
        beside = {key: value for key, value in self.node.items() if key not in {"$ref", "description"}}
        if beside:
            # The place names these keywords and not the way here, which has no end for a part that holds itself.
            shown = msgspec.json.encode(beside, order="sorted").decode()
            resolved = replace(resolved, place=f"{resolved.place} with {shown}")
        return replace(resolved, node=resolved.node | beside, named=name)
