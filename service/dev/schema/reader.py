"""A Prisma schema from disk: one file, or a folder of several."""

import os
from pathlib import Path

from service.dev.schema.document import Schema, merge
from service.dev.schema.errors import SchemaError, SchemaNotFoundError
from service.dev.schema.parser import parse_blocks

OTHER_FOLDERS = frozenset({"migrations", "node_modules"})


def schema_files(folder: Path) -> list[Path]:
    """List the `.prisma` files in a folder and below; copies in `node_modules` are not the schema."""
    files: list[Path] = []
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name not in OTHER_FOLDERS and not name.startswith(".")]
        files += [Path(parent, name) for name in names if name.endswith(".prisma")]
    return sorted(files)


def read_schema(path: Path) -> Schema:
    """Read what a schema file, or all files of a Prisma folder, declare. Raises `SchemaError`."""
    files = [path] if path.is_file() else schema_files(path)
    if not files:
        raise SchemaNotFoundError(f"{path} has no schema.prisma, nor a folder of .prisma files")
    return merge(parse_blocks(_text(file), str(file)) for file in files)


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SchemaError(f"{file} is not UTF-8 (byte {error.start}): save it as UTF-8") from None
