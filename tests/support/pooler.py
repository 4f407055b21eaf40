"""PgBouncer in transaction mode, as many hosts of PostgreSQL have it."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from service.dev.cluster import server_user
from tests.support.server import free_port

PGBOUNCER = shutil.which("pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin")
MISSING = "there is no pgbouncer here: apt-get install pgbouncer"
POOL = 4
_user = server_user()
SYSTEM_USER = _user.pw_name if _user else None
AS_SYSTEM_USER: dict[str, Any] = (
    {"user": SYSTEM_USER, "group": SYSTEM_USER, "extra_groups": []} if SYSTEM_USER else {}
)
"""Neither PostgreSQL nor PgBouncer runs as root."""
CONFIGURATION = """
[databases]
* = host={host} port={server} user=postgres
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = {pool}
"""


@contextmanager
def pgbouncer(host: str, port: int, folder: Path) -> Generator[int]:
    """A pooler in front of the PostgreSQL at `host` and `port`; gives its own port."""
    assert PGBOUNCER is not None, MISSING
    own = free_port()
    configuration = folder / "pgbouncer.ini"
    configuration.write_text(CONFIGURATION.format(host=host, server=port, port=own, pool=POOL))
    command = [PGBOUNCER, "--quiet", str(configuration)]
    with (folder / "pgbouncer.log").open("w") as log:
        process = subprocess.Popen(command, **AS_SYSTEM_USER, stdout=log, stderr=log)
        try:
            _wait_for(own)
            yield own
        finally:
            process.terminate()
            process.wait(10)


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 10
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            assert time.monotonic() < deadline, "PgBouncer did not start"
            time.sleep(0.05)
        else:
            return
