"""python -m service.dev.port: whether `nox -s run` can listen, asked before anything is installed.

The standard library is all that it has.
"""

import contextlib
import errno
import fcntl
import os
import re
import sys
from argparse import ArgumentParser
from collections.abc import Generator, Mapping
from pathlib import Path

from service.core.http.connection.sockets import bind_sockets
from service.dev.exit_codes import USAGE_ERROR
from service.dev.folders import LOCAL, ROOT

HIGHEST = 65535
_LINE = re.compile(r"""^\s*(?:export\s+)?(HOST|PORT|LISTEN_FD)\s*=\s*(['"]?)([^\s'"#]*)\2""", re.MULTILINE)


class PortTakenError(RuntimeError):
    """`nox -s run` cannot listen at its port; the message says what to do."""


def check_port(variables: Mapping[str, str]) -> None:
    """Raises `PortTakenError` where nothing can listen at HOST and PORT; names the `nox -s run` that holds the port."""
    host, port = variables.get("HOST") or "127.0.0.1", variables.get("PORT") or "8000"
    # A wrong setting is reported by the service itself.
    if variables.get("LISTEN_FD") or not port.isdecimal() or int(port) > HIGHEST:
        return
    try:
        for each in bind_sockets(host, int(port)):
            each.close()
    except UnicodeError:
        raise PortTakenError(
            f"Nothing can listen at {host}, which is not a valid host name. Set HOST."
        ) from None
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise PortTakenError(
                f"Nothing can listen on port {port} of {host} ({error.strerror}). Set HOST or PORT."
            ) from None
        process = _serving(int(port))
        if process is None:
            raise PortTakenError(f"Port {port} is taken. Stop what listens there, or set PORT.") from None
        raise PortTakenError(
            f"Port {port} is taken by process {process}, a `nox -s run` that still runs or that a killed nox left behind. "
            f"Stop it and its PostgreSQL with `kill {process}`, or set PORT."
        ) from None


@contextlib.contextmanager
def noted(port: int) -> Generator[None]:
    """Keep a locked file with the id of this process while the block runs, by which `check_port` finds who serves."""
    LOCAL.mkdir(parents=True, exist_ok=True)
    path = _file(port)
    with path.open("a+") as file:
        # The lock says that the process is alive: its id alone may be another process's one day.
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        try:
            yield
        finally:
            path.unlink(missing_ok=True)


def _serving(port: int) -> int | None:
    with contextlib.suppress(FileNotFoundError), _file(port).open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return int(file.read())
    return None


def _file(port: int) -> Path:
    return LOCAL / f"run-{port}.pid"


def _variables() -> dict[str, str]:
    """The environment, with HOST, PORT and LISTEN_FD of `.env` where it does not set them."""
    with contextlib.suppress(OSError):
        return {
            name: value for name, _, value in _LINE.findall((ROOT / ".env").read_text("utf-8"))
        } | os.environ
    return dict(os.environ)


def main() -> int:
    try:
        check_port(_variables())
    except PortTakenError as error:
        print(error, file=sys.stderr)
        return USAGE_ERROR
    return 0


if __name__ == "__main__":
    ArgumentParser(prog="python -m service.dev.port", description=__doc__).parse_args()
    sys.exit(main())
