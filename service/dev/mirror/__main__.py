"""Copies app-web's Prisma folder into this repository, and says when the two have parted."""

import argparse
import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from service.dev.exit_codes import USAGE_ERROR
from service.dev.mirror.arguments import add_arguments
from service.dev.mirror.manifest import (
    MANIFEST,
    SCRIPT,
    Difference,
    checksums,
    compare_files,
    mirrored_files,
    read_files,
    read_manifest,
    write_manifest,
)
from service.dev.mirror.source import Source
from service.prisma.migrations import MIRROR, MirrorError, read_migrations

AGAIN = "nox -s mirror -- PATH"
MIRRORED = "Mirrored; `nox -s orm` generates the models anew:"
MOVED_ON = f"The schema has moved on; `{AGAIN}` takes it over:"
EDITED = f"The mirror was edited here, but the schema changes in app-web only; `{AGAIN}` brings it back:"


def mirror(source: Source, target: Path = MIRROR) -> Difference:
    """Replace the files in `target` by those of `source`, and return what changed. Raises `MirrorError`."""
    _refuse_itself(source.path, target)
    files = source.schema()
    files |= source.migrations() or source.tables()
    with tempfile.TemporaryDirectory() as folder:
        stage = Path(folder)
        _copy(files, stage)
        _validate(stage)
        before = mirrored_files(target)
        difference = compare_files(checksums(read_files(before)), checksums(files))
        for name in difference.removed:
            before[name].unlink()
        _copy(files, target)
    _remove_empty_folders(target)
    write_manifest(target)
    return difference


def check(source: Source, target: Path = MIRROR) -> Difference:
    """Return how `source` differs from what was mirrored. Raises `MirrorError`."""
    _refuse_itself(source.path, target)
    mirrored = read_manifest(target)
    if mirrored is None:
        mirrored = checksums(read_files(mirrored_files(target)))
    files = source.schema()
    if migrations := source.migrations():
        files |= migrations
    elif source.url or SCRIPT not in mirrored:
        files |= source.tables()
    else:
        del mirrored[SCRIPT]  # dumped from a database, and only a database could be compared with it
    return compare_files(mirrored, checksums(files))


def verify(target: Path = MIRROR) -> Difference:
    """Return what was edited in the mirror itself, by its manifest. Raises `MirrorError` where there is none."""
    mirrored = read_manifest(target)
    if mirrored is None:
        raise MirrorError(f"{target / MANIFEST} is missing or cannot be read. Mirror again: {AGAIN}")
    return compare_files(mirrored, checksums(read_files(mirrored_files(target))))


def _refuse_itself(source: Path, target: Path) -> None:
    here, there = target.resolve(), source.resolve()
    if here == there or here in there.parents:
        raise MirrorError(
            f"{source} is the mirror itself. Give app-web's Prisma folder, in its own checkout."
        )


def _validate(stage: Path) -> None:
    """Refuse migrations that this service could not use, before anything is replaced. Raises `MirrorError`."""
    try:
        read_migrations(stage)
    except MirrorError as error:
        raise MirrorError(str(error).replace(f"{stage}{os.sep}", "")) from None


def _copy(files: Mapping[str, bytes], target: Path) -> None:
    for name, content in files.items():
        copy = target / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(content)


def _remove_empty_folders(target: Path) -> None:
    for folder in sorted(target.rglob("*/"), reverse=True):
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="nox -s mirror --", description=__doc__)
    parser.add_argument("path", nargs="?", type=Path, help="app-web's Prisma folder, or its schema file")
    parser.add_argument("--check", action="store_true", help="only say whether app-web has moved on")
    parser.add_argument("--verify", action="store_true", help="only say whether the mirror was edited here")
    add_arguments(parser)
    parser.add_argument("--target", type=Path, default=MIRROR, help="the mirror (default: %(default)s)")
    return parser


def _run(options: argparse.Namespace) -> int:
    target: Path = options.target
    if options.verify:
        return _tell(verify(target), f"{target.name} is as it was mirrored.", EDITED)
    source = Source(
        options.path,
        os.environ.get("DATABASE_URL"),
        folder=options.migrations,
        skip_empty=options.skip_empty,
        baseline=options.baseline,
    )
    if options.check:
        return _tell(check(source, target), f"{target.name} holds what {source.path} holds.", MOVED_ON)
    _tell(mirror(source, target), f"{target.name} held it all already.", MIRRORED)
    return 0


def _tell(found: Difference, same: str, different: str) -> int:
    print(f"{different}\n{found}" if found else same)  # a command speaks to its caller
    return 1 if found else 0


def main(argv: Sequence[str]) -> int:
    """Run the command and return its exit code: 0 done or in step, 1 out of step, 2 a mistake in the call."""
    parser = _parser()
    options = parser.parse_args(argv)
    if options.path is None and not options.verify:
        parser.error(f"PATH is missing: {AGAIN}")
    try:
        return _run(options)
    except (MirrorError, OSError) as error:
        print(error, file=sys.stderr)  # a command speaks to its caller
        return USAGE_ERROR


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
