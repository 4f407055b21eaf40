"""The real process under real HTTP."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
import psutil
import pytest

from service.core.http.connection.serve import sockets_of
from service.settings import SettingsError
from tests.sqlite.settings import settings_of
from tests.support.api import SECRET_KEY, bearer
from tests.support.edge import NO_DATABASE
from tests.support.raw import connected, request
from tests.support.server import ROOT, Server, running

SETTINGS = {"ENVIRONMENT": "local", "SECRET_KEY": SECRET_KEY, "DATABASE_URL": NO_DATABASE}


def test_it_serves_and_stops(postgres_url: str, tmp_path: Path) -> None:
    log = tmp_path / "log"
    with log.open("w") as output, running(postgres_url, output) as server:
        listed = httpx.get(f"{server.url}/notes/", headers=bearer())
        assert (listed.status_code, listed.json()["items"]) == (200, [])
        assert httpx.get(f"{server.url}/notes/").status_code == 401
        assert "server" not in listed.headers
        assert server.stop() == 0
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    access = [line for line in lines if line.get("path")]
    assert [(line["method"], line["path"], line["status"]) for line in access] == [
        ("GET", "/api/v1/notes/", 200),
        ("GET", "/api/v1/notes/", 401),
    ]
    assert access[0]["requestId"] == listed.headers["x-request-id"]
    assert access[0]["durationMs"] > 0
    assert {"time", "level", "message", "logger"} <= lines[0].keys()


@pytest.mark.parametrize("closed", ["0, 2", "0, 1, 2"])
def test_it_ends_in_order_though_it_was_started_without_standard_descriptors(
    closed: str, tmp_path: Path
) -> None:
    begin = (
        f"import os, sys; [*map(os.close, ({closed}))]; "
        "os.execv(sys.executable, [sys.executable, '-m', 'tests.support.serve'])"
    )
    with (
        (tmp_path / "log").open("w") as output,
        running(NO_DATABASE, output, command=("-c", begin)) as server,
    ):
        assert server.stop() == 0


async def connect_again_and_again(server: Server) -> None:
    for _ in range(50):
        async with connected(server):
            await asyncio.sleep(0.1)


@pytest.mark.slow
async def test_several_workers_may_start_slowly_and_end_in_order(tmp_path: Path) -> None:
    """As workers do that share a fraction of a core; a request is in flight at the end."""
    log = tmp_path / "log"
    slow = ("-m", "tests.support.slow_serve")
    with log.open("w") as output, running(NO_DATABASE, output, command=slow, WORKERS="2") as server:
        async with connected(server) as connection:
            half = bearer() | {"Content-Type": "application/json", "Content-Length": "2"}
            connection.writer.write(request("POST", "/labels", half) + b"{")
            assert httpx.get(f"{server.url}/utils/health-check").status_code == 200
            server.process.terminate()
            with pytest.raises(ConnectionRefusedError):
                await connect_again_and_again(server)
            connection.writer.write(b"}")
            assert (await connection.answer()).status == 422
        assert await asyncio.to_thread(server.process.wait, 10) == 0
    messages = [json.loads(line)["message"] for line in log.read_text().splitlines()]
    assert not [message for message in messages if "died" in message]


UNTOLD = "import signal, runpy; signal.signal({}, signal.SIG_DFL); runpy.run_module('tests.support.serve', run_name='__main__')"
"""Serves with a signal's default action: under `nohup`, whatever is started inherits that the signal is ignored."""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
async def test_a_request_in_flight_is_answered_at_the_end(number: int, tmp_path: Path) -> None:
    untold = ("-c", UNTOLD.format(int(number)))
    with (tmp_path / "log").open("w") as output, running(NO_DATABASE, output, command=untold) as server:
        async with connected(server) as connection:
            half = bearer() | {"Content-Type": "application/json", "Content-Length": "2"}
            connection.writer.write(request("POST", "/labels", half) + b"{")
            assert httpx.get(f"{server.url}/utils/health-check").status_code == 200
            server.process.send_signal(number)
            with pytest.raises(ConnectionRefusedError):
                await connect_again_and_again(server)
            connection.writer.write(b"}")
            assert (await connection.answer()).status == 422
        assert await asyncio.to_thread(server.process.wait, 10) == 0


