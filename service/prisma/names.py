"""The names of fields on the wire, which are those of schema.prisma whatever Python calls them.

Also which names client generators take for the same.
"""

from typing import Any

from sqlalchemy.orm import QueryableAttribute

NAME = "name"
"""The key in the `info` of a generated attribute for its name on the wire, where `camel` would give another."""


def camel(name: str) -> str:
    """The name on the wire of an attribute: `author_id` as `authorId`."""
    head, *tail = name.strip("_").split("_")
    return head + "".join(part.capitalize() for part in tail)


def api_name(attribute: QueryableAttribute[Any]) -> str:
    """Prisma's name of a column or a relation of a model: `api_name(Account.refresh_token)`."""
    return str(attribute.info.get(NAME) or camel(attribute.key))


def folded(name: str) -> str:
    """A name as client generators compare it: to them `error_code`, `ErrorCode` and `ErrorCode_` are the same."""
    return name.replace("_", "").lower()
