"""Entity tags in two parts: a hash of the whole answer, and a hash of what callers may change of the row.

`If-None-Match` compares the first, so that a cached copy is stale as soon as anything in it has changed. `If-Match`
compares the second, the row hash, so that an editor's save does not fail because a counter of visitors moved.
"""

import re
from collections.abc import Sequence
from hashlib import blake2b

HASH_BYTES = 12
_TAG = re.compile(rf'(?:W/)?"([0-9a-f]{{{2 * HASH_BYTES}}})(?:-([0-9a-f]{{16}}))?(?:-(?:gzip|br|zstd))?"')
"""A tag of this service, also as proxies change it that compress: most put `W/` before it; Apache puts `-gzip` or `-br`
at its end, Caddy these or `-zstd`."""


def etag_of(body: bytes, row_hash: int | None) -> str:
    """The strong validator of a representation; `row_hash` is None where it shows no single row that callers change."""
    digest = blake2b(body, digest_size=HASH_BYTES).hexdigest()
    return f'"{digest}"' if row_hash is None else f'"{digest}-{row_hash % 2**64:016x}"'


def matches(header: str, etag: str) -> bool:
    """Whether a header of entity tags is `*`, or holds one with the same hash of the whole answer."""
    whole = etag.strip('"').partition("-")[0]
    return header.strip() == "*" or any(found[1] == whole for found in _TAG.finditer(header))


def row_hashes_in(if_match: str | None) -> Sequence[int] | None:
    """The row hashes that `If-Match` names; empty, so that no row matches, where it holds no tag of this service.

    None where any state of the row will do: without the header, and for `*`.
    """
    if if_match is None or if_match.strip() == "*":
        return None
    found = (match[2] for match in _TAG.finditer(if_match))
    numbers = (int(row_hash, 16) for row_hash in found if row_hash)
    return [number - 2**64 if number >= 2**63 else number for number in numbers]
