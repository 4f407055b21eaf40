"""Where a resource is."""

from collections.abc import Sequence
from urllib.parse import quote


def location_in(collection: str, key: Sequence[object]) -> str:
    """The path of the resource of this key in the collection at the path `collection`."""
    segments = (quote(str(part), safe="") for part in key)
    return "/".join((quote(collection.rstrip("/")), *segments))
