"""Stands in for the image that the Containerfile starts from, where no registry of images is reached."""

import re
import subprocess
from pathlib import Path

from tests.container.buildah import SECONDS, Buildah

DEBIAN = "forky"
"""The Debian that has the image's Python; the real image may stand on an older one."""
LIKE_UNSTABLE = "/usr/share/debootstrap/scripts/sid"
"""How to install a Debian that is younger than this machine's debootstrap."""


def base_name(containerfile: Path) -> str:
    """The one image that every stage starts from or copies from."""
    stages: list[tuple[str, str]] = re.findall(
        r"^FROM (\S+)(?: AS (\S+))?$", containerfile.read_text("utf-8"), re.MULTILINE
    )
    names = {image for image, _ in stages} - {stage for _, stage in stages}
    if len(names) != 1:
        raise ValueError(f"{containerfile.name} starts from {sorted(names)}; this can make one image only.")
    return names.pop()


def python_of(base: str) -> str:
    """The version of Python in an image's name: 3.15 of python:3.15-slim-trixie."""
    return base.removeprefix("python:").partition("-slim-")[0]


def make_base(buildah: Buildah, name: str) -> None:
    """Make Debian with Debian's own Python known as `name`, such as python:3.15-slim-trixie."""
    python = f"python{python_of(name)}"
    container = buildah("from", "scratch")
    try:
        root = buildah("mount", container)
        subprocess.run(
            [
                "debootstrap", "--variant=minbase", f"--include=ca-certificates,{python},{python}-venv",
                DEBIAN, root, "", LIKE_UNSTABLE,
            ],
            stdout=subprocess.DEVNULL, timeout=SECONDS, check=True,
        )  # fmt: skip
        Path(root, "usr/bin/python").symlink_to(python)
        buildah("commit", "--quiet", container, name)
    finally:
        buildah("rm", container)
