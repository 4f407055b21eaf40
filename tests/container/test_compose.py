"""The compose files, as far as they can be judged without an engine."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

import msgspec
import pytest

from service.prisma.url import parse_database_url

ROOT = Path(__file__).parents[2]


class Service(msgspec.Struct):
    image: str = ""
    build: dict[str, str] = {}
    command: list[str] = []
    environment: dict[str, str] = {}
    depends_on: dict[str, dict[str, str]] = {}
    healthcheck: dict[str, Any] = {}
    ports: list[str] = []
    volumes: list[str] = []


class Compose(msgspec.Struct):
    services: dict[str, Service]
    volumes: dict[str, None] = {}


def read(name: str) -> Compose:
    return msgspec.yaml.decode((ROOT / name).read_bytes(), type=Compose)


BASE = read("compose.yaml")


def test_the_api_waits_for_a_healthy_and_migrated_database() -> None:
    healthy = {"database": {"condition": "service_healthy"}}
    assert BASE.services["database"].healthcheck["test"][1] == "pg_isready"
    assert BASE.services["migrate"].depends_on == healthy
    assert BASE.services["api"].depends_on == healthy | {
        "migrate": {"condition": "service_completed_successfully"}
    }


def test_migrations_run_from_a_stage_of_their_own() -> None:
    assert BASE.services["migrate"].image != BASE.services["api"].image
    assert BASE.services["migrate"].build["target"] == "migrate"
    assert "target" not in BASE.services["api"].build


def test_only_the_database_of_the_file_is_ever_migrated_or_served() -> None:
    database = BASE.services["database"].environment
    for name in ("migrate", "api"):
        address = parse_database_url(BASE.services[name].environment["DATABASE_URL"]).url
        assert (address.host, address.username, address.password, address.database) == (
            "database",
            database["POSTGRES_USER"],
            database["POSTGRES_PASSWORD"],
            database["POSTGRES_DB"],
        )
    assert BASE.services["api"].environment["DATABASE_REPLICA_URLS"] == "[]"


def test_it_is_published_to_this_machine_only() -> None:
    published = [port for service in BASE.services.values() for port in service.ports]
    assert published == ["127.0.0.1:${PORT:-8000}:8000"]


def test_named_volumes_exist() -> None:
    mounts = [volume.partition(":")[0] for service in BASE.services.values() for volume in service.volumes]
    assert set(mounts) == set(BASE.volumes)


def test_development_reloads_the_checkout_in_one_process() -> None:
    override = read("compose.override.yaml")
    assert override.services.keys() <= BASE.services.keys()
    api = override.services["api"]
    assert "--reload" in api.command
    assert api.environment["WORKERS"] == "1"
    assert api.volumes == ["./service:/app/service:ro"]


@pytest.mark.skipif(shutil.which("docker") is None, reason="the docker client is not installed")
def test_compose_reads_them() -> None:
    if subprocess.run(["docker", "compose", "version"], capture_output=True, check=False).returncode:
        pytest.skip("the docker client has no compose plugin")
    for files in (["-f", "compose.yaml"], []):
        read_by = subprocess.run(
            ["docker", "compose", *files, "config", "--quiet"],
            cwd=ROOT, capture_output=True, text=True, timeout=30, check=False,
        )  # fmt: skip
        assert read_by.returncode == 0, read_by.stderr
