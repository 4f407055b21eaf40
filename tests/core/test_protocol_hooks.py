"""What the protocol overrides and calls of uvicorn's, which is nobody's promise: pinned, and looked at here."""

import inspect
import re
import tomllib

import pytest
import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from service.core.http.connection.protocol import LimitedProtocol
from tests.support.server import ROOT

OVERRIDDEN = [
    name
    for name, member in vars(LimitedProtocol).items()
    if inspect.isfunction(member) and name in dir(HttpToolsProtocol)
]
CALLED = ["_unset_keepalive_if_required", "_start_asgi_task"]


def test_uvicorn_is_pinned_to_one_minor_version() -> None:
    dependencies = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    (pin,) = [each for each in dependencies if each.startswith("uvicorn")]
    pinned = re.fullmatch(r"uvicorn\[standard\]~=(\d+\.\d+)\.\d+", pin)
    assert pinned
    assert uvicorn.__version__.startswith(f"{pinned[1]}.")


def test_the_hooks_are_there() -> None:
    assert {"on_headers_complete", "on_response_complete", "pause_writing"} <= {*OVERRIDDEN}
    for name in CALLED:
        assert callable(getattr(HttpToolsProtocol, name))


@pytest.mark.parametrize("name", OVERRIDDEN)
def test_a_hook_takes_what_it_is_given(name: str) -> None:
    ours, theirs = (inspect.signature(getattr(kind, name)) for kind in (LimitedProtocol, HttpToolsProtocol))
    if name != "__init__":
        assert list(ours.parameters) == list(theirs.parameters)


def test_a_cycle_is_made_and_marked_as_ever() -> None:
    taken = {*inspect.signature(RequestResponseCycle).parameters}
    assert taken == {
        "scope",
        "transport",
        "flow",
        "logger",
        "access_logger",
        "access_log",
        "default_headers",
        "message_event",
        "expect_100_continue",
        "keep_alive",
        "on_response",
    }
    source = inspect.getsource(RequestResponseCycle)
    for attribute in (
        "keep_alive",
        "disconnected",
        "transport",
        "message_event",
        "response_complete",
        "waiting_for_100_continue",
        "more_body",
    ):
        assert f"self.{attribute}" in source
