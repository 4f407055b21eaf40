"""Reads what prisma.config.ts says in plain string literals about the Prisma folder; the file is never run."""

import re
from dataclasses import dataclass
from pathlib import Path

from service.prisma.migrations import MirrorError

ENDINGS = ("ts", "mts", "cts", "js", "mjs", "cjs")
NAMES = [f"{name}.{ending}" for name in ("prisma.config", ".config/prisma") for ending in ENDINGS]
TEXT = r""" "(?:[^"\\]|\\.)*" | '(?:[^'\\]|\\.)*' | `(?:[^`\\]|\\.)*` """
TOKEN = re.compile(rf"(?P<text>{TEXT}) | //[^\n]* | /\*.*?\*/", re.DOTALL | re.VERBOSE)
IS = r"[\"']?\s*:\s*"
"""What stands behind the name of a property, which may be quoted."""
MIGRATIONS = re.compile(rf"\bmigrations{IS}\{{ ((?:{TEXT} | [^{{}}\"'`])*) \}}", re.DOTALL | re.VERBOSE)
PATH = rf"{IS}(?:(?:path\.)?(?:join|resolve)\((?P<parts>(?:{TEXT}|[^)\"'`])*)\) | (?P<text>{TEXT}))"
ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "\n": ""}


@dataclass(frozen=True)
class PrismaConfig:
    """The settings of a prisma.config.ts; each is None where the file does not say it, or computes it."""

    file: Path
    schema: Path | None = None
    """The schema file, or the folder of schema files."""
    migrations: Path | None = None
    """The folder of migrations."""
    shadow: str | None = None
    """`initShadowDb`: the SQL that creates, in a shadow database, what tools other than Prisma make."""


def find_config(prisma: Path) -> PrismaConfig | None:
    """The configuration of a Prisma folder, which lies in the folder or above it. Raises `MirrorError`."""
    # A folder called `schema` is one level further down, in Prisma's own. Higher up may be another package's file.
    above = 2 if prisma.absolute().name == "schema" else 1
    for folder in (prisma, *prisma.absolute().parents[:above]):
        for file in (folder / name for name in NAMES):
            if file.is_file():
                return _read(file, folder, prisma)
    return None


def _read(file: Path, folder: Path, prisma: Path) -> PrismaConfig | None:
    """What the file says; None where its schema is in another Prisma folder than `prisma`."""
    try:
        code = TOKEN.sub(lambda found: found["text"] or " ", file.read_text("utf-8-sig"))
    except UnicodeDecodeError:
        raise MirrorError(f"{file} is not UTF-8. Save it as UTF-8 in app-web.") from None
    named = _path("schema", MIGRATIONS.sub("", code))
    schema = (folder / named).resolve() if named else None
    if schema and not _lead_to_the_same(schema, prisma.resolve()):
        return None
    block = MIGRATIONS.search(code)
    said = block[1] if block else ""
    path = _path("path", said)
    return PrismaConfig(file, schema, folder / path if path else None, _shadow(said))


def _lead_to_the_same(one: Path, other: Path) -> bool:
    return one.is_relative_to(other) or other.is_relative_to(one)


def _path(name: str, said: str) -> str | None:
    found = re.search(rf"\b{name}{PATH}", said, re.VERBOSE | re.DOTALL)
    if found is None:
        return None
    texts = [_plain(text) for text in re.findall(TEXT, found["parts"] or found["text"], re.VERBOSE)]
    return None if None in texts else "/".join(filter(None, texts)) or None


def _shadow(said: str) -> str | None:
    found = re.search(rf"\binitShadowDb{IS}(?P<text>{TEXT})", said, re.VERBOSE | re.DOTALL)
    return _plain(found["text"]) if found else None


def _plain(text: str) -> str | None:
    """The value of a string literal; None for a template with `${...}`, whose value is only known when it runs."""
    if text.startswith("`") and "${" in text:
        return None
    return re.sub(r"\\(.)", lambda found: ESCAPES.get(found[1], found[1]), text[1:-1], flags=re.DOTALL)
