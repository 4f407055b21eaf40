"""Who takes part, and how each is installed and started."""

import os
import secrets
import shutil
import subprocess
import sys
import venv
from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec

HERE = Path(__file__).parent / "contestants"
ROOT = Path(__file__).parents[3]
CACHE = ROOT / ".local" / "bench"
NODE = HERE / "node"
SECRET_KEY = secrets.token_hex(32)
POOL = 2 * (os.cpu_count() or 1) + 1
"""The connections of each: two a core and one more, as Prisma's and PostgreSQL's own advice goes."""
NODE_ENVIRONMENT = {
    # `prisma generate` asks for an engine that it does not use; any program will do.
    "PRISMA_SCHEMA_ENGINE_BINARY": shutil.which("true") or "",
    "PRISMA_HIDE_UPDATE_MESSAGE": "true",
    "CHECKPOINT_DISABLE": "1",
    "NEXT_TELEMETRY_DISABLED": "1",
    "NODE_ENV": "production",
}
QUIETLY = ("--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
UVICORN = ("-m", "uvicorn", "--loop=uvloop", "--http=httptools", "--no-access-log", "--log-level=error")


class Contestant(msgspec.Struct, frozen=True):
    """`command` is started in `folder`, with DATABASE_URL, POOL and PORT in its environment."""

    name: str
    command: tuple[str, ...]
    folder: Path
    environment: Mapping[str, str] = {}
    install: Callable[[], None] = lambda: None
    needs: tuple[str, ...] = ()
    url_parameters: str = ""

    def missing(self) -> str | None:
        """A program that it needs and that is not here."""
        return next((program for program in self.needs if shutil.which(program) is None), None)


def _install_fastapi() -> None:
    """An environment of its own, with what requirements.txt pins."""
    requirements = (HERE / "fastapi_sqlmodel" / "requirements.txt").read_text()
    folder = CACHE / "fastapi"
    stamp = folder / "requirements.txt"
    if stamp.is_file() and stamp.read_text() == requirements:
        return
    venv.create(folder, with_pip=True, clear=True)
    stamp.write_text(requirements)
    _call(str(folder / "bin" / "pip"), "install", "--quiet", "--no-deps", "-r", str(stamp), folder=folder)


def _install_node() -> None:
    """What package-lock.json pins, Prisma's client, and Next.js' production build."""
    installed = NODE / "node_modules" / ".package-lock.json"
    if not installed.is_file() or installed.stat().st_mtime < (NODE / "package-lock.json").stat().st_mtime:
        # Not `npm ci`: it refuses a lock file without the optional packages of platforms that a registry lacks.
        _call("npm", "install", "--no-save", *QUIETLY, folder=NODE)
    (NODE / "generated").mkdir(exist_ok=True)
    shutil.copy(ROOT / "migrations-readonly" / "schema.prisma", NODE / "generated")
    _call("node_modules/.bin/prisma", "generate", "--schema=generated/schema.prisma", folder=NODE)


def _install_next() -> None:
    _install_node()
    _call("node_modules/.bin/next", "build", folder=NODE)


def _call(*command: str, folder: Path) -> None:
    subprocess.run(
        command, cwd=folder, check=True, stdout=subprocess.DEVNULL, env=os.environ | NODE_ENVIRONMENT
    )


SERVICE = Contestant(
    "this service",
    (sys.executable, "-m", "service"),
    ROOT,
    {"ENVIRONMENT": "production", "SECRET_KEY": SECRET_KEY},
    url_parameters=f"&connection_limit={POOL}",
)
FLOOR = Contestant("floor", (sys.executable, *UVICORN, "app:app"), HERE / "floor")
FASTAPI = Contestant(
    "FastAPI + SQLModel",
    (str(CACHE / "fastapi" / "bin" / "python"), *UVICORN, "app:app"),
    HERE / "fastapi_sqlmodel",
    install=_install_fastapi,
)
GUIDE = Contestant(
    "Litestar + Advanced Alchemy",
    (sys.executable, *UVICORN, "app:app"),
    HERE / "litestar_advanced_alchemy",
    {"PYTHONPATH": str(ROOT)},
)
FASTIFY = Contestant(
    "Fastify + Prisma",
    ("node", "fastify.mjs"),
    NODE,
    NODE_ENVIRONMENT,
    install=_install_node,
    needs=("node", "npm"),
)
NEXT = Contestant(
    "Next.js + Prisma",
    ("node_modules/.bin/next", "start", "--hostname=127.0.0.1"),
    NODE,
    NODE_ENVIRONMENT,
    install=_install_next,
    needs=("node", "npm"),
)


def earlier(revision: str) -> Contestant:
    """This service as it was at a revision of git, with the packages of today."""
    folder = CACHE / f"revision-{revision}"

    def check_out() -> None:
        if not folder.is_dir():
            _call("git", "worktree", "prune", folder=ROOT)
            _call("git", "worktree", "add", "--detach", str(folder), revision, folder=ROOT)

    return msgspec.structs.replace(
        SERVICE, name=f"this service at {revision}", folder=folder, install=check_out, needs=("git",)
    )


CONTESTANTS = [SERVICE, FLOOR, FASTAPI, FASTIFY, NEXT, GUIDE]
