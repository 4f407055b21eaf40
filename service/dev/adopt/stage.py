"""A copy of the checkout, in which everything is done before any of it is taken over."""

import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path, PurePosixPath

from service.dev.adopt.files import PREFIX, put

MAX_NAMED = 10
"""How many files a message names."""

Checksums = dict[str, bytes]
"""SHA-256 of files, by their names."""

NO_REPOSITORY = "not a git repository"
NO_GIT = "{root} is no git checkout: make it one (`git init`, then commit), so that what this writes can be seen and undone."


CUT_OFF = (
    "{folder} is what a run left that was killed while it put its files in place. All that was committed is safe, and so is "
    "nothing else: look at `git status`, then bring back what was there by `git restore --staged --worktree -- . && "
    "git clean --force -d -- .`, and run it again."
)
IGNORED = (
    "git ignores what was to be written, so that nobody would see or commit it. Say otherwise in {root}/.gitignore, as by "
    "`!{folder}/`, and commit that. What is ignored, and by which rule:\n{files}"
)


class CheckoutError(RuntimeError):
    """Nothing can be written to the checkout; the message says why."""


class NotCleanError(CheckoutError):
    """The checkout has changes that are not committed, or is no git checkout; the message says which."""


class ChangedMeanwhileError(CheckoutError):
    """Somebody worked in the checkout since it was copied; the message says where."""


class IgnoredError(CheckoutError):
    """Git would not see what is to be written; the message names it."""


def check_clean(root: Path) -> None:
    """Raises `NotCleanError` where the checkout has uncommitted changes, or is in no git repository.

    Changes elsewhere in the repository do not count.
    """
    if left := next(root.glob(f"{PREFIX}*"), None):
        raise NotCleanError(CUT_OFF.format(folder=left))
    found = _git(root, "status", "--porcelain", "--untracked-files=all", "--", ".").decode("utf-8", "replace")
    if found:
        raise NotCleanError(
            "There are changes that are not committed. Commit or stash them, so that what this writes can be told apart:\n"
            f"{_first(found.splitlines())}"
        )


def copy_checkout(root: Path, to: Path) -> Checksums:
    """Copy the files that git tracks, and those that it does not ignore; returns the checksums of what was copied."""
    before: Checksums = {}
    for name, content in _contents(root):
        (to / name).parent.mkdir(parents=True, exist_ok=True)
        (to / name).write_bytes(content)
        shutil.copymode(root / name, to / name)
        before[name] = sha256(content).digest()
    return before


def changes(stage: Path, before: Checksums) -> list[str]:
    """The names of the files that were changed, added or removed in the copy."""
    return _differences(
        before, {name: sha256((stage / name).read_bytes()).digest() for name in _written(stage)}
    )


def take_over(stage: Path, root: Path, before: Checksums) -> int:
    """Take the changes of the copy over into the checkout; returns how many files changed.

    Raises `CheckoutError` before anything is written, and `OSError` after all is undone.
    """
    there = {name: sha256(content).digest() for name, content in _contents(root)}
    if meanwhile := _differences(before, there):
        raise ChangedMeanwhileError(
            f"The checkout changed while this ran. Run it again. What changed:\n{_first(meanwhile)}"
        )
    changed = changes(stage, before)
    _refuse_ignored(root, [name for name in changed if (stage / name).is_file()])
    put(root, {name: stage / name if (stage / name).is_file() else None for name in changed})
    return len(changed)


def _first(files: Sequence[str]) -> str:
    named = "\n".join(f"  {name}" for name in files[:MAX_NAMED])
    return named + (f"\n  and {len(files) - MAX_NAMED} more" if len(files) > MAX_NAMED else "")


def _contents(root: Path) -> Iterator[tuple[str, bytes]]:
    for name in files_of(root):
        if (root / name).is_file():
            yield name, (root / name).read_bytes()


def _differences(before: Checksums, now: Checksums) -> list[str]:
    return sorted(name for name in before.keys() | now.keys() if before.get(name) != now.get(name))


def files_of(root: Path) -> list[str]:
    """The files that git tracks, and those that it does not ignore. Raises `NotCleanError` where there is no git."""
    found = _git(root, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    return list(map(os.fsdecode, filter(None, found.split(b"\0"))))


def _refuse_ignored(root: Path, names: Sequence[str]) -> None:
    """Raises `IgnoredError` where git ignores some of these files: a rule such as `logs/` may match a model's folder."""
    asked = b"".join(os.fsencode(f"{name}\0") for name in names)
    said = _git(root, "check-ignore", "-v", "-z", "--stdin", stdin=asked).split(b"\0")
    fields = iter(map(os.fsdecode, said))
    ignored = {
        name: f"{name} ({rules}:{line}: {rule})"
        for rules, line, rule, name in zip(fields, fields, fields, fields, strict=False)
        if not rule.startswith("!")
    }
    if ignored:
        folder = PurePosixPath(next(iter(ignored))).parent
        raise IgnoredError(IGNORED.format(root=root, folder=f"/{folder}", files=_first([*ignored.values()])))


def _git(root: Path, *arguments: str, stdin: bytes = b"") -> bytes:
    """What git prints. Raises `NotCleanError`, with git's reason, where it fails."""
    command = ["git", *arguments]
    # In English, since its messages are compared.
    done = subprocess.run(  # noqa: S603  # git, with arguments of our own
        command, cwd=root, input=stdin, capture_output=True, check=False, env={**os.environ, "LC_ALL": "C"}
    )
    # `check-ignore` exits with 1 where it finds nothing.
    if done.returncode and not (done.returncode == 1 and not done.stderr):
        why = done.stderr.decode("utf-8", "replace").strip()
        raise NotCleanError(NO_GIT.format(root=root) if NO_REPOSITORY in why else f"git refuses: {why}")
    return done.stdout


def _written(stage: Path) -> list[str]:
    """The files of the copy, without the caches of tools."""
    return [
        name.as_posix()
        for path in stage.rglob("*")
        if path.is_file()
        and not {"__pycache__", ".ruff_cache", ".import_linter_cache"}
        & set((name := path.relative_to(stage)).parts)
    ]
