"""What a field is called on the wire, as in schema.prisma, whatever Python calls it; and which names clients take for one."""

from typing import Any

from sqlalchemy.orm import QueryableAttribute

NAME = "name"
"""Under this key of its `info` a generated attribute carries a name that `camel` would not give back."""


def camel(name: str) -> str:
    """The name on the wire of an attribute: `author_id` as `authorId`."""
    head, *tail = name.strip("_").split("_")
    return head + "".join(part.capitalize() for part in tail)


def api_name(attribute: QueryableAttribute[Any]) -> str:
    """Prisma's name of a column or a relation of a model: `api_name(Account.refresh_token)`."""
    return str(attribute.info.get(NAME) or camel(attribute.key))


def folded(name: str) -> str:
    """What is left of a name for generators of clients, to which `error_code`, `ErrorCode` and `ErrorCode_` are one."""
    return name.replace("_", "").lower()
