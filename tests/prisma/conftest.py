"""The trap schemas: generated once, then exercised by processes of their own."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from service.dev.generator.modules import Generated, generate
from service.dev.migrate import migrate
from service.dev.postgres import EmbeddedPostgres
from service.prisma.migrations import read_migrations
from tests.support.certificates import Authority

ROOT = Path(__file__).parents[2]
SCHEMAS = Path(__file__).with_name("schemas")
TRAPS = sorted(path.name for path in SCHEMAS.iterdir())
PROCESSES = 2


@dataclass(frozen=True)
class Trap:
    """A trap schema, what was generated for it, and what that can do."""

    name: str
    package: Path
    url: str
    generated: Generated
    report: Mapping[str, Any]

    @property
    def tables(self) -> str:
        return self.generated.modules["tables"]


@pytest.fixture(scope="session")
async def traps(postgres: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Trap]:
    folder = tmp_path_factory.mktemp("packages")
    free = asyncio.Semaphore(PROCESSES)
    prepared = [(name, *await prepare(postgres, name, folder, f"trap_{name}")) for name in TRAPS]
    found = await asyncio.gather(*(_exercise(folder, free, *trap) for trap in prepared))
    return {trap.name: trap for trap in found}


async def prepare(postgres: EmbeddedPostgres, name: str, folder: Path, package: str) -> tuple[str, Generated]:
    """Write the package of a trap schema, and make the database of that name that it was generated from."""
    migrations = read_migrations(SCHEMAS / name)
    url = await postgres.create_database(package)
    await migrate(postgres, url, migrations)
    generated = await generate(SCHEMAS / name, url, package)
    (folder / package).mkdir()
    for module, source in generated.modules.items():
        (folder / package / f"{module}.py").write_text(source, "utf-8")
    return url, generated


async def _exercise(folder: Path, free: asyncio.Semaphore, name: str, url: str, generated: Generated) -> Trap:
    command = ["-m", "tests.prisma.support.exercise", f"trap_{name}", str(SCHEMAS / name), url]
    async with free:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *command,
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": f"{folder}{os.pathsep}{ROOT}"},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, err = await process.communicate()
    report = json.loads(out) if process.returncode == 0 else {"crashed": err.decode()}
    return Trap(name, folder / f"trap_{name}", url, generated, report)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """Where a Prisma folder is mirrored."""
    return tmp_path / "mirror"


@pytest.fixture
async def mirrored_url(postgres: EmbeddedPostgres) -> AsyncGenerator[str]:
    """A database that holds the mirrored schema and nothing else."""
    url = await postgres.create_database("mirrored")
    await migrate(postgres, url, read_migrations())
    yield url
    await postgres.drop_database("mirrored")
