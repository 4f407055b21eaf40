"""Attributes in a schema.prisma, and the values of their arguments."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeAlias, Union


@dataclass(frozen=True, slots=True)
class Word:
    """A bare word in an argument: an enum's value, a field's name, true, Cascade."""

    text: str


@dataclass(frozen=True, slots=True)
class Call:
    """A function or a word with arguments: `cuid(2)`, `title(sort: Desc)`."""

    name: str
    args: tuple["Expression", ...] = ()
    named: Mapping[str, "Expression"] = field(default_factory=dict[str, "Expression"])


Expression: TypeAlias = Union[  # recursive, so part of it is quoted
    str, int, Decimal, Word, Call, "tuple[Expression, ...]", "dict[str, Expression]"
]
"""A string is a str, a number an int or a Decimal, a list a tuple, `{a: 1}` a dict."""


@dataclass(frozen=True, slots=True)
class Attribute:
    """`@name(...)` of a field, or `@@name(...)` of a block."""

    name: str
    args: tuple[Expression, ...] = ()
    named: Mapping[str, Expression] = field(default_factory=dict[str, Expression])

    def argument(self, name: str, position: int = 0) -> Expression | None:
        """Return the argument called `name`, or the unnamed one at `position`."""
        if name in self.named:
            return self.named[name]
        return self.args[position] if position < len(self.args) else None

    def text(self, name: str, position: int = 0) -> str | None:
        """Return an argument that is a string."""
        value = self.argument(name, position)
        return value if isinstance(value, str) else None

    def word(self, name: str) -> str | None:
        """Return an argument that is a bare word, such as `onDelete: Cascade`."""
        value = self.named.get(name)
        return value.text if isinstance(value, Word) else None

    def words(self, name: str, position: int = 0) -> tuple[str, ...]:
        """Return the names in a list such as `fields: [a, b(sort: Desc)]`."""
        value = self.argument(name, position)
        return tuple(filter(None, map(_name, value))) if isinstance(value, tuple) else ()


def _name(value: Expression) -> str | None:
    match value:
        case Word(text) | Call(text):
            return text
        case _:
            return None
