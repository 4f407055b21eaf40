"""Keeps the document of the last release, and compares the one that is to follow with it."""

from pathlib import Path

import msgspec

from service.dev.contract.compare import compare, major
from service.dev.contract.findings import Finding
from service.dev.contract.parts import Node

RELEASED = Path(__file__).with_name("released.json")


def broken_promises(document: str) -> list[Finding]:
    """What in a document breaks clients of the last release; nothing where its major version is higher."""
    if not RELEASED.is_file():
        return []
    released: Node = msgspec.json.decode(RELEASED.read_bytes())
    following: Node = msgspec.json.decode(document)
    return [] if major(following) > major(released) else compare(released, following)


def release(document: str, *, unpublished: bool) -> list[Finding]:
    """Keep a document as the released one, unless it breaks clients of the last release; return what breaks them.

    Where the last release is `unpublished`, it has no clients, and nothing breaks.
    """
    findings = [] if unpublished else broken_promises(document)
    if not findings:
        RELEASED.write_text(document, "utf-8")
    return findings
