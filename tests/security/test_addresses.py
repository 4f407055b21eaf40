"""What a caller sends never becomes an address that the service calls."""

import asyncio
import sys
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import pytest

from service.prisma.url import parse_database_url
from tests.support.api import bearer, serving

ELSEWHERE = "http://169.254.169.254/latest"
HEADERS = {
    "Host": "elsewhere.example.com",
    "Origin": "https://elsewhere.example.com",
    "Referer": ELSEWHERE,
    "Forwarded": "host=elsewhere.example.com",
    "X-Forwarded-Host": "elsewhere.example.com",
    "X-Forwarded-For": "169.254.169.254",
    "X-Original-URL": ELSEWHERE,
    "Callback": f"<{ELSEWHERE}>",
}

_seen: list[Any] | None = None


def _hear(event: str, arguments: tuple[Any, ...]) -> None:
    if _seen is None:
        return
    if event == "socket.connect":
        _seen.append(arguments[1])
    elif event in {"socket.getaddrinfo", "socket.gethostbyname"}:
        _seen.append(arguments[0])


sys.addaudithook(_hear)


@contextmanager
def addresses() -> Generator[list[Any]]:
    """Every address that this process looks up or connects to meanwhile."""
    global _seen  # noqa: PLW0603  # Python keeps an audit hook for good
    _seen = []
    try:
        yield _seen
    finally:
        _seen = None


async def test_it_connects_to_its_database_alone(postgres_url: str) -> None:
    url = parse_database_url(postgres_url).url
    with addresses() as asked:
        async with serving(postgres_url, environment="production", headers=bearer() | HEADERS) as api:
            own = (api.base_url.host, api.base_url.port)
            note = await api.make_note(
                "linked", title=ELSEWHERE, summary=ELSEWHERE, content={"$ref": ELSEWHERE}
            )
            for method, path, body in (
                ("GET", f"/notes/?q={ELSEWHERE}", None),
                ("GET", f"/notes/?callback={ELSEWHERE}", None),
                ("GET", "/notes/http:%2F%2F169.254.169.254%2Flatest", None),
                ("PUT", f"/notes/{note['id']}", {"title": ELSEWHERE, "tags": [ELSEWHERE]}),
                ("PATCH", f"/notes/{note['id']}", {"metadata": {"url": ELSEWHERE}}),
                ("POST", "/labels/", {"name": ELSEWHERE}),
            ):
                assert (await api.request(method, path, json=body)).status_code < 500
    strange = [address for address in asked if address != own and str(url.host) not in str(address)]
    assert asked, "the hook hears nothing"
    assert strange == []


async def test_the_hook_hears_of_other_addresses(unused_tcp_port: int) -> None:
    with addresses() as asked, pytest.raises(OSError, match="Connect"):
        await asyncio.open_connection("127.0.0.1", unused_tcp_port)
    assert ("127.0.0.1", unused_tcp_port) in asked
