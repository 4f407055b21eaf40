"""Gives the package, the API document and the README the name of an application."""

import re
from pathlib import Path

README_INTRODUCTION = """# The data API behind {name}

A Python service that gives {name}'s PostgreSQL a fast, typed REST API. The schema stays Prisma's: the
service reflects it, fills what Prisma's client fills (ids, `updatedAt`), and never changes it. You call it from
Next.js with a token that your server signs, or generate a client from its OpenAPI document.
"""


def rename(checkout: Path, name: str) -> None:
    """Put the application's name, and version 1.0.0, in place of the example's."""
    _put(checkout / "pyproject.toml", r'^name = ".*"$', f'name = "{_package(name)}"')
    _put(
        checkout / "pyproject.toml",
        r'^description = ".*"$',
        f'description = "The data API behind {name}: fast, typed REST over the PostgreSQL schema that Prisma owns."',
    )
    document = checkout / "service/api/v1/document.py"
    _put(document, r'"title": ".*",$', f'"title": "{name}",')
    _put(document, r'"version": ".*",$', '"version": "1.0.0",')
    _put(
        document,
        r'"summary": ".*",$',
        f'"summary": "CRUD over the PostgreSQL that {name}\'s Prisma schema owns.",',
    )
    _put(checkout / "pyproject.toml", r'^version = ".*"$', 'version = "1.0.0"')
    readme = checkout / "README.md"
    text = readme.read_text("utf-8")
    start = text.index("Built on ")
    readme.write_text(README_INTRODUCTION.format(name=name) + "\n" + text[start:], "utf-8")


def _put(path: Path, pattern: str, line: str) -> None:
    code, number = re.subn(pattern, lambda _: line, path.read_text("utf-8"), count=1, flags=re.MULTILINE)
    if number:
        path.write_text(code, "utf-8")


def _package(name: str) -> str:
    """The name of the package, normalised as in PEP 503."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "service"
