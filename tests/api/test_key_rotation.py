"""While a key is changed, what the other one signed is good too; the first one signs."""

import time
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from itertools import permutations
from typing import Any

import jwt
import pytest

from tests.support.api import EDITOR, SECRET_KEY, Api, bearer, serving, token

OLD, NEW = SECRET_KEY, "another-secret-that-the-tests-know-0123456789"
THIRD = "k" * 40


@pytest.fixture
async def steps(postgres_url: str) -> AsyncGenerator[list[Api]]:
    """The service before, in both halves of a rotation, and after it, on one database."""
    keys = [(OLD, ""), (OLD, NEW), (NEW, OLD), (NEW, "")]
    async with AsyncExitStack() as stack:
        yield [
            await stack.enter_async_context(
                serving(postgres_url, environment="production", SECRET_KEY=first, OTHER_SECRET_KEY=other)
            )
            for first, other in keys
        ]


async def status(api: Api, **claims: Any) -> int:
    return (await api.get("/notes/", headers=bearer(**claims))).status_code


async def test_tokens_of_both_keys_are_good_in_between(steps: list[Api]) -> None:
    answers = [(await status(api, key=OLD), await status(api, key=NEW)) for api in steps]
    assert answers == [(200, 401), (200, 200), (200, 200), (401, 200)]


async def test_no_step_refuses_a_cursor_of_a_neighbouring_one(steps: list[Api]) -> None:
    """Processes of two steps serve at once while the later one is rolled out."""
    for slug in ("a", "b", "c"):
        assert (
            await steps[1].post("/notes/", json={"slug": slug, "title": slug}, headers=bearer())
        ).status_code == 201
    keys = [OLD, OLD, NEW, NEW]
    made = [
        (await api.get("/notes/", params={"limit": 1}, headers=bearer(key=key))).json()["nextCursor"]
        for api, key in zip(steps, keys, strict=True)
    ]
    good = {
        (origin, at): (
            await steps[at].get(
                "/notes/", params={"limit": 1, "cursor": made[origin]}, headers=bearer(key=keys[at])
            )
        ).status_code
        for origin, at in permutations(range(4), 2)
    }
    assert {pair for pair, answer in good.items() if answer != 200} == {(0, 3), (1, 3), (2, 0), (3, 0)}
    assert made[0] == made[1], "the first key signs"
    assert made[2] == made[3]
    assert made[1] != made[2]


@pytest.mark.parametrize(
    "sent",
    [
        token(key=THIRD),
        token(key=OLD + NEW),
        token(key=OLD, exp=time.time() - 60),
        token(key=NEW, exp=time.time() - 60),
        token(key=NEW, aud="other"),
        jwt.encode({"sub": EDITOR, "aud": "service", "exp": time.time() + 60}, NEW * 2, "HS512"),
        jwt.encode({"sub": EDITOR, "aud": "service", "exp": time.time() + 60}, "", "none"),
    ],
)
async def test_nothing_else_is_good(steps: list[Api], sent: str) -> None:
    for api in steps:
        answer = await api.get("/notes/", headers={"Authorization": f"Bearer {sent}"})
        assert answer.status_code == 401


@pytest.mark.parametrize(("key", "looks"), [(OLD, 1), (NEW, 2)])
async def test_a_token_is_verified_once(
    steps: list[Api], monkeypatch: pytest.MonkeyPatch, key: str, looks: int
) -> None:
    """By the first key at the first look, so that the other one costs ordinary calls nothing."""
    decode, asked = jwt.decode, list[str]()

    def counted(sent: str, by: str, **options: Any) -> Any:
        asked.append(by)
        return decode(sent, by, **options)

    monkeypatch.setattr("service.core.auth.jwt.decode", counted)
    headers = bearer(key=key)
    for _ in range(3):
        assert (await steps[1].get("/notes/", headers=headers)).status_code == 200
        assert asked == [OLD, NEW][:looks]
