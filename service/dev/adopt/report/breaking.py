"""Finds what adopting again breaks for clients: compares the API document from before with the one from after."""

from pathlib import Path

import msgspec

from service.dev.contract.compare import compare

DOCUMENT = Path("service/openapi.json")


def read_document(checkout: Path) -> bytes | None:
    path = checkout / DOCUMENT
    return path.read_bytes() if path.is_file() else None


def breaking(before: bytes | None, after: bytes | None) -> list[str]:
    """A line for each kind of change that breaks clients, with all its places; none where a document is missing."""
    if before is None or after is None or before == after:
        return []
    places: dict[str, list[str]] = {}
    for finding in compare(*(msgspec.json.decode(each) for each in (before, after))):
        places.setdefault(finding.change, []).append(finding.place)
    return [
        f"{where[0]}: {change}" if len(where) == 1 else f"{change.removesuffix('.')}: {', '.join(where)}"
        for change, where in places.items()
    ]
