"""The commands behind the sessions."""

import contextlib
import hashlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import IO

import httpx
import jwt
import psutil
import pytest
from litestar import Litestar

from service import start
from service.core.http.operation import declare_operations
from service.core.resources.controller import repositories_of
from service.core.resources.declarations import undecided_in
from service.dev import openapi, port, reloaded, run, smoke
from service.dev.contract import release
from service.dev.declarations import undecided
from service.dev.exit_codes import USAGE_ERROR
from service.dev.postgres import EmbeddedPostgres
from service.prisma.migrations import BASELINE, Migration, read_migrations
from service.prisma.url import parse_database_url
from service.resources import RESOURCES
from tests.prisma.support.command import ASCII
from tests.support.api import SECRET_KEY
from tests.support.edge import NO_DATABASE
from tests.support.raw import request
from tests.support.server import ROOT, free_port
from tests.support.things import application


def test_smoke(capsys: pytest.CaptureFixture[str]) -> None:
    undecided = undecided_in(repositories_of(RESOURCES))
    assert smoke.main() == (1 if undecided else 0)
    out, err = capsys.readouterr()
    assert "local: " in out
    assert all(model in err for model in undecided)


def test_what_json_cannot_carry_is_refused_before_anybody_calls(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    app = application(payload=object)
    app.state.operations = declare_operations(app)

    def create(*_: object) -> Litestar:
        return app

    monkeypatch.setattr("service.app.create_app", create)
    monkeypatch.setattr(start, "create_app", create)
    for command in (smoke.main, undecided.main, partial(openapi.main, ["--check"])):
        assert command() == 1
        assert capsys.readouterr().err.startswith("The payload of createThing: ")
    with pytest.raises(SystemExit, match="The payload of createThing"):
        reloaded.create_app()


SENTENCE = (
    "from service.core.resources.mapping import MappingError\nraise MappingError(\"no column 'nam'\")\n"
)
WRONG = {
    "service/resources.py:2: no column 'nam'\n": SENTENCE,
    "service/resources.py:2: no column 'nam'\nWhere service/models is wrong": SENTENCE.replace(
        "service.core.resources.mapping import MappingError",
        "sqlalchemy.exc import ArgumentError as MappingError",
    ),
    "service/resources.py:2: AttributeError: module 'service.models.tables' has no attribute 'Nobody'": (
        "from service.models import tables\nRESOURCES = tables.Nobody\n"
    ),
    "service/resources.py:1: '(' was never closed\n": "RESOURCES = (\n",
    "service/resources.py:2: a path twice\n": SENTENCE.replace(
        "service.core.resources.mapping import MappingError",
        "litestar.exceptions import ImproperlyConfiguredException as MappingError",
    ).replace("no column 'nam'", "a path twice"),
    # What no check of this service's own has found says where in the service it came out, too.
    "service/resources.py:2: AttributeError: 'str' object has no attribute '__mapper__' (in service/core/resources/": (
        "from service.core.resources.mapping import Mapping\nMapping(str, '')\n"
    ),
}


@pytest.mark.parametrize(
    ("command", "said"),
    [
        *(
            (command, next(iter(WRONG)))
            for command in ("service", "service.dev.declarations.undecided", "service.dev.openapi")
        ),
        *(("service.dev.smoke", said) for said in WRONG),
    ],
)
def test_a_resource_that_cannot_be_served_is_named_without_a_traceback(
    tmp_path: Path, command: str, said: str
) -> None:
    shutil.copytree(Path(ROOT, "service"), tmp_path / "service")
    # As the first import of a resource fails.
    (tmp_path / "service" / "resources.py").write_text(WRONG[said], "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", command],
        cwd=tmp_path,
        env=os.environ
        | {
            "ENVIRONMENT": "local",
            "SECRET_KEY": SECRET_KEY,
            "DATABASE_URL": NO_DATABASE,
            "PORT": str(free_port()),
        },
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == (USAGE_ERROR if command == "service" else 1)
    assert done.stderr.startswith(said)
    assert "Traceback" not in done.stdout + done.stderr


def test_a_locale_without_umlauts_hides_no_difference(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from service.dev import openapi; "
        r"openapi.FILE = Path(sys.argv[1]); openapi.render = lambda: 'gr\xf6\xdfe'; sys.exit(openapi.main(['--check']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "openapi.json")],
        env=os.environ | ASCII,
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert (done.returncode, "+größe" in done.stdout) == (1, True), done.stderr


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


async def test_an_application_that_was_adopted_finds_nothing_of_the_one_before(
    postgres: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fill_nothing(_: object) -> None:
        pass

    monkeypatch.setattr(run, "DEMO", "service.dev.no_demo")
    monkeypatch.setattr(run, "_fill", fill_nothing)
    found: list[str] = []
    for columns in ("id int", "id text"):
        sql = f'CREATE TABLE "User" ({columns})'
        migrations = [Migration("1_init", sql, hashlib.sha256(sql.encode()).hexdigest())]
        monkeypatch.setattr(run, "read_migrations", partial(list[Migration], migrations))
        found += [await run.prepare(postgres), await run.prepare(postgres)]
    assert found[0] == found[1] != found[2] == found[3]
    for url in found[1:3]:
        await postgres.drop_database(str(parse_database_url(url).url.database))


def run_command(
    local: Path,
    port: int,
    root: Path = ROOT,
    listener: socket.socket | None = None,
    output: int | IO[str] = subprocess.PIPE,
    **variables: str,
) -> "subprocess.Popen[str]":
    environment = {
        name: value
        for name, value in os.environ.items()
        if name in {"PATH", "HOME"} or name.startswith("COVERAGE_")
    }
    return subprocess.Popen(
        [sys.executable, "-m", "service.dev.run"],
        cwd=root,
        stdout=output,
        stderr=subprocess.STDOUT,
        text=True,
        env=environment
        | {"PORT": str(port), "LOCAL_FOLDER": str(local), "PYTHONUNBUFFERED": "1"}
        | variables,
        start_new_session=True,
        pass_fds=[listener.fileno()] if listener else [],
    )


def wait_for(url: str, process: "subprocess.Popen[str]", seconds: float = 60) -> httpx.Response:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and process.poll() is None:
        try:
            return httpx.get(url)
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError(
        f"{url} did not answer: {process.communicate()[0] if process.poll() is not None else 'it runs'}"
    )


def wait_until_free(port: int, seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return
        time.sleep(0.1)
    raise AssertionError(f"something still listens on port {port}")


def shown_by_readme(port: int, local: Path) -> str:
    """What the README says that `nox -s run` prints, for this port and folder."""
    readme = Path(ROOT, "README.md").read_text("utf-8")
    (_, shown) = readme.split("$ nox -s run\n", 1)
    return shown.split("```", 1)[0].replace(":8000", f":{port}").replace(".local", str(local))


@pytest.mark.slow
def test_run_starts_on_a_database_of_its_own_and_keeps_it(tmp_path: Path) -> None:
    made: list[int] = []
    tokens: list[str] = []
    for _ in range(2):
        port = free_port()
        process = run_command(tmp_path, port)
        try:
            base = f"http://127.0.0.1:{port}/api/v1"
            assert wait_for(f"{base}/utils/health-check", process).json() == {"status": True}
            made.append((tmp_path / "postgres" / "PG_VERSION").stat().st_mtime_ns)
            tokens += [
                signed_by_command(tmp_path, "a-user"),
                httpx.get(f"{base}/docs/token?sub=a-user").json()["token"],
            ]
            headers = {f"x-{number}": "" for number in range(200)}
            assert httpx.get(f"{base}/utils/health-check", headers=headers).status_code == 431
            again = subprocess.run(
                [sys.executable, "-S", "-m", "service.dev.port"],
                cwd=ROOT,
                env={"LOCAL_FOLDER": str(tmp_path), "PORT": str(port)},
                capture_output=True,
                text=True,
                check=False,
            )
            assert f"`kill {process.pid}`" in again.stderr
            process.send_signal(signal.SIGINT)
            output, _ = process.communicate(timeout=30)
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
        assert shown_by_readme(port, tmp_path) in output
        assert output.index("startup complete") < output.index("Health check")
        assert "GET /api/v1/docs/token?sub=a-user 200" in output
        assert not (tmp_path / "postgres" / "postmaster.pid").exists()
        assert not list(tmp_path.glob("run-*"))
    assert made[0] == made[1]
    secret = tmp_path / "secret-key"
    for token in tokens:
        assert jwt.decode(token, secret.read_text(), ["HS256"], audience="service")["sub"] == "a-user"
    assert secret.stat().st_mode & 0o777 == 0o600


def signed_by_command(local: Path, *arguments: str, **variables: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "service.dev.token", *arguments],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "LOCAL_FOLDER": str(local)} | variables,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


@pytest.mark.slow
@pytest.mark.parametrize(
    "first",
    [
        pytest.param(signal.SIGINT, id="Ctrl-C twice"),
        pytest.param(signal.SIGHUP, id="its terminal is closed"),
    ],
)
def test_run_recovers_from_being_killed(tmp_path: Path, first: signal.Signals) -> None:
    port = free_port()
    health = f"http://127.0.0.1:{port}/api/v1/utils/health-check"
    with run_command(tmp_path, port) as killed:
        wait_for(health, killed)
        killed.kill()
    wait_until_free(port)
    left_behind = (tmp_path / "postgres" / "postmaster.pid").read_text("utf-8").splitlines()[0]
    process = run_command(tmp_path, port)
    try:
        wait_for(health, process)
        process.send_signal(first)
        time.sleep(0.2)
        process.send_signal(signal.SIGINT)
        output, _ = process.communicate(timeout=30)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
    assert "Traceback" not in output
    assert f"(it ran already, as process {left_behind})" in output
    assert not (tmp_path / "postgres" / "postmaster.pid").exists()


@pytest.mark.slow
async def test_run_leaves_a_named_database_as_it_is(postgres: EmbeddedPostgres, tmp_path: Path) -> None:
    url = await postgres.create_database("named")
    port = free_port()
    process = run_command(tmp_path, port, DATABASE_URL=url)
    try:
        wait_for(f"http://127.0.0.1:{port}/api/v1/utils/health-check", process)
        shown = httpx.get(f"http://127.0.0.1:{port}/api/v1/private/diagnostics/database").json()
        assert shown["migrations"]["missing"] == [
            migration.name for migration in read_migrations() if migration.name != BASELINE
        ]
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
    assert not (tmp_path / "postgres").exists()
    await postgres.drop_database("named")


@pytest.mark.slow
def test_run_tells_where_an_inherited_socket_listens(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        health = f"http://127.0.0.1:{listener.getsockname()[1]}/api/v1/utils/health-check"
        process = run_command(
            tmp_path,
            free_port(),
            listener=listener,
            DATABASE_URL=NO_DATABASE,
            LISTEN_FD=str(listener.fileno()),
        )
    try:
        wait_for(health, process)
        time.sleep(1)  # it asks ten times a second
        process.send_signal(signal.SIGINT)
        output, _ = process.communicate(timeout=30)
        assert f"Health check   {health}\n" in output
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)


def serving_child(process: "subprocess.Popen[str]") -> int:
    """The process that hot reload has started last."""
    found = [0]
    for child in psutil.Process(process.pid).children():
        # One that reload has just stopped is gone, or waits to be buried.
        with contextlib.suppress(psutil.NoSuchProcess):
            if "spawn_main" in " ".join(child.cmdline()):
                found.append(child.pid)
    return max(found)


@pytest.mark.slow
def test_run_reloads_while_a_body_is_half_sent(postgres_url: str, tmp_path: Path) -> None:
    port = free_port()
    health = f"http://127.0.0.1:{port}/api/v1/utils/health-check"
    # A copy: what is changed here must not reload what other tests run.
    shutil.copytree(ROOT / "service", tmp_path / "service")
    process = run_command(tmp_path, port, tmp_path, DATABASE_URL=postgres_url)
    try:
        wait_for(health, process)
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
            wait_for(health, process)
        process.send_signal(signal.SIGINT)
        output, _ = process.communicate(timeout=30)
        assert output.count("Health check") == 1, "said again after a reload"
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)


@pytest.mark.slow
def test_run_outlives_a_mistake_in_a_resource(tmp_path: Path) -> None:
    port = free_port()
    health = f"http://127.0.0.1:{port}/api/v1/utils/health-check"
    shutil.copytree(ROOT / "service", tmp_path / "service")
    resources = tmp_path / "service" / "resources.py"
    right = resources.read_bytes()
    resources.write_bytes(right + b"tables.Nobody\n")
    with (tmp_path / "log").open("w+") as log:
        process = run_command(tmp_path, port, tmp_path, DATABASE_URL=NO_DATABASE, output=log)

        def wait_until_told(sentence: str) -> None:
            deadline = time.monotonic() + 30
            while sentence not in (tmp_path / "log").read_text("utf-8"):
                assert time.monotonic() < deadline, (tmp_path / "log").read_text("utf-8")
                time.sleep(0.1)

        try:
            wait_until_told(
                "NameError: name 'tables' is not defined\nNothing is served until this is mended.\n"
            )
            resources.write_bytes(right)
            assert wait_for(health, process).status_code == 200
            wait_until_told("Health check")
            resources.write_bytes(right + b"(\n")
            wait_until_told("'(' was never closed\n")
            resources.write_bytes(right)
            assert wait_for(health, process).status_code == 200
            process.send_signal(signal.SIGINT)
            process.wait(timeout=30)
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
    assert "Traceback" not in (tmp_path / "log").read_text("utf-8")


@pytest.fixture
def taken() -> Iterator[int]:
    """A port at which this process listens."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_a_taken_port_is_one_clear_line_before_anything_is_made(taken: int, tmp_path: Path) -> None:
    process = run_command(tmp_path, taken)
    output, _ = process.communicate(timeout=30)
    assert process.returncode == 2
    assert output == f"Port {taken} is taken. Stop what listens there, or set PORT.\n"
    assert list(tmp_path.iterdir()) == [tmp_path / "secret-key"]


def test_a_taken_port_is_found_where_the_setting_is_read(
    taken: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(port, "ROOT", tmp_path)
    monkeypatch.setattr(port, "LOCAL", tmp_path)
    for name in ("HOST", "PORT", "LISTEN_FD"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / ".env").write_text(f'# PORT=1\nexport PORT="{taken}" # mine\n', "utf-8")
    assert port.main() == 2
    assert "Stop what listens there" in capsys.readouterr().err
    with port.noted(taken):
        assert port.main() == 2
        assert f"process {os.getpid()}," in capsys.readouterr().err
    (tmp_path / f"run-{taken}.pid").write_text("1")
    assert port.main() == 2
    assert "process" not in capsys.readouterr().err, "it is another's number by now"
    monkeypatch.setenv("HOST", "192.0.2.1")
    assert port.main() == 2
    assert "Set HOST or PORT" in capsys.readouterr().err
    monkeypatch.setenv("HOST", "no..host")
    assert port.main() == 2
    assert "no..host, which is not a valid host name" in capsys.readouterr().err
    for name, value in (
        ("LISTEN_FD", "3"),
        ("PORT", "nonsense"),
        ("PORT", "65536"),
        ("PORT", str(free_port())),
    ):
        monkeypatch.setenv("HOST", "127.0.0.1")
        with monkeypatch.context() as changed:
            changed.setenv(name, value)
            assert port.main() == 0, "the settings say what is wrong with them"


def test_a_token_says_what_it_is_told(tmp_path: Path) -> None:
    key = {"SECRET_KEY": SECRET_KEY}
    visitor = jwt.decode(signed_by_command(tmp_path, **key), SECRET_KEY, ["HS256"], audience="service")
    assert set(visitor) == {"aud", "exp"}
    options = ("--tenant", "t", "--role", "admin", "--scope", "pages:read topics:write", "--minutes", "5")
    claims = jwt.decode(
        signed_by_command(tmp_path, "me", *options, **key), SECRET_KEY, ["HS256"], audience="service"
    )
    assert claims.pop("exp") - time.time() == pytest.approx(300, abs=60)
    assert claims == {
        "aud": "service",
        "sub": "me",
        "tenant": "t",
        "role": "admin",
        "scope": "pages:read topics:write",
    }


def test_outside_local_no_token_is_signed(tmp_path: Path) -> None:
    with pytest.raises(subprocess.CalledProcessError) as refused:
        signed_by_command(tmp_path, "me", SECRET_KEY=SECRET_KEY, ENVIRONMENT="production")
    assert "app-web alone signs tokens" in refused.value.stderr


def test_types_are_checked_with_the_packages_of_the_session() -> None:
    """Where pyright's settings name a venv, it takes that in place of `--pythonpath`: a `.venv` that holds nox alone, say."""
    settings = tomllib.loads(Path(ROOT, "pyproject.toml").read_text("utf-8"))["tool"]["pyright"]
    assert not {"venv", "venvPath"} & settings.keys()
