"""The names under which statements that write bind values."""

from collections.abc import Mapping as Values

from service.core.http.etag import row_hashes_in

_BOUND = "__to_"
ROW_HASH = "__row_hash"
"""The name of a single row hash, which is not bound as a list."""
_ROW_HASHES = "__row_hashes"


def bound(key: str) -> str:
    """The name under which the value of an attribute is bound. No column is called so, or SQLAlchemy would set it."""
    return f"{_BOUND}{key}"


def bound_values(values: Values[str, object]) -> dict[str, object]:
    """The values by the names under which they are bound."""
    return {f"{_BOUND}{key}": value for key, value in values.items()}


def bound_hashes(if_match: str | None) -> dict[str, object] | None:
    """The row hashes that `If-Match` allows, by the name under which they are bound; empty where it allows any row.

    None where `If-Match` holds no tag of ours, and so allows no row.
    A single hash, as nearly every call sends it, is not bound as a list, because each connection first has to ask the
    database about the type of lists.
    """
    hashes = row_hashes_in(if_match)
    if not hashes:
        return {} if hashes is None else None
    return {ROW_HASH: hashes[0]} if len(hashes) == 1 else {_ROW_HASHES: hashes}
