"""Types of every kind that a DTO can hold."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum, IntEnum, StrEnum
from typing import Annotated, Any, Generic, Literal, NamedTuple, NewType, NotRequired, TypedDict, TypeVar
from uuid import UUID

import msgspec
from msgspec import Meta

T = TypeVar("T")


class Colour(StrEnum):
    RED = "red"
    GREEN = "green"


class Size(IntEnum):
    SMALL = 1
    LARGE = 2


class Plain(Enum):
    YES = "yes"


class Inner(msgspec.Struct):
    number: int
    note: str = "none"


class Tree(msgspec.Struct):
    name: str
    children: "list[Tree]" = []
    above: "Tree | None" = None


class Box(msgspec.Struct, Generic[T]):
    held: T


class Cat(msgspec.Struct, tag="cat"):
    lives: int = 9


class Dog(msgspec.Struct, tag="dog"):
    name: str


class Numbered(msgspec.Struct, tag=1):
    x: int


class Lettered(msgspec.Struct, tag=2):
    y: int


class Point(msgspec.Struct, array_like=True):
    x: int
    y: float = 0.5


class Pair(NamedTuple):
    left: int
    right: str = "r"


class Sparse(TypedDict):
    needed: int
    extra: NotRequired[str]


@dataclass
class Record:
    name: str
    tags: list[str] = field(default_factory=list[str])


class Odd(msgspec.Struct):
    """Fields called as JSON Schema's own words."""

    title: str
    type: int
    properties: dict[str, int]
    pattern: Annotated[str, Meta(pattern=r"^a\Z", examples=["a"])]
    items: list[int]
    enum: Colour
    examples: Annotated[dict[str, Any], Meta(examples=[{"title": "kept", "type": "integer"}])]
    default: str | None = None


SCALARS: list[Any] = [
    bool,
    int,
    float,
    str,
    bytes,
    bytearray,
    memoryview,
    datetime,
    Annotated[datetime, Meta(tz=True)],
    Annotated[datetime, Meta(tz=False)],
    date,
    time,
    Annotated[time, Meta(tz=True)],
    Annotated[time, Meta(tz=False)],
    timedelta,
    UUID,
    Decimal,
    Any,
    Colour,
    Size,
    Plain,
    Literal["a", "b"],
    Literal[1, 2],
    Literal["a", 1],
    int | str,
    bool | float,
    Colour | int,
    NewType("Number", int),
    Annotated[int, Meta(ge=5, le=7)],
    Annotated[int, Meta(gt=5, multiple_of=4)],
    Annotated[float, Meta(lt=-3)],
    Annotated[str, Meta(min_length=7, max_length=9)],
    Annotated[str, Meta(max_length=2)],
    Annotated[str, Meta(description="Said.", examples=["shown"])],
]
WHOLE: list[Any] = [
    None,
    list[Any],
    dict[Any, Any],
    dict[Any, Any] | list[Any],
    dict[str, Any],
    dict[str, int] | int,
    dict[int, str],
    dict[Colour, int],
    dict[Annotated[str, Meta(min_length=2)], Inner],
    frozenset[int],
    set[str],
    tuple[int, ...],
    tuple[int, str],
    tuple[()],
    tuple[Inner, Colour],
    list[Inner],
    list[list[Colour]],
    Annotated[list[int], Meta(min_length=2, max_length=3)],
    Annotated[list[Inner], Meta(description="Inner ones.")],
    Inner,
    Inner | int,
    Tree,
    Box[Inner],
    Box[list[Colour]],
    Cat | Dog,
    Cat | Dog | int,
    Numbered | Lettered,
    Point,
    Pair,
    Sparse,
    Record,
    Odd,
]
