"""Who may call: in local anybody, elsewhere who has a token of app-web's."""

import base64
import json
import time
from collections.abc import AsyncGenerator, Mapping

import jwt
import pytest

from tests.support.api import EDITOR, MEMBER, SECRET_KEY, Api, bearer, serving, token


@pytest.fixture
async def production(postgres_url: str) -> AsyncGenerator[Api]:
    async with serving(postgres_url, environment="production") as api:
        yield api


def unsigned() -> str:
    def part(value: Mapping[str, object]) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    claims = {"sub": EDITOR, "aud": "service", "exp": time.time() + 60}
    return f"{part({'alg': 'none', 'typ': 'JWT'})}.{part(claims)}."


REFUSED = {
    "none": None,
    "another scheme": f"Basic {token()}",
    "empty": "Bearer ",
    "expired": f"Bearer {token(exp=time.time() - 60)}",
    "not yet valid": f"Bearer {token(nbf=time.time() + 60)}",
    "wrong key": f"Bearer {token(key='k' * 40)}",
    "alg none": f"Bearer {unsigned()}",
    "another algorithm": f"Bearer {jwt.encode({'sub': EDITOR, 'aud': 'service', 'exp': time.time() + 60}, SECRET_KEY * 2, 'HS512')}",
    "wrong audience": f"Bearer {token(aud='other')}",
    "no audience": f"Bearer {token(aud=None)}",
    "no expiry": f"Bearer {token(exp=None)}",
    "no subject": f"Bearer {token(sub=None)}",
    "too long": f"Bearer {'x' * 1_000_000}",
    "not a token": "Bearer x.y.z",
}


@pytest.mark.parametrize("name", REFUSED)
async def test_a_bad_token_is_refused(production: Api, name: str) -> None:
    header = REFUSED[name]
    answer = await production.get("/pages/", headers={"Authorization": header} if header else {})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    problem = answer.json()
    assert problem.pop("requestId")
    assert problem == {
        "type": "urn:problem:unauthorized",
        "title": "A valid token is required",
        "status": 401,
        "detail": "Send `Authorization: Bearer <token>` with a valid, unexpired token for this service.",
        "instance": "/api/v1/pages",
        "code": "unauthorized",
        "errors": [],
    }


async def test_head_needs_a_token_too(production: Api) -> None:
    assert (await production.head("/pages/")).status_code == 401


async def test_a_good_token_is_let_in_and_says_who_writes(production: Api) -> None:
    headers = bearer(MEMBER)
    assert (await production.get("/pages/", headers=headers)).status_code == 200
    page = (await production.post("/pages/", json={"title": "T"}, headers=headers)).json()
    assert (page["authorId"], page["lastEditorId"]) == (MEMBER, MEMBER)
    changed = await production.patch(f"/pages/{page['id']}", json={"title": "U"}, headers=bearer(EDITOR))
    assert (changed.json()["authorId"], changed.json()["lastEditorId"]) == (MEMBER, EDITOR)
    chosen = await production.post("/pages/", json={"title": "T", "authorId": EDITOR}, headers=headers)
    assert chosen.status_code == 422


async def test_a_remembered_token_expires(production: Api) -> None:
    headers = bearer(exp=time.time() - 3)
    assert (await production.get("/pages/", headers=headers)).status_code == 200
    time.sleep(2.5)
    assert (await production.get("/pages/", headers=headers)).status_code == 401


async def test_the_health_check_needs_none(production: Api) -> None:
    answer = await production.get("/utils/health-check")
    assert (answer.status_code, answer.json()) == (200, {"status": True})


async def test_a_bad_token_is_refused_in_local_too(api: Api) -> None:
    assert (await api.get("/pages/", headers={"Authorization": "Bearer x"})).status_code == 401