LIMITED = "import resource, runpy; resource.setrlimit(resource.RLIMIT_NOFILE, {}); runpy.run_module('tests.support.serve', run_name='__main__')"


async def test_the_log_says_that_file_descriptors_run_out(tmp_path: Path) -> None:
    log = tmp_path / "log"
    limited = ("-c", LIMITED.format((64, 64)))
    with log.open("w") as output, running(NO_DATABASE, output, command=limited) as server:
        async with AsyncExitStack() as stack:
            for _ in range(70):
                await stack.enter_async_context(connected(server))
            await asyncio.sleep(0.5)
    messages = [json.loads(line)["message"] for line in log.read_text().splitlines()]
    (told,) = [each for each in messages if "file descriptors" in each]
    assert " of 64 file descriptors are taken" in told


async def test_a_process_takes_all_file_descriptors_that_it_may_have(tmp_path: Path) -> None:
    limited = ("-c", LIMITED.format("(32, resource.getrlimit(resource.RLIMIT_NOFILE)[1])"))
    with (tmp_path / "log").open("w") as output, running(NO_DATABASE, output, command=limited) as server:
        async with AsyncExitStack() as stack:
            callers = [await stack.enter_async_context(connected(server)) for _ in range(70)]
            for caller in callers:
                caller.writer.write(request("GET", "/utils/health-check"))
                assert (await caller.answer()).status == 200


@pytest.mark.parametrize("workers", ["1", "2"])
def test_all_interfaces_are_those_of_both_families(workers: str, tmp_path: Path) -> None:
    with (
        (tmp_path / "log").open("w") as output,
        running(NO_DATABASE, output, HOST="::", WORKERS=workers) as server,
    ):
        for host in ("[::1]", "127.0.0.1"):
            url = f"http://{host}:{server.port}/api/v1/utils/health-check"
            assert httpx.get(url).status_code == 200


def test_who_calls_over_ipv4_has_an_address_of_it() -> None:
    """With an IPv6 address, a proxy would not be found in `TRUSTED_PROXIES`."""
    sockets = sockets_of(settings_of(SETTINGS | {"HOST": "::", "PORT": "0"}))
    v4 = next(each for each in sockets if each.family == socket.AF_INET)
    v4.listen()
    with socket.create_connection(("127.0.0.1", v4.getsockname()[1])):
        connection, address = v4.accept()
        connection.close()
    assert address[0] == "127.0.0.1"
    for each in sockets:
        each.close()


def test_a_name_without_one_of_its_addresses_has_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """As `localhost` in a container without IPv6."""
    here = (socket.AF_INET, socket.SOCK_STREAM, 0, "", ("127.0.0.1", 0))
    elsewhere = (socket.AF_INET, socket.SOCK_STREAM, 0, "", ("192.0.2.1", 0))
    found = [elsewhere, here, here]

    def resolve(*_: object, **__: object) -> object:
        return found

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    settings = settings_of(SETTINGS | {"HOST": "localhost"})
    (only,) = sockets_of(settings)
    assert only.getsockname()[0] == "127.0.0.1"
    only.close()
    found[:] = [elsewhere]
    with pytest.raises(SettingsError, match="HOST and PORT: localhost:8000"):
        sockets_of(settings)


def test_where_one_address_is_taken_no_socket_is_left_at_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        addresses = [("127.0.0.1", 0), taken.getsockname()]

        def resolve(*_: object, **__: object) -> object:
            return [(socket.AF_INET, socket.SOCK_STREAM, 0, "", address) for address in addresses]

        monkeypatch.setattr(socket, "getaddrinfo", resolve)
        before = psutil.Process().num_fds()
        # The error's traceback holds the sockets, so that the garbage collector cannot have closed them.
        with pytest.raises(SettingsError, match="HOST and PORT: localhost:8000") as raised:
            sockets_of(settings_of(SETTINGS | {"HOST": "localhost"}))
        assert psutil.Process().num_fds() == before
        assert raised.value.__traceback__


