"""The commands behind the sessions."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import httpx
import psutil
import pytest

from service.core.resources.declarations import undecided_in
from service.dev import openapi, smoke
from service.dev.contract import release
from service.dev.postgres import EmbeddedPostgres
from service.prisma.migrations import read_migrations
from service.resources import RESOURCES
from tests.support.raw import request
from tests.support.server import ROOT, free_port


def test_smoke(capsys: pytest.CaptureFixture[str]) -> None:
    undecided = undecided_in(each for resource in RESOURCES for each in resource.repositories().values())
    assert smoke.main() == (1 if undecided else 0)
    said = capsys.readouterr().out
    assert "local: " in said
    assert all(model in said for model in undecided)


def test_the_committed_document_is_what_the_code_says(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert openapi.main(["--check"]) == 0
    monkeypatch.setattr(openapi, "FILE", tmp_path / "openapi.json")
    assert openapi.main(["--check"]) == 1
    assert "nox -s openapi" in capsys.readouterr().out
    assert openapi.main([]) == 0
    assert openapi.main(["--check"]) == 0


def test_a_change_that_breaks_clients_fails_under_the_same_major_version(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = tmp_path / "released.json"
    monkeypatch.setattr(openapi, "FILE", tmp_path / "openapi.json")
    monkeypatch.setattr(release, "RELEASED", kept)
    assert openapi.main([]) == 0
    assert openapi.main(["--check"]) == 0, "nothing was released"
    assert openapi.main(["--release"]) == 0
    assert openapi.main(["--check"]) == 0
    released = kept.read_text("utf-8").replace('"checkHealth"', '"isHealthy"')
    kept.write_text(released, "utf-8")
    for option in ("--check", "--release"):
        assert openapi.main([option]) == 1
        assert "GET /api/v1/utils/health-check: `operationId` is checkHealth" in capsys.readouterr().out
        assert kept.read_text("utf-8") == released
    version = (
        f'"version": "{tomllib.loads(Path(ROOT, "pyproject.toml").read_text("utf-8"))["project"]["version"]}"'
    )
    kept.write_text(released.replace(version, '"version": "0.9.9"'), "utf-8")
    assert openapi.main(["--check"]) == 0, "the major version is higher"
    kept.write_text(released, "utf-8")
    assert openapi.main(["--release", "--unpublished"]) == 0
    assert openapi.main(["--check"]) == 0


def run_command(local: Path, port: int, root: Path = ROOT, **variables: str) -> "subprocess.Popen[str]":
    environment = {
        name: value
        for name, value in os.environ.items()
        if name in {"PATH", "HOME"} or name.startswith("COVERAGE_")
    }
    return subprocess.Popen(
        [sys.executable, "-m", "service.dev.run"],
        cwd=root,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=environment
        | {"PORT": str(port), "LOCAL_FOLDER": str(local), "PYTHONUNBUFFERED": "1"}
        | variables,
        start_new_session=True,
    )


def wait_for(url: str, seconds: float = 30) -> httpx.Response:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            return httpx.get(url)
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError(f"{url} did not answer")


def wait_until_free(port: int, seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return
        time.sleep(0.1)
    raise AssertionError(f"something still listens on port {port}")


@pytest.mark.slow
def test_run_starts_on_a_database_of_its_own_and_keeps_it(tmp_path: Path) -> None:
    made: list[int] = []
    for _ in range(2):
        port = free_port()
        process = run_command(tmp_path, port)
        try:
            base = f"http://127.0.0.1:{port}/api/v1"
            assert wait_for(f"{base}/utils/health-check").json() == {"status": True}
            made.append((tmp_path / "postgres" / "PG_VERSION").stat().st_mtime_ns)
            process.send_signal(signal.SIGINT)
            output, _ = process.communicate(timeout=30)
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
        first = output.splitlines()[:3]
        assert [line.split()[0] for line in first] == ["Health", "API", "Database"]
        assert not (tmp_path / "postgres" / "postmaster.pid").exists()
    assert made[0] == made[1]


@pytest.mark.slow
def test_run_recovers_from_being_killed(tmp_path: Path) -> None:
    port = free_port()
    health = f"http://127.0.0.1:{port}/api/v1/utils/health-check"
    with run_command(tmp_path, port) as killed:
        wait_for(health)
        killed.kill()
    wait_until_free(port)
    process = run_command(tmp_path, port)
    try:
        wait_for(health)
        process.send_signal(signal.SIGINT)
        time.sleep(0.2)
        process.send_signal(signal.SIGINT)
        output, _ = process.communicate(timeout=30)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
    assert "Traceback" not in output
    assert not (tmp_path / "postgres" / "postmaster.pid").exists()


@pytest.mark.slow
async def test_run_leaves_a_named_database_as_it_is(postgres: EmbeddedPostgres, tmp_path: Path) -> None:
    url = await postgres.create_database("named")
    port = free_port()
    process = run_command(tmp_path, port, DATABASE_URL=url)
    try:
        wait_for(f"http://127.0.0.1:{port}/api/v1/utils/health-check")
        shown = httpx.get(f"http://127.0.0.1:{port}/api/v1/private/diagnostics/database").json()
        assert shown["migrations"]["missing"] == [migration.name for migration in read_migrations()]
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
    assert not (tmp_path / "postgres").exists()
    await postgres.drop_database("named")


def serving_child(process: "subprocess.Popen[str]") -> int:
    """The process that hot reload has started last."""
    children = psutil.Process(process.pid).children()
    return max((child.pid for child in children if "spawn_main" in " ".join(child.cmdline())), default=0)


@pytest.mark.slow
def test_run_reloads_while_a_body_is_half_sent(sqlite_url: str, tmp_path: Path) -> None:
    port = free_port()
    health = f"http://127.0.0.1:{port}/api/v1/utils/health-check"
    # A copy: what is changed here must not reload what other tests run.
    shutil.copytree(ROOT / "service", tmp_path / "service")
    process = run_command(tmp_path, port, tmp_path, DATABASE_URL=sqlite_url)
    try:
        wait_for(health)
        before = serving_child(process)
        with socket.create_connection(("127.0.0.1", port)) as caller:
            json_type = {"Content-Type": "application/json", "Content-Length": "100"}
            caller.sendall(request("POST", "/topics", json_type) + b"{")
            time.sleep(0.5)
            changed = tmp_path / "service" / "__init__.py"
            changed.write_bytes(changed.read_bytes())
            deadline = time.monotonic() + 15
            while serving_child(process) in {0, before}:
                assert time.monotonic() < deadline, "it waits for the body"
                time.sleep(0.1)
            wait_for(health)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)


def test_a_taken_port_is_one_clear_line(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        process = run_command(tmp_path, taken.getsockname()[1], DATABASE_URL="postgresql://a@b/c")
        output, _ = process.communicate(timeout=30)
    assert process.returncode == 2
    assert "is taken" in output
    assert "Traceback" not in output
