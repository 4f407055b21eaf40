"""buildah, without an engine: its storage lives in the checkout, its processes are plain children."""

import subprocess
from pathlib import Path
from typing import IO

import msgspec

SECONDS = 600


class Healthcheck(msgspec.Struct, rename="pascal"):
    test: list[str]


class Config(msgspec.Struct, rename="pascal"):
    """What the image says of itself."""

    user: str
    env: list[str]
    cmd: list[str]
    healthcheck: Healthcheck = msgspec.field(default_factory=lambda: Healthcheck([]))
    stop_signal: str = ""


class _Docker(msgspec.Struct):
    config: Config


class _Inspected(msgspec.Struct):
    docker: _Docker = msgspec.field(name="Docker")


class Buildah:
    """The command `buildah` on a storage of its own."""

    def __init__(self, folder: Path) -> None:
        self._command = [
            "buildah", "--storage-driver", "vfs",
            "--root", str(folder / "storage"), "--runroot", str(folder / "run"),
        ]  # fmt: skip

    def __call__(self, *arguments: str, log: IO[str] | None = None) -> str:
        """Run it to its end and return what it printed, which goes to `log` where that is given."""
        done = subprocess.run(
            [*self._command, *arguments],
            stdout=log or subprocess.PIPE,
            stderr=log,
            text=True,
            timeout=SECONDS,
            check=True,
        )
        return (done.stdout or "").strip()

    def has_image(self, name: str) -> bool:
        listed = [*self._command, "inspect", "--type", "image", name]
        return not subprocess.run(listed, capture_output=True, check=False, timeout=SECONDS).returncode

    def config(self, image: str) -> Config:
        inspected = self("inspect", "--type", "image", image)
        return msgspec.json.decode(inspected, type=_Inspected).docker.config

    def running(self, container: str, *arguments: str, options: list[str]) -> list[str]:
        """The command line that runs `arguments` inside `container`, as the user of its image."""
        return [*self._command, "run", "--isolation", "chroot", *options, container, "--", *arguments]
