"""nox -s clients: lints the API document, generates clients from it, and has them call a served API."""

import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from service.dev.demo.data import user_rows
from service.dev.demo.load import load_demo
from service.dev.deploy import connect, deploy
from service.dev.openapi import FILE as DOCUMENT
from service.dev.postgres import embedded_postgres
from service.prisma.migrations import read_migrations
from service.prisma.url import parse_database_url
from tests.example.support import SERVICE
from tests.support.api import SECRET_KEY, token
from tests.support.server import running

HERE = Path(__file__).parent
GENERATED = HERE / "generated"
SCHEMA = HERE.parents[2] / "migrations-readonly" / "schema.prisma"
NEEDED_NODE = (20, 19)
NO_NODE = "Skipped: this needs Node {0}.{1} or newer, with npm, and there is {2} here. Install it, then run this again."
ENVIRONMENT = {
    # `prisma generate` asks for an engine that it does not use; any program will do.
    "PRISMA_SCHEMA_ENGINE_BINARY": shutil.which("true") or "",
    "PRISMA_HIDE_UPDATE_MESSAGE": "true",
    "CHECKPOINT_DISABLE": "1",
    "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true",
    "REDOCLY_TELEMETRY": "off",
    "MYPYPATH": "generated",
    "PYTHONPATH": "generated",
}
USER = str(user_rows()[0]["id"])


def main() -> int:
    if (missing := _missing_node()) is not None:
        print(NO_NODE.format(*NEEDED_NODE, missing))
        return 0
    shutil.rmtree(GENERATED, ignore_errors=True)
    (GENERATED / "prisma").mkdir(parents=True)
    install()
    lint()
    generate()
    check()
    with served() as environment:
        # As Next.js runs what is for the server's side alone.
        for program in ("typescript/round.js", "prisma/same-rows.js"):
            call("node", "--conditions=react-server", f"generated/built/{program}", **environment)
        call(sys.executable, "python/round.py", **environment)
    print("Every client was generated without a warning and made its round.")
    return 0


def install() -> None:
    """What package-lock.json pins, unless it is here already."""
    installed = HERE / "node_modules" / ".package-lock.json"
    if not installed.is_file() or installed.stat().st_mtime < (HERE / "package-lock.json").stat().st_mtime:
        call("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")


def lint() -> None:
    """No error, no warning."""
    tool("redocly", "lint", str(DOCUMENT), "--max-problems=1000")
    tool("spectral", "lint", str(DOCUMENT), "--fail-severity=warn")


def generate() -> None:
    tool("openapi-typescript", str(DOCUMENT), "--output", "nextjs/lib/api.ts")
    # Prisma looks for its client beside the schema.
    shutil.copy(SCHEMA, GENERATED / "prisma")
    tool("prisma", "generate", "--schema=generated/prisma/schema.prisma")
    call(
        *(sys.executable, "-m", "openapi_python_client", "generate", "--fail-on-warning", "--meta=none"),
        *(
            "--path",
            str(DOCUMENT),
            "--output-path=generated/data_api_client",
            "--config=python/generator.yaml",
        ),
    )


def check() -> None:
    """The compilers' word on what was generated and on the programs that use it."""
    tool("tsc", "--project", "tsconfig.json")
    call(
        sys.executable,
        "-m",
        "mypy",
        "--strict",
        "--explicit-package-bases",
        "generated/data_api_client",
        "python/round.py",
    )


@contextmanager
def served() -> Generator[dict[str, str]]:
    """The API as production runs it, over demo data; what the programs need to know of it."""
    with tempfile.TemporaryDirectory() as folder, embedded_postgres(Path(folder), keep=False) as postgres:
        database = asyncio.run(postgres.create_database("clients"))
        asyncio.run(_fill(database))
        with Path(folder, "log").open("w") as log, running(database, log, command=SERVICE) as server:
            yield {
                "DATABASE_URL": database,
                "DATA_API_URL": server.url.removesuffix("/api/v1"),
                "SECRET_KEY": SECRET_KEY,
                "TOKEN": token(USER),
                "USER_ID": USER,
            }


async def _fill(url: str) -> None:
    database = parse_database_url(url)
    connection = await connect(database)
    await deploy(connection, read_migrations())
    await connection.close()
    await load_demo(database)


def tool(name: str, *arguments: str) -> None:
    """Run a tool that package-lock.json pins."""
    call(f"node_modules/.bin/{name}", *arguments)


def call(*command: str, **environment: str) -> None:
    print("+", *(Path(command[0]).name, *command[1:]), flush=True)
    subprocess.run(command, cwd=HERE, check=True, env=os.environ | ENVIRONMENT | environment)


def _missing_node() -> str | None:
    """What is there instead of the Node that this needs; None where it is there."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        return "none"
    version = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout.strip()
    major, minor, *_ = version.removeprefix("v").split(".")
    return None if (int(major), int(minor)) >= NEEDED_NODE else version


if __name__ == "__main__":
    try:
        sys.exit(main())
    except subprocess.CalledProcessError as error:
        print(f"Failed: {' '.join(error.cmd)}")
        sys.exit(1)
