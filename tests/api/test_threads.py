"""No request waits for a thread: what Litestar calls for it are coroutines, and what need not wait."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from tests.support.api import Api


async def test_a_call_is_handed_to_no_thread(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    # The first look at the database goes on beside what is served.
    await api.get("/utils/readiness")
    handed: list[str] = []
    loop = asyncio.get_running_loop()
    kept = loop.run_in_executor

    def run_in_executor(executor: Any, function: Callable[..., Any], *arguments: Any) -> Any:
        handed.append(repr(function))
        return kept(executor, function, *arguments)

    monkeypatch.setattr(loop, "run_in_executor", run_in_executor)
    paths = ("/notes/", "/notes/nothing-here", "/utils/health-check")
    answers = [await api.get(path) for path in paths]
    assert [answer.status_code for answer in answers] == [200, 404, 200]
    assert handed == []
