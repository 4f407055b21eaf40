"""One change to an object of a document, and in which directions it breaks clients."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

import msgspec

from service.dev.contract.parts import Json, Node
from tests.dev.contract.sites import BOTH, Directions, Pointer

Change: TypeAlias = Callable[[Node], None]


@dataclass(frozen=True)
class Edit:
    kind: str
    change: Change
    breaks: Directions = BOTH
    part: Pointer = ()
    """The part of an operation that is enough to see the change."""


def put(key: str, value: Json) -> Change:
    def change(node: Node) -> None:
        node[key] = copied(value)

    return change


def drop(key: str) -> Change:
    def change(node: Node) -> None:
        del node[key]

    return change


def become(value: Node) -> Change:
    def change(node: Node) -> None:
        node.clear()
        node.update(copied(value))

    return change


def within(key: str, change: Change) -> Change:
    """The same change to the object one level further down, below `key`."""

    def below(node: Node) -> None:
        child = node.setdefault(key, {})
        assert isinstance(child, dict)
        change(child)

    return below


def both(*changes: Change) -> Change:
    def change(node: Node) -> None:
        for one in changes:
            one(node)

    return change


def renamed(old: str, new: str) -> Change:
    """Rename a key, which keeps its position."""

    def change(node: Node) -> None:
        held = dict(node)
        node.clear()
        node.update({new if key == old else key: value for key, value in held.items()})

    return change


def led(old: str, new: str) -> Change:
    """Let references lead to `new` in place of `old`."""

    def change(node: Node) -> None:
        text = msgspec.json.encode(node).replace(msgspec.json.encode(old), msgspec.json.encode(new))
        node.clear()
        node.update(msgspec.json.decode(text))

    return change


T = TypeVar("T", bound=Json)


def copied(value: T) -> T:
    copy: T = msgspec.json.decode(msgspec.json.encode(value))
    return copy


def strings(node: Node, key: str) -> list[str]:
    value = node.get(key)
    listed = value if isinstance(value, list) else [value]
    return [one for one in listed if isinstance(one, str)]
