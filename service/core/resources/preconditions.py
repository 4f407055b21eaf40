"""Whether a row is still the one that a caller read."""

from service.core.errors import PreconditionFailed
from service.core.http.etag import etag_of, guards_in
from service.core.http.reply import encode
from service.core.schema import Resource, guard_of


def refuse_other(stored: Resource, if_match: str | None) -> None:
    """Raises `PreconditionFailed` where `if_match` names another state than the stored one."""
    guards = guards_in(if_match)
    if guards is not None and guard_of(stored) not in guards:
        raise changed_since(stored)


def changed_since(stored: Resource) -> PreconditionFailed:
    """The refusal of a change that was made for another state than the stored one."""
    return PreconditionFailed(
        "It has changed since you read it. Read it again, then repeat your change.",
        etag=etag_of(encode(stored), guard_of(stored)),
    )
