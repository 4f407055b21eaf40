"""A Prisma schema from disk: one file, or a folder of several."""

from pathlib import Path

from service.prisma.schema.nodes import Schema, merge
from service.prisma.schema.parser import parse_schema


class SchemaNotFoundError(FileNotFoundError):
    """There is no Prisma schema; the message says where one was looked for."""


def schema_files(folder: Path) -> list[Path]:
    """The schema's files below a Prisma folder: `schema.prisma`, a folder `schema/`, or several files."""
    files = [path for path in folder.rglob("*.prisma") if "migrations" not in path.relative_to(folder).parts]
    return sorted(files)


def read_schema(folder: Path) -> Schema:
    """Everything that the files of a Prisma folder declare."""
    files = schema_files(folder)
    if not files:
        raise SchemaNotFoundError(f"{folder} has no schema.prisma, nor a folder of .prisma files")
    return merge(parse_schema(path.read_text("utf-8"), str(path)) for path in files)
