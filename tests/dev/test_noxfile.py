"""What runs everything else says what it needs before it fails for the lack of it."""

import contextlib
import os
import re
import runpy
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

NOXFILE = Path(__file__).parents[2] / "noxfile.py"


def test_an_older_nox_is_told_so() -> None:
    source = NOXFILE.read_text("utf-8")
    installed = re.search(r'^# dependencies = \["nox([^"]+)"', source, re.MULTILINE)
    # Nox looks for this line before it runs the file.
    needed = re.search(r'^nox\.needs_version = "([^"]+)"', source, re.MULTILINE)
    assert installed
    assert needed
    assert installed[1] == needed[1]


def nox(folder: Path, *arguments: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    """Run nox with environments of its own."""
    named = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME"}}
    return subprocess.run(
        [sys.executable, "-m", "nox", "-f", str(NOXFILE), "--envdir", str(folder / "nox"), *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        env=named | {"LOCAL_FOLDER": str(folder)} | variables,
    )


class Installing:
    """A session of which every install is done, or left out as with `-R` (None), or interrupted."""

    def __init__(self, folder: Path, ends: str | KeyboardInterrupt | None = "done") -> None:
        self.bin = str(folder / "test" / "bin")
        self.ends = ends

    def run_install(self, *_: object, **__: object) -> str | None:
        if isinstance(self.ends, KeyboardInterrupt):
            raise self.ends
        return self.ends


def test_only_an_install_that_was_done_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def keep(*_: object) -> None:
        """The handlers of this process stay."""

    monkeypatch.setattr(signal, "signal", keep)
    noxfile = runpy.run_path(str(NOXFILE))
    stamps = [tmp_path / "test" / "pdm.lock.sha256", tmp_path / "pdm" / "installed"]
    for stamp in stamps:
        stamp.parent.mkdir()
    noxfile["sync"](Installing(tmp_path), "dev")
    assert all(stamp.is_file() for stamp in stamps)
    stamps[1].write_text("pdm of before")
    for ends in (None, KeyboardInterrupt()):
        with contextlib.suppress(KeyboardInterrupt):
            noxfile["pdm"](Installing(tmp_path, ends))
        assert not stamps[1].exists()
        noxfile["pdm"](Installing(tmp_path))
        with contextlib.suppress(KeyboardInterrupt):
            noxfile["sync"](Installing(tmp_path, ends), "dev", "test")
        assert not stamps[0].exists()
        noxfile["sync"](Installing(tmp_path), "dev")
        stamps[1].write_text("pdm of before")


def test_nothing_is_looked_for_before_every_session(tmp_path: Path) -> None:
    done = nox(tmp_path, "-l")
    assert done.returncode == 0, done.stdout
    assert "Requirement already satisfied" not in done.stdout
    assert list(tmp_path.iterdir()) == [], "nox is to be enough where nox is installed"


@pytest.mark.slow
def test_a_taken_port_is_found_before_anything_is_installed(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = nox(tmp_path, "-s", "run", PORT=str(taken.getsockname()[1]))
    assert done.returncode
    assert "is taken" in done.stdout
    assert not list(tmp_path.glob("nox/run/lib/*/site-packages/litestar"))
    assert not (tmp_path / "nox" / "pdm").exists()
    assert list(tmp_path.iterdir()) == [tmp_path / "nox"]


def test_arguments_that_nobody_would_read_are_refused_before_anything_starts(tmp_path: Path) -> None:
    sessions = ("run", "serve", "check", "fix", "smoke", "container")
    done = nox(tmp_path, "-s", *sessions, "--", "--help")
    for session in sessions:
        assert f"Session {session} aborted: It takes no arguments, and was given: --help" in done.stdout
    assert not list(tmp_path.glob("nox/*/lib/*/site-packages/litestar"))
