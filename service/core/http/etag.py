"""Entity tags in two parts: a hash of the whole answer, and a hash of what callers may change of the row.

`If-None-Match` compares the whole, so that a cached copy is stale as soon as anything in it is. `If-Match` compares the
row hash, so that a counter of visitors fails no editor's save.
"""

import re
from collections.abc import Sequence
from hashlib import blake2b

HASH_BYTES = 12
_TAG = re.compile(rf'(?:W/)?"([0-9a-f]{{{2 * HASH_BYTES}}})(?:-([0-9a-f]{{16}}))?(?:-gzip|-br)?"')
"""Proxies that compress put `W/` before a tag, Apache `-gzip` or `-br` into it; it is still ours."""


def etag_of(body: bytes, row_hash: int | None) -> str:
    """The strong validator of a representation; `row_hash` is None for what no single row holds."""
    digest = blake2b(body, digest_size=HASH_BYTES).hexdigest()
    return f'"{digest}"' if row_hash is None else f'"{digest}-{row_hash % 2**64:016x}"'


def is_same(if_none_match: str, etag: str) -> bool:
    """Whether `If-None-Match` names this tag, or anything."""
    whole = etag.strip('"').partition("-")[0]
    return if_none_match.strip() == "*" or any(found[1] == whole for found in _TAG.finditer(if_none_match))


def row_hashes_in(if_match: str | None) -> Sequence[int] | None:
    """The row hashes that `If-Match` names, none of them where it holds no tag of ours; None where any row will do."""
    if if_match is None or if_match.strip() == "*":
        return None
    found = (match[2] for match in _TAG.finditer(if_match))
    numbers = (int(row_hash, 16) for row_hash in found if row_hash)
    return [number - 2**64 if number >= 2**63 else number for number in numbers]
