"""How what was done in a copy of the checkout comes into the checkout."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from service.dev.adopt.stage import ChangedMeanwhileError, Checksums, changes, copy_checkout, take_over

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
