"""The lines of a DTO: one for each field, with its annotation and its default."""

from collections.abc import Mapping
from enum import Enum
from typing import Any

from service.dev.adopt.plan.annotations import is_same_both_ways, taken
from service.dev.adopt.plan.columns import ColumnPlan
from service.dev.adopt.plan.names import free, wire_of, words_of
from service.dev.adopt.plan.relations import ALL_LINKED
from service.dev.adopt.render.imports import unmarked
from service.dev.adopt.render.text import quoted
from service.prisma.types import is_json

KEYWORDS = {"False", "None", "True"}


class Fields:
    """Writes the fields of one resource's classes; what several of these need is written once, as an alias."""

    def __init__(
        self,
        columns: tuple[ColumnPlan, ...],
        links: Mapping[str, ColumnPlan],
        own: set[str],
        claimed: str | None = None,
    ) -> None:
        """`links` are the fields that hold other rows' keys, each with the key's column.

        `claimed` is the attribute that a new row gets from the token.
        """
        self._claimed = claimed
        self.aliases: dict[str, str] = {}
        """The aliases, each with the annotation that it stands for."""
        self._of: dict[str, str] = {}
        for column in columns:
            limited = _taken(column)
            if column.hidden or not column.is_created or (limited.isidentifier() and not column.docs):
                continue
            if "(" in limited or column.docs:
                self._alias(column.name, _described(limited, column.docs), own)
        for name, key in links.items():
            keys = f"§Annotated[list[{_taken(key)}], §Meta(max_length={ALL_LINKED:_})]"
            self._alias(name, keys, own)

    def shown(self, column: ColumnPlan) -> str:
        """The field's line in the DTO of an answer."""
        if column.name in self._of and is_same_both_ways(column.kind) and not column.may_hold_null:
            annotation = self._of[column.name]
        else:
            annotation = _described(column.shown, column.docs)
        return line(column.name, column.wire, annotation + (" | None" if column.is_optional else ""))

    def created(self, column: ColumnPlan) -> str:
        """The field's line in the payload of a new row."""
        if column.name == self._claimed:
            return self.replaced(column)
        if not column.has_default or (column.is_key and not column.literal and not _is_made_here(column)):
            return line(column.name, column.wire, self._taken(column) + _null(column))
        return self.replaced(column)

    def replaced(self, column: ColumnPlan) -> str:
        """The field's line in a PUT's payload: what is left out goes back to its default, where that is known."""
        annotation = self._taken(column)
        if column.name == self._claimed and not column.is_key:
            return line(column.name, column.wire, f"{annotation} | §UnsetType", "§UNSET")
        literal = column.literal
        if literal is not None:
            kind = f"{annotation} | None" if column.is_optional else annotation
            return line(column.name, column.wire, kind, _source(literal))
        if column.is_filled:
            return self.updated(column)
        if column.is_optional:
            return line(column.name, column.wire, f"{annotation} | None", "None")
        if column.is_list:
            return line(column.name, column.wire, annotation, "[]")
        return line(column.name, column.wire, annotation + _null(column))

    def updated(self, column: ColumnPlan) -> str:
        """The field's line in a PATCH's payload: what is left out stays."""
        return line(column.name, column.wire, f"{self._taken(column)} | §UnsetType{_null(column)}", "§UNSET")

    def linked(self, name: str, *, is_whole: bool) -> str:
        """The line of a field that holds other rows' keys, in the payload of a PUT (`is_whole`) or of a PATCH."""
        annotation = self._of[name]
        if is_whole:
            return line(name, wire_of(name), annotation, "[]")
        return line(name, wire_of(name), f"{annotation} | §UnsetType", "§UNSET")

    def _alias(self, field: str, annotation: str, own: set[str]) -> None:
        name = "".join(word.capitalize() for word in words_of(field)) or "Value"
        self._of[field] = name = free(name, own | KEYWORDS, "Value")
        own.add(name)
        self.aliases[name] = annotation

    def _taken(self, column: ColumnPlan) -> str:
        return self._of.get(column.name) or _described(_taken(column), column.docs)


def line(name: str, wire: str, annotation: str, default: str | None = None) -> str:
    """The line of a Struct's field, with its name on the wire where that is not its own in camel case."""
    if wire_of(name) != wire:
        given = "" if default is None else f"default={default}, "
        return f"    {name}: {annotation} = §msgspec.field({given}name={quoted(wire)})"
    return f"    {name}: {annotation}" + ("" if default is None else f" = {default}")


def _taken(column: ColumnPlan) -> str:
    annotation = taken(column.kind)
    is_indexed = column.is_key or column.foreign
    return "§KeyText" if annotation == "§Text" and is_indexed else annotation


def _null(column: ColumnPlan) -> str:
    """` | None`, where the field takes null.

    A required JSON column takes JSON's own null, since what a caller reads has to be taken back.
    """
    return " | None" if column.is_optional or is_json(column.kind) else ""


def _is_made_here(column: ColumnPlan) -> bool:
    return column.column.default is not None or column.column.server_default is not None


def _described(annotation: str, docs: str) -> str:
    if not docs:
        return annotation
    description = f"description={quoted(docs)}"
    if annotation.startswith("§Annotated[") and "description=" not in annotation:
        return annotation.removesuffix(")]") + f", {description})]"
    return f"§Annotated[{annotation}, §Meta({description})]"


def _source(value: Any) -> str:
    if isinstance(value, Enum):
        return f"§[service.models]{type(value).__name__}.{value.name}"
    return quoted(value) if isinstance(value, str) else unmarked(repr(value))
