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

from tests.example.bench.cases import Case
from tests.example.bench.ways import BELOW_NESTED, GRAPHQL, PLAIN, Way

HERE = Path(__file__).parent / "contestants"
ROOT = Path(__file__).parents[3]
CACHE = ROOT / ".local" / "bench"
NODE = HERE / "node"
SECRET_KEY = secrets.token_hex(32)
POOL = 2 * (os.cpu_count() or 1) + 1
"""The connections of each: two a core and one more, as Prisma's and PostgreSQL's own advice goes."""
NODE_ENVIRONMENT = {
    # The newest Node.js that any of them asks for, the same for all.
    "PATH": os.pathsep.join([str(NODE / "node_modules" / ".bin"), os.environ["PATH"]]),
    # `prisma generate` asks for an engine that it does not use; any program will do.
    "PRISMA_SCHEMA_ENGINE_BINARY": shutil.which("true") or "",
    "PRISMA_HIDE_UPDATE_MESSAGE": "true",
    "CHECKPOINT_DISABLE": "1",
    "NEXT_TELEMETRY_DISABLED": "1",
    "NODE_ENV": "production",
    "GRAPHILE_ENV": "production",
}
QUIETLY = ("--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
UVICORN = ("-m", "uvicorn", "--loop=uvloop", "--http=httptools", "--no-access-log", "--log-level=error")


class Contestant(msgspec.Struct, frozen=True):
    """`command` is started in `folder`, with DATABASE_URL, POOL and PORT in its environment.

    `flat` and `nested` say how it is asked for pages alone and with related rows; None where it does not show them.
    """

    name: str
    command: tuple[str, ...]
    folder: Path
    environment: Mapping[str, str] = {}
    install: Callable[[], None] = lambda: None
    needs: tuple[str, ...] = ()
    url_parameters: str = ""
    flat: Way | None = PLAIN
    nested: Way | None = None

    def way(self, case: Case) -> Way | None:
        """How it is asked in this case; None where it does not take part."""
        return self.nested if case.nested else self.flat

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
    schema = (ROOT / "migrations-readonly" / "schema.prisma").read_text()
    # What lets a query choose `relationLoadStrategy`.
    schema = schema.replace('["views"]', '["views", "relationJoins"]')
    (NODE / "generated" / "schema.prisma").write_text(schema)
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
    nested=PLAIN,
)
FLOOR = Contestant("floor", (sys.executable, *UVICORN, "app:app"), HERE / "floor", nested=BELOW_NESTED)
FASTAPI = Contestant(
    "FastAPI + SQLModel",
    (str(CACHE / "fastapi" / "bin" / "python"), *UVICORN, "app:app"),
    HERE / "fastapi_sqlmodel",
    install=_install_fastapi,
    nested=BELOW_NESTED,
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
    nested=BELOW_NESTED,
)
DRIZZLE = Contestant(
    "Fastify + Drizzle",
    ("node", "drizzle.mjs"),
    NODE,
    NODE_ENVIRONMENT,
    install=_install_node,
    needs=("node", "npm"),
    flat=None,
    nested=BELOW_NESTED,
)
POSTGRAPHILE = Contestant(
    "PostGraphile",
    ("node", "postgraphile.mjs"),
    NODE,
    NODE_ENVIRONMENT,
    install=_install_node,
    needs=("node", "npm"),
    flat=None,
    nested=GRAPHQL,
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


CONTESTANTS = [SERVICE, FLOOR, FASTAPI, FASTIFY, NEXT, GUIDE, DRIZZLE, POSTGRAPHILE]
