"""How what was done in a copy of the checkout comes into the checkout."""

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from service.dev.adopt.stage import (
    ChangedMeanwhileError,
    Checksums,
    IgnoredError,
    NotCleanError,
    changes,
    check_clean,
    copy_checkout,
    take_over,
)

ROOT = Path(__file__).parents[3]
WRITES = 6
"""Two files are copied, two taken away, two put."""


class Copied:
    """A checkout and a copy of it, in which three files are changed."""

    def __init__(self, folder: Path) -> None:
        self.root, self.stage = folder / "root", folder / "stage"
        (self.root / "gone").mkdir(parents=True)
        (self.root / "gone" / "old.py").write_text("old")
        (self.root / "same.py").write_text("same")
        (self.root / "script.sh").write_text("script")
        (self.root / "script.sh").chmod(0o755)
        (self.root / ".gitignore").write_text("/local\n")
        subprocess.run(["git", "init", "--quiet"], cwd=self.root, check=True)
        self.before: Checksums = copy_checkout(self.root, self.stage)
        (self.stage / "gone" / "old.py").unlink()
        (self.stage / "new").mkdir()
        (self.stage / "new" / "new.py").write_text("new")
        (self.stage / "script.sh").write_text("another script")

    def take_over(self) -> int:
        return take_over(self.stage, self.root, self.before)

    def files(self) -> dict[str, str]:
        return {
            path.relative_to(self.root).as_posix(): path.read_text()
            for path in self.root.rglob("*")
            if path.is_file() and ".git" not in path.parts
        }


@pytest.fixture
def copied(tmp_path: Path) -> Copied:
    return Copied(tmp_path)


def test_a_copy_is_taken_over_with_what_went(copied: Copied) -> None:
    (copied.root / "local").write_text("nobody's")
    assert copied.take_over() == 3
    assert not (copied.root / "gone").exists()
    assert (copied.root / "new" / "new.py").read_text() == "new"
    assert (copied.root / "script.sh").read_text() == "another script"
    assert (copied.root / "script.sh").stat().st_mode & 0o777 == 0o755
    assert (copied.root / "local").exists()


def test_a_copy_in_which_nothing_changed_changes_nothing(copied: Copied) -> None:
    copied.take_over()
    again = copied.stage.with_name("again")
    copied.before = copy_checkout(copied.root, again)
    copied.stage = again
    assert changes(again, copied.before) == []
    assert copied.take_over() == 0


@pytest.mark.parametrize("name", ["same.py", "script.sh", "gone/old.py", "mine.py", "new/new.py"])
def test_what_somebody_wrote_meanwhile_stays(copied: Copied, name: str) -> None:
    (copied.root / name).parent.mkdir(exist_ok=True)
    (copied.root / name).write_text("what I wrote")
    before = copied.files()
    with pytest.raises(ChangedMeanwhileError, match=name):
        copied.take_over()
    assert copied.files() == before


def test_what_somebody_deleted_meanwhile_stays_so(copied: Copied) -> None:
    (copied.root / "same.py").unlink()
    before = copied.files()
    with pytest.raises(ChangedMeanwhileError, match=r"same\.py"):
        copied.take_over()
    assert copied.files() == before


@pytest.mark.parametrize("error", [OSError("full"), KeyboardInterrupt()])
@pytest.mark.parametrize("call", range(1, 8))
@pytest.mark.parametrize("late", [False, True])
def test_a_failure_leaves_everything_as_it_was(
    copied: Copied, monkeypatch: pytest.MonkeyPatch, error: BaseException, call: int, *, late: bool
) -> None:
    """Whichever write it is that fails, before it or when it is done."""
    before, calls = copied.files(), 0

    def failing(function: Callable[..., object]) -> Callable[..., object]:
        def fail(*arguments: object) -> object:
            nonlocal calls
            calls += 1
            if calls == call and not late:
                raise error
            done = function(*arguments)
            if calls == call:
                raise error
            return done

        return fail

    monkeypatch.setattr(shutil, "copy", failing(shutil.copy))
    monkeypatch.setattr(Path, "rename", failing(Path.rename))
    if call > WRITES:
        assert copied.take_over() == 3
        return
    with pytest.raises(type(error)):
        copied.take_over()
    assert copied.files() == before
    assert sorted(path.name for path in copied.root.iterdir()) == [
        *(".git", ".gitignore", "gone", "same.py", "script.sh")
    ]


