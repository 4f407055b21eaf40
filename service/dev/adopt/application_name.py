"""Gives the package, the API document and the README the name of an application."""

import re
from collections.abc import Iterator
from pathlib import Path

from service.dev.generator.names import plain_letters

README = "README.md"
PACKAGE = "pyproject.toml"
DOCUMENT = "service/api/v1/document.py"
EXAMPLE = (
    (PACKAGE, 'name = "service"\n'),
    (
        PACKAGE,
        'description = "The data API behind app-web: fast, typed REST over the PostgreSQL schema that Prisma owns."\n',
    ),
    (DOCUMENT, '"title": "Data API",\n'),
    (
        DOCUMENT,
        '"summary": "CRUD and domain logic over the PostgreSQL that app-web\'s Prisma schema owns.",\n',
    ),
    (README, "# The data API behind app-web\n"),
    (README, "A Python service that gives a Next.js application's PostgreSQL a fast"),
)
"""The texts, by file, that name the example before any schema is adopted."""


def rename(checkout: Path, name: str, before: str) -> list[str]:
    """Put the application's name in place of its last one, `before`, or of the example's where that is empty.

    Returns the files in which somebody has changed the words around the name; they are left as they are.
    """
    left: dict[str, None] = {}
    there = _written(before) if before else EXAMPLE
    for (file, old), (_, new) in zip(there, _written(name), strict=True):
        path = checkout / file
        text = path.read_text("utf-8") if path.is_file() else ""
        if old in text:
            path.write_text(text.replace(old, new, 1), "utf-8")
        elif new not in text:
            left[file] = None
    return [*left]


def begin(checkout: Path) -> None:
    """Set the version of the package and of the API document to 1.0.0, the application's first."""
    for file, pattern, line in (
        (PACKAGE, r'^version = ".*"$', 'version = "1.0.0"'),
        (DOCUMENT, r'"version": ".*",$', '"version": "1.0.0",'),
    ):
        path = checkout / file
        code = path.read_text("utf-8")
        path.write_text(re.sub(pattern, line, code, count=1, flags=re.MULTILINE), "utf-8")


def _written(name: str) -> Iterator[tuple[str, str]]:
    yield PACKAGE, f'name = "{_package(name)}"\n'
    yield (
        PACKAGE,
        f'description = "The data API behind {name}: fast, typed REST over the PostgreSQL schema that Prisma owns."\n',
    )
    yield DOCUMENT, f'"title": "{name}",\n'
    yield DOCUMENT, f'"summary": "CRUD over the PostgreSQL that {name}\'s Prisma schema owns.",\n'
    yield README, f"# The data API behind {name}\n"
    yield README, f"A Python service that gives {name}'s PostgreSQL a fast"


def _package(name: str) -> str:
    """The name of the package, in the ASCII of a package's name (PEP 508) and normalised as in PEP 503."""
    return re.sub(r"[^a-z0-9]+", "-", plain_letters(name).lower()).strip("-") or "service"
