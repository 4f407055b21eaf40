"""What we read in a schema is what Prisma's own parser reads in it."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from service.dev.schema import read_schema, schema_files
from service.prisma.migrations import MIRROR
from tests.prisma.support.dmmf import ours, theirs

HERE = Path(__file__).parent
NODE = HERE / "node"
SCHEMAS = {
    "mirror": MIRROR / "schema.prisma",
    "folder": HERE / "grammar" / "folder",
    **{path.stem: path for path in sorted((HERE / "grammar").glob("*.prisma"))},
}


@pytest.fixture(scope="session")
def prisma() -> dict[str, Any]:
    """What Prisma's parser makes of each schema."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        pytest.skip("Prisma's own parser needs Node, which is not here")
    if not (NODE / "node_modules").is_dir():
        done = subprocess.run(
            [npm, "ci", "--ignore-scripts"], cwd=NODE, capture_output=True, check=False, timeout=90
        )
        if done.returncode:
            pytest.skip("Prisma's own parser cannot be installed here")
    texts = [
        [[str(file), file.read_bytes().decode()] for file in (schema_files(path) or [path])]
        for path in SCHEMAS.values()
    ]
    done = subprocess.run(
        [node, "dmmf.cjs"],
        cwd=NODE,
        input=json.dumps(texts),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return dict(zip(SCHEMAS, json.loads(done.stdout), strict=True))


@pytest.mark.parametrize("name", SCHEMAS)
def test_we_read_what_prisma_reads(name: str, prisma: dict[str, Any]) -> None:
    read = prisma[name]
    assert "error" not in read, read["error"]
    assert ours(read_schema(SCHEMAS[name])) == theirs(read)
