"""A Prisma schema from disk: one file, or a folder of several."""

from pathlib import Path

from service.prisma.schema.document import Schema, merge
from service.prisma.schema.parser import parse_blocks


class SchemaNotFoundError(FileNotFoundError):
    """There is no Prisma schema; the message says where one was looked for."""


def schema_files(folder: Path) -> list[Path]:
    """List the schema's files below a Prisma folder: `schema.prisma`, a folder `schema/`, or several files."""
    files = [path for path in folder.rglob("*.prisma") if "migrations" not in path.relative_to(folder).parts]
    return sorted(files)


def read_schema(path: Path) -> Schema:
    """Read everything that a schema file, or the files of a Prisma folder, declare."""
    files = [path] if path.is_file() else schema_files(path)
    if not files:
        raise SchemaNotFoundError(f"{path} has no schema.prisma, nor a folder of .prisma files")
    return merge(parse_blocks(file.read_text("utf-8"), str(file)) for file in files)
