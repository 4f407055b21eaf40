"""What values are called in statements that write."""

from collections.abc import Mapping as Values
from collections.abc import Sequence

_BOUND = "__to_"
GUARD = "__guard"
"""One guard, which is no list."""
_GUARDS = "__guards"


def bound(key: str) -> str:
    """The name of a value in a statement. No column is called so: SQLAlchemy would set it."""
    return f"{_BOUND}{key}"


def bound_values(values: Values[str, object]) -> dict[str, object]:
    """The values by their names in a statement."""
    return {f"{_BOUND}{key}": value for key, value in values.items()}


def bound_guards(guards: Sequence[int] | None) -> dict[str, object]:
    """The guards of which a row shall have one by their name in a statement; nothing where any row will do.

    One is no list: it is what nearly every call sends, and of lists each connection first asks the database.
    """
    if guards is None:
        return {}
    return {GUARD: guards[0]} if len(guards) == 1 else {_GUARDS: guards}
