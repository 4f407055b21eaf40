"""What values are called in statements that write."""

from collections.abc import Mapping as Values

from service.core.http.etag import row_hashes_in

_BOUND = "__to_"
ROW_HASH = "__row_hash"
"""One row hash, which is no list."""
_ROW_HASHES = "__row_hashes"


def bound(key: str) -> str:
    """The name of a value in a statement. No column is called so: SQLAlchemy would set it."""
    return f"{_BOUND}{key}"


def bound_values(values: Values[str, object]) -> dict[str, object]:
    """The values by their names in a statement."""
    return {f"{_BOUND}{key}": value for key, value in values.items()}


def bound_hashes(if_match: str | None) -> dict[str, object] | None:
    """The row hashes of which a row shall have one by their name in a statement; nothing where any row will do.

    None where `If-Match` holds no tag of ours, so that no row will do.
    One is no list: it is what nearly every call sends, and of lists each connection first asks the database.
    """
    hashes = row_hashes_in(if_match)
    if not hashes:
        return {} if hashes is None else None
    return {ROW_HASH: hashes[0]} if len(hashes) == 1 else {_ROW_HASHES: hashes}
