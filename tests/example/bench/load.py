"""Loads a server with one case's requests, and says what came of it."""

import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from tests.example.bench.asyncio_load import load_with_asyncio
from tests.example.bench.cases import CLIENTS, Request
from tests.example.bench.result import Load

SCRIPT = Path(__file__).with_name("requests.lua")


def load(
    url: str, requests: Sequence[Request], *, seconds: int, follows_etag: bool, clients: int = CLIENTS
) -> Load:
    """Send the requests over and over, from that many connections, with wrk where it is installed."""
    raw = [_raw(url, request) for request in requests]
    if shutil.which("wrk") is None:
        return load_with_asyncio(url, raw, seconds=seconds, follows_etag=follows_etag, clients=clients)
    with tempfile.NamedTemporaryFile() as file:
        file.write(b"\0".join(raw))
        file.flush()
        # A thread of its own for each connection, where a request needs the answer before.
        threads = clients if follows_etag else 1
        command = [
            "wrk",
            f"-t{threads}",
            f"-c{clients}",
            f"-d{seconds}s",
            "--timeout=10s",
            f"-s{SCRIPT}",
            url,
        ]
        words = [*command, "--", file.name, "etag" if follows_etag else "plain"]
        output = subprocess.run(words, check=True, capture_output=True).stdout
    return msgspec.json.decode(output.splitlines()[-1], type=Load)


def _raw(url: str, request: Request) -> bytes:
    where = urlsplit(url)
    lines = [f"{request.method} {where.path}{request.path} HTTP/1.1", f"Host: {where.netloc}"]
    lines += [f"{name}: {value}" for name, value in request.headers.items()]
    if request.body:
        lines.append(f"Content-Length: {len(request.body)}")
    return "\r\n".join([*lines, "", ""]).encode() + request.body
