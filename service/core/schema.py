"""What every DTO shares: camelCase JSON, the types that cross the wire as text, the list envelope."""

from datetime import datetime, time
from typing import Annotated, Any, Generic, TypeAlias, TypeVar

import msgspec
from litestar.di import NamedDependency
from litestar.params import HeaderParameter
from msgspec import Meta

T = TypeVar("T")


class _Stored:
    """What a repository notes of the row that a DTO shows, and `JsonReply` reads: no fields, so that no body shows it."""

    __slots__ = ("stored_before", "stored_row_hash")
    stored_before: bool
    stored_row_hash: int | None


class Resource(_Stored, msgspec.Struct, rename="camel"):
    """A DTO that goes out. Each of its fields is named as the attribute of the model that it shows.

    A DTO of a single row also holds the row hash for the ETag.
    """


def row_hash_of(resource: Resource) -> int | None:
    """A hash of what callers may change in the row shown; None where the DTO shows no row that they may change."""
    return getattr(resource, "stored_row_hash", None)


def was_stored_before(resource: Resource) -> bool:
    """Whether the row was there already, because the call that was to create it repeats an earlier one that did."""
    return getattr(resource, "stored_before", False)


class Payload(msgspec.Struct, rename="camel", forbid_unknown_fields=True, kw_only=True):
    """A body that comes in. Unknown fields are refused."""


class Absent(Payload):
    """The payload type of an operation that a resource does not offer."""


# Neither these nor days and UUIDs have a `pattern` or `maxLength` beside their `format`: generated code parses such a text,
# and then applies the limits of a text to what is none, which does not compile (C#) or fails at run time (pydantic, Java).
Timestamp = Annotated[
    str, Meta(extra_json_schema={"format": "date-time"}, examples=["2026-01-31T12:00:00.000Z"])
]
"""An instant: RFC 3339 in UTC with milliseconds, `2026-01-31T12:00:00.000Z`."""

KeyTimestamp = Annotated[
    str,
    Meta(
        extra_json_schema={"format": "date-time"},
        examples=["2026-01-31T12:00:00.000Z", "2026-01-31T12:00:00.000001Z"],
    ),
]
"""An instant in a key, which may be finer than milliseconds: it has microseconds then, so that it finds its row."""

MAX_INTEGER_LENGTH, MAX_DECIMAL_LENGTH = 20, 1000
"""The most characters that a number has when it is written as text."""

# It has no `format`, since client generators make a number of a string whose format is `int64` or `decimal`.
BigInt = Annotated[
    str,
    Meta(
        extra_json_schema={"pattern": "^-?[0-9]{1,19}$", "maxLength": MAX_INTEGER_LENGTH},
        description="A 64-bit integer as text.",
        examples=["1234"],
    ),
]
"""A 64-bit integer as text, since JavaScript's numbers would round it."""

Int = Annotated[int, Meta(ge=-(2**31), le=2**31 - 1)]
"""What Prisma calls an Int: any number of 32 bits, as the column holds them."""

SmallInt = Annotated[int, Meta(ge=-(2**15), le=2**15 - 1)]
"""A whole number of 16 bits."""

Text = Annotated[str, Meta(max_length=1_000_000)]
"""A text of any length, in a payload: a body can hold none that is longer."""

KeyText = Annotated[str, Meta(max_length=1000)]
"""A text in an index, such as a key, in a payload or a query."""

MAX_LIMIT = 100
"""The most items that a page holds, and the most keys that a query names."""
MAX_OFFSET = MAX_COUNT = 2**31 - 1
RowCount = Annotated[int, Meta(ge=0, le=MAX_COUNT)]
"""A count of rows, limited to 32 bits: some client generators give 64-bit integers a type that is no number."""

Date = Annotated[str, Meta(extra_json_schema={"format": "date"}, examples=["2026-01-31"])]
"""A day: `2026-01-31`."""

UuidText = Annotated[
    str, Meta(extra_json_schema={"format": "uuid"}, examples=["01a20920-9006-77b7-8aa7-1d8fb76ab68d"])
]
"""A UUID, in a DTO."""

TimeOfDay = Annotated[
    str,
    Meta(extra_json_schema={"pattern": r"^[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}$"}, examples=["12:00:00.000"]),
]
"""A time of day with milliseconds: `12:00:00.000`."""