def test_what_git_would_not_see_is_not_written(copied: Copied) -> None:
    (copied.root / "new").mkdir()
    (copied.root / ".git/info/exclude").write_text("new/\n")
    (copied.root / "new" / "new.py").write_text("nobody has another")
    before = copied.files()
    with pytest.raises(IgnoredError, match=r"`!/new/`[^!]*\n  new/new\.py \(.*exclude:1: new/\)"):
        copied.take_over()
    assert copied.files() == before
    (copied.root / ".gitignore").write_text("!/new/\n")
    copied.before = copy_checkout(copied.root, copied.stage)
    (copied.stage / "new" / "new.py").write_text("new")
    assert copied.take_over() == 1


def test_after_all_is_in_its_place_nothing_fails(copied: Copied, monkeypatch: pytest.MonkeyPatch) -> None:
    """What Python compiled may be another user's, as of a container."""
    (copied.root / "gone" / "__pycache__").mkdir()
    whole = shutil.rmtree

    def refused(path: Path, *, ignore_errors: bool = False) -> None:
        if not ignore_errors:
            raise PermissionError(path)
        if path.name != "gone":
            whole(path)

    (copied.root / ".gitignore").write_text("__pycache__\n")
    copied.before = copy_checkout(copied.root, copied.stage)
    (copied.stage / "gone" / "old.py").unlink()
    monkeypatch.setattr(shutil, "rmtree", refused)
    assert copied.take_over() == 2
    assert not (copied.root / "gone" / "old.py").exists()
    assert (copied.root / "gone").exists()


def test_a_run_that_was_killed_is_told_of_by_the_next(tmp_path: Path) -> None:
    git = ("git", "-c", "user.name=a", "-c", "user.email=a@localhost", "-c", "commit.gpgsign=false")
    copied = Copied(tmp_path)
    for arguments in (("add", "--all"), ("commit", "--quiet", "-m", "All")):
        subprocess.run([*git, *arguments], cwd=copied.root, check=True)
    before = copied.files()
    check_clean(copied.root)
    code = (
        "import os, sys; from pathlib import Path; from service.dev.adopt.stage import copy_checkout, take_over\n"
        "root, stage, other = map(Path, sys.argv[1:]); before = copy_checkout(root, other); rename = Path.rename; done = []\n"
        "def killed(*arguments):\n"
        "    done.append(rename(*arguments))\n"
        "    len(done) == 3 and os._exit(9)\n"
        "Path.rename = killed\n"
        "take_over(stage, root, before)\n"
    )
    command = [sys.executable, "-c", code, copied.root, copied.stage, tmp_path / "other"]
    assert subprocess.run(command, cwd=ROOT, check=False).returncode == 9
    assert copied.files() != before
    with pytest.raises(NotCleanError, match=r"root/\.adopt-.*was killed") as told:
        check_clean(copied.root)
    (said,) = re.findall(r"`(git restore.*)`", str(told.value))
    subprocess.run(["sh", "-c", said], cwd=copied.root, check=True, stdout=subprocess.DEVNULL)
    check_clean(copied.root)
    assert copied.files() == before


def test_why_git_refuses_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As of a checkout that is another user's."""
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    (tmp_path / ".git/config").write_text("[core\n")
    monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")
    with pytest.raises(NotCleanError, match=r"git refuses: .*config"):
        check_clean(tmp_path)
