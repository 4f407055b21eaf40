"""Stands in for the image that the Containerfile starts from, where no registry of images is reached."""

import re
import subprocess
from pathlib import Path

from tests.container.buildah import SECONDS, Buildah

PACKAGES = "ca-certificates,python3,python3-venv,python-is-python3"


def base_name(containerfile: Path) -> str:
    """The one image that every stage starts from or copies from."""
    stages: list[tuple[str, str]] = re.findall(
        r"^FROM (\S+)(?: AS (\S+))?$", containerfile.read_text("utf-8"), re.MULTILINE
    )
    names = {image for image, _ in stages} - {stage for _, stage in stages}
    if len(names) != 1:
        raise ValueError(f"{containerfile.name} starts from {sorted(names)}; this can make one image only.")
    return names.pop()


def make_base(buildah: Buildah, name: str) -> None:
    """Make Debian with its own Python known as `name`, such as python:3.11-slim-bookworm."""
    version, _, suite = name.partition(":")[2].partition("-slim-")
    container = buildah("from", "scratch")
    try:
        root = buildah("mount", container)
        subprocess.run(
            ["debootstrap", "--variant=minbase", f"--include={PACKAGES}", suite, root],
            stdout=subprocess.DEVNULL, timeout=SECONDS, check=True,
        )  # fmt: skip
        python = subprocess.check_output(["chroot", root, "python", "--version"], text=True, timeout=60)
        if not python.startswith(f"Python {version}."):
            raise ValueError(f"Debian {suite} has {python.strip()}, the Containerfile wants {version}.")
        buildah("commit", "--quiet", container, name)
    finally:
        buildah("rm", container)