KeyTimeOfDay = Annotated[
    str,
    Meta(
        extra_json_schema={"pattern": r"^[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}([0-9]{3})?$"},
        examples=["12:00:00.000"],
    ),
]
"""A time of day in a key: with microseconds where it is finer than milliseconds."""

Decimal = Annotated[
    str,
    Meta(
        extra_json_schema={"pattern": r"^-?[0-9]+(\.[0-9]+)?$", "maxLength": MAX_DECIMAL_LENGTH},
        description="A decimal number as text.",
        examples=["4.50"],
    ),
]
"""A decimal number as text, since JavaScript's numbers would round it."""

Numbers = Annotated[
    tuple[Annotated[int, Meta(ge=1, le=2**31 - 1)], ...],
    Meta(
        max_length=MAX_LIMIT,
        description="The rows with these numbers, in this order; `limit` is then their number.",
    ),
]
"""The numbers that are the keys of the wanted rows, in a query."""

Search = Annotated[str, Meta(min_length=1, max_length=200)]
"""A text to search for, in a query; the filter says in the API document what it matches."""

Moment = Annotated[datetime, Meta(tz=True, description="RFC 3339 with an offset.")]
"""An instant, in a payload."""

After = Annotated[datetime, Meta(tz=True, description="Then or later: RFC 3339 with an offset.")]
"""The beginning of a range of instants, in a query."""

Before = Annotated[datetime, Meta(tz=True, description="Earlier than that: RFC 3339 with an offset.")]
"""The end of a range of instants, in a query."""

Clock = Annotated[time, Meta(tz=False, description="A time of day, without an offset: `12:00:00`.")]
"""A time of day, in a payload and in a query."""

Binary = Annotated[bytes, Meta(max_length=750_000)]
"""Any number of bytes, in a payload, as base64: a body can hold no more."""

Oid = Annotated[int, Meta(ge=0, le=2**32 - 1)]
"""PostgreSQL's `oid`: the number that it gives an object of its own."""

JsonObject = Annotated[dict[str, Any], Meta(extra_json_schema={"additionalProperties": True})]
"""A free JSON object, in a payload."""

JsonObjectText = Annotated[
    msgspec.Raw, Meta(extra_json_schema={"type": "object", "additionalProperties": True})
]
"""A free JSON object, in a DTO: it goes out as the text that the database holds."""

JsonArray = Annotated[list[Any], Meta(max_length=1_000_000, extra_json_schema={"items": {}})]
"""An array of any JSON, in a payload: a body can hold no more items."""

JsonValue: TypeAlias = dict[str, Any] | JsonArray | Text | int | float | bool
"""Any JSON but null, in a payload. `| None` beside it is SQL's NULL, or JSON's null of a column that takes no NULL."""

JsonText = Annotated[msgspec.Raw, Meta(extra_json_schema={})]
"""Any JSON, in a DTO: it goes out as the text that the database holds."""


class Listing(msgspec.Struct, Generic[T], rename="camel"):
    """One page of a list."""

    items: Annotated[
        list[T], Meta(description="The items of this page, in the order asked for.", max_length=MAX_LIMIT)
    ]
    total: (
        Annotated[
            RowCount,
            Meta(
                description="How many there are in all; null with `count=none`, and with `cursor` unless `count=exact`.",
                examples=[36],
            ),
        ]
        | None
    )
    limit: Annotated[
        int, Meta(description="The largest number of items in a page.", ge=1, le=MAX_LIMIT, examples=[20])
    ]
    offset: Annotated[
        int, Meta(description="How many items `offset` skipped.", ge=0, le=MAX_OFFSET, examples=[0])
    ]
    next_cursor: Annotated[
        str | None, Meta(description="Send it as `cursor` for the next page; null on the last one.")
    ]
    previous_cursor: Annotated[
        str | None, Meta(description="Send it as `cursor` for the page before; null on the first one.")
    ]

    def __post_init__(self) -> None:
        if self.total is not None and self.total > MAX_COUNT:
            self.total = MAX_COUNT


Query: TypeAlias = NamedDependency[T]
"""A handler's `criteria`: the query string as a Struct."""

Body: TypeAlias = NamedDependency[T]
"""A handler's `payload`: the JSON body as a Struct."""

IfMatch = Annotated[
    str | None,
    HeaderParameter(
        name="If-Match",
        required=False,
        description="The ETag of the state to change; 412 where it has changed since.",
    ),
]
