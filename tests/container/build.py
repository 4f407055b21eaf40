"""Builds the Containerfile for real, without an engine, and starts what came out."""

import os
import shutil
import subprocess
import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from service.dev.exit_codes import USAGE_ERROR
from service.dev.postgres import embedded_postgres
from tests.container.base import base_name, make_base
from tests.container.buildah import Buildah
from tests.container.contents import LIST, Contents, faults
from tests.container.server import ServedImage

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / ".local" / "container"
IMAGE = "app-web-service-check"
MIGRATE = f"{IMAGE}-migrate"
TRUST = ("/etc/ssl/certs", "/usr/share/ca-certificates", "/usr/local/share/ca-certificates")
"""This machine's certificates: what the build downloads may come through a proxy that only they know."""
PIP = "[global]\ncert = /etc/ssl/certs/ca-certificates.crt\n"


def main() -> int:
    missing = [tool for tool in ("buildah", "debootstrap") if not shutil.which(tool)]
    if missing or os.geteuid():
        say("This builds an image on Debian, as root: apt-get install -y buildah debootstrap")
        return USAGE_ERROR
    FOLDER.mkdir(parents=True, exist_ok=True)
    buildah = Buildah(FOLDER)
    base = base_name(ROOT / "Containerfile")
    if not buildah.has_image(base):
        timed(f"made a stand-in for {base}", lambda: make_base(buildah, base))
    timed("built the Containerfile", lambda: build(buildah, IMAGE))
    timed("built its migrations", lambda: build(buildah, MIGRATE, "--target", "migrate"))
    containers = [buildah("from", "--pull-never", image) for image in (IMAGE, MIGRATE)]
    try:
        say(f"size: {buildah('images', '--format', '{{.Size}}', IMAGE)}, base included")
        return check(buildah, *containers)
    finally:
        buildah("rm", *containers)
        buildah("rmi", IMAGE, MIGRATE)


def say(line: str) -> None:
    print(line, flush=True)  # the session's own report


def timed(what: str, work: Callable[[], None]) -> None:
    start = time.monotonic()
    work()
    say(f"{what} in {time.monotonic() - start:.0f} s")


def build(buildah: Buildah, image: str, *options: str) -> None:
    pip = FOLDER / "pip.conf"
    pip.write_text(PIP)
    mounts = [f"--volume={folder}:{folder}:ro" for folder in TRUST if Path(folder).is_dir()]
    mounts.append(f"--volume={pip}:/etc/pip.conf:ro")
    output = FOLDER / "build.log"
    try:
        with output.open("w") as log:
            buildah(
                "build", "--isolation", "chroot", "--pull-never", "--format", "docker",
                "--tag", image, *options, *mounts, str(ROOT), log=log,
            )  # fmt: skip
    except subprocess.CalledProcessError:
        sys.exit(f"FAILED to build the Containerfile:\n{output.read_text()}")


def check(buildah: Buildah, container: str, migrating: str) -> int:
    config = buildah.config(IMAGE)
    with TemporaryDirectory() as folder, embedded_postgres(Path(folder) / "data", keep=False):
        database = Path(folder) / "data" / ".s.PGSQL.5432"
        image = ServedImage(buildah, container, config, database)
        migrations = ServedImage(buildah, migrating, buildah.config(MIGRATE), database)
        wrong = faults(
            msgspec.json.decode(image.run("python", "-c", LIST).stdout, type=Contents), ROOT / "pdm.lock"
        )
        expect("it listens to the network", "HOST=0.0.0.0" in config.env, wanted=True)
        expect("what does not belong in it", wrong, [])
        before = "healthy" if image.is_healthy() else "unhealthy"
        expect("its health check while nothing serves", before, "unhealthy")
        migrated = migrations.run(*migrations.command)
        say(f"{migrated.stdout}{migrated.stderr}".strip())
        expect("exit code of its migrations", migrated.returncode, 0)
        with image.serving(FOLDER / "server.log") as process:
            say("its health check while it serves: 'healthy'")
            expect("a list with a token, and without", image.answers(), (200, 401))
            expect(f"exit code after {config.stop_signal}", image.terminate(process), 0)
    return 0


def expect(what: str, found: object, wanted: object) -> None:
    if found != wanted:
        sys.exit(f"FAILED {what}: {found!r}, not {wanted!r}")
    say(f"{what}: {found!r}")


if __name__ == "__main__":
    ArgumentParser(prog="nox -s container", description=__doc__).parse_args()
    sys.exit(main())
