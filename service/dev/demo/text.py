"""Real text for demo pages: Python's own language reference, in the form of the editor's documents."""

import re
from collections.abc import Iterator
from pydoc_data.topics import topics
from typing import Any, NamedTuple

MAX_BLOCKS = 12
NEWER = frozenset({"assignment-expressions", "lazy", "match"})
"""Topics that Python 3.11 lacks: without them every Python has the same demo, and the README's answers hold on each."""
UNDERLINE = re.compile(r"^[*=\-~^]{3,}$")


class Article(NamedTuple):
    """One topic of the reference."""

    key: str
    title: str
    summary: str
    content: dict[str, Any]


def articles() -> list[Article]:
    """Every topic of the reference that has paragraphs, sorted by key, but those that only newer Pythons have."""
    return [article for key in sorted(topics.keys() - NEWER) if (article := _article(key, topics[key]))]


def _article(key: str, text: str) -> Article | None:
    blocks = list(_blocks(text))
    paragraphs = [block["text"] for block in blocks if block["type"] == "paragraph"]
    if not paragraphs:
        return None
    title = next((block["text"] for block in blocks if block["type"] == "heading"), key.title())
    summary = paragraphs[0] if len(paragraphs[0]) <= 300 else f"{paragraphs[0][:297]}..."  # noqa: PLR2004  # text to show
    return Article(key.lower(), title[:200], summary, {"blocks": blocks[:MAX_BLOCKS]})


def _blocks(text: str) -> Iterator[dict[str, Any]]:
    for part in re.split(r"\n\s*\n", text.strip("\n")):
        lines = part.split("\n")
        if len(lines) > 1 and UNDERLINE.match(lines[1]):
            yield {"type": "heading", "text": lines[0].replace('"', "")}
        elif all(line.startswith("   ") for line in lines):
            yield {"type": "code", "language": "python", "text": "\n".join(line[3:] for line in lines)}
        else:
            yield {"type": "paragraph", "text": " ".join(line.strip() for line in lines)}
