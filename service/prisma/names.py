"""The names of fields on the wire, which are those of schema.prisma whatever Python calls them.

Also of which words a name consists, and which names client generators take for the same.
"""

import re
from typing import Any

from sqlalchemy.orm import QueryableAttribute

_WORD_START = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
NAME = "name"
"""The key in the `info` of a generated attribute for its name on the wire, where `camel` would give another."""


def camel(name: str) -> str:
    """The name on the wire of an attribute: `author_id` as `authorId`."""
    head, *tail = name.strip("_").split("_")
    return head + "".join(part.capitalize() for part in tail)


def spaced(name: str, space: str = "_") -> str:
    """A name in camelCase with `space` between its words: `authorId` as `author_Id`, `APIKey` as `APIKey`."""
    return _WORD_START.sub(space, name)


def api_name(attribute: QueryableAttribute[Any]) -> str:
    """Prisma's name of a column or a relation of a model: `api_name(Account.refresh_token)`."""
    return str(attribute.info.get(NAME) or camel(attribute.key))


def folded(name: str) -> str:
    """A name as client generators compare it: to them `error_code`, `ErrorCode` and `ErrorCode_` are the same."""
    return name.replace("_", "").lower()
