"""The programs that the session calls: which it needs, and how they are called."""

import os
import re
import shutil
import subprocess
from pathlib import Path

HERE = Path(__file__).parent
NODE = (22, 18)
"""What orval and hey-api ask for. npm brings it for Linux; elsewhere it has to be there."""
ENVIRONMENT = {
    "PATH": os.pathsep.join([str(HERE / "node_modules" / ".bin"), os.environ.get("PATH", os.defpath)]),
    # `prisma generate` asks for an engine that it does not use; any program will do.
    "PRISMA_SCHEMA_ENGINE_BINARY": shutil.which("true") or "",
    "PRISMA_HIDE_UPDATE_MESSAGE": "true",
    "CHECKPOINT_DISABLE": "1",
    "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true",
    "REDOCLY_TELEMETRY": "off",
    "MYPYPATH": "generated",
    "PYTHONPATH": "generated",
    "JAVA_OPTS": "-Dlog.level=warn",
    # What is generated for Go uses nothing but Go's own library, and must go on so.
    "GOPROXY": "off",
    "GOTOOLCHAIN": "local",
    "GOFLAGS": "",
    "CGO_ENABLED": "0",
}


class MissingProgram(Exception):
    """A program that has to be installed is not, or is too old."""


def call(*command: str, folder: Path = HERE, **environment: str) -> None:
    print("+", *(Path(command[0]).name, *command[1:]), flush=True)
    subprocess.run(command, cwd=folder, check=True, env=os.environ | ENVIRONMENT | environment)


def install() -> None:
    """What package-lock.json pins, unless it is here already. Raises `MissingProgram`."""
    need("npm")
    installed = HERE / "node_modules" / ".package-lock.json"
    if not installed.is_file() or installed.stat().st_mtime < (HERE / "package-lock.json").stat().st_mtime:
        call("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
    need("node")
    said = subprocess.run(
        ["node", "--version"], env=os.environ | ENVIRONMENT, capture_output=True, text=True, check=True
    ).stdout
    if tuple(map(int, re.findall(r"\d+", said)[:2])) < NODE:
        raise MissingProgram(f"Node {NODE[0]}.{NODE[1]} or newer, and there is {said.strip()}")


def need(*programs: str) -> None:
    """Raises `MissingProgram`."""
    for program in programs:
        if shutil.which(program, path=ENVIRONMENT["PATH"]) is None:
            raise MissingProgram(f"`{program}`")