def test_what_is_inherited_must_listen() -> None:
    """systemd hands on a connection in place of a listener where its socket has `Accept=yes`."""
    with (
        socket.create_server(("127.0.0.1", 0)) as listener,
        socket.create_connection(listener.getsockname()) as connection,
        socket.socket(type=socket.SOCK_DGRAM) as datagrams,
    ):
        for other in (connection, datagrams):
            settings = settings_of(SETTINGS | {"LISTEN_FD": str(other.fileno())})
            with pytest.raises(
                SettingsError, match=r"LISTEN_FD: \d+ cannot .*: it is no socket that listens"
            ):
                sockets_of(settings)
        (inherited,) = sockets_of(settings_of(SETTINGS | {"LISTEN_FD": str(listener.fileno())}))
        inherited.close()


@pytest.mark.parametrize("workers", ["1", "2"])
@pytest.mark.parametrize(
    ("variables", "fault"),
    [
        ({"HOST": "no such host"}, "HOST and PORT: no such host:"),
        ({"HOST": "no..host"}, "HOST and PORT: no..host:"),
        ({"HOST": "192.0.2.1"}, "HOST and PORT: 192.0.2.1:"),
        ({"LISTEN_FD": "0"}, "LISTEN_FD: 0 "),
        ({"LISTEN_FD": "99"}, "LISTEN_FD: 99 "),
        ({}, "HOST and PORT: 127.0.0.1:"),
    ],
    ids=["no host", "no name", "another machine's", "no socket", "nothing", "taken"],
)
def test_where_nothing_can_listen_the_setting_is_named(
    variables: dict[str, str], fault: str, workers: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        given = {"PORT": str(taken.getsockname()[1]), "WORKERS": workers, "SECRET_KEY": SECRET_KEY}
        ended = subprocess.run(
            [sys.executable, "-m", "tests.support.serve"],
            env={"PATH": os.environ["PATH"], "ENVIRONMENT": "production", "DATABASE_URL": NO_DATABASE}
            | given
            | variables,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert (ended.returncode, ended.stdout) == (2, "")
    assert f"The service cannot start with these settings:\n  - {fault}" in ended.stderr
    assert "Traceback" not in ended.stderr


READ_ONLY = "import runpy, tempfile; tempfile._candidate_tempdir_list = list; runpy.run_module('service', run_name='__main__')"
"""Serves where no file can be written, as in a container whose file system is read-only as a whole."""


def test_where_nothing_can_be_written_the_setting_that_needs_it_is_named() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", READ_ONLY],
        env={"PATH": os.environ["PATH"], "PORT": "0", "METRICS_PORT": "1"} | SETTINGS,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 2
    assert "METRICS_PORT needs a folder for temporary files" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("closed", ["2>&-", ">&- 2>&-"])
def test_wrong_settings_are_an_error_of_usage_though_nobody_reads_which(closed: str) -> None:
    ended = subprocess.run(
        ["sh", "-c", f'"$0" "$@" {closed}', sys.executable, "-m", "service"],
        env={"PATH": os.environ["PATH"], "ENVIRONMENT": "nowhere"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 2
    assert ("ENVIRONMENT is wrong" in ended.stdout) is (closed == "2>&-")


def test_wrong_settings_are_an_error_of_usage_though_their_reader_has_gone() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    ended = subprocess.run(
        [sys.executable, "-m", "service"],
        env={"PATH": os.environ["PATH"], "ENVIRONMENT": "nowhere"},
        cwd=ROOT,
        stderr=writer,
        timeout=60,
        check=False,
    )
    os.close(writer)
    assert ended.returncode == 2
