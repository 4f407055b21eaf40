"""Entity tags: a hash of the body decides whether two are alike, the row's version spares a write to read first."""

import re
from hashlib import blake2b

HASH_BYTES = 12
_OF_ONE_VERSION = re.compile(rf'"[0-9a-f]{{{2 * HASH_BYTES}}}-([0-9]{{1,10}})"')


def etag_of(body: bytes, version: str | None) -> str:
    """The strong validator of a representation: the same bytes, the same hash."""
    digest = blake2b(body, digest_size=HASH_BYTES).hexdigest()
    return f'"{digest}-{version}"' if version else f'"{digest}"'


def etag_matches(header: str, etag: str, *, weakly: bool = False) -> bool:
    """Whether `If-Match` names this tag, or, compared weakly as proxies need it, `If-None-Match` does."""
    tags = (tag.strip() for tag in header.split(","))
    wanted = _hash_in(etag)
    return header.strip() == "*" or any(
        _hash_in(tag.removeprefix("W/") if weakly else tag) == wanted for tag in tags
    )


def version_named(if_match: str | None) -> str | None:
    """The version of the row in `If-Match`, where it is one tag that carries a version."""
    match = _OF_ONE_VERSION.fullmatch(if_match.strip()) if if_match else None
    return match[1] if match else None


def _hash_in(tag: str) -> str:
    return tag.partition("-")[0].strip('"') if tag.startswith('"') else tag
