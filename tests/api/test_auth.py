"""Who may call: in local anybody, elsewhere who has a token of app-web's."""

import base64
import hmac
import json
import time
from collections.abc import AsyncGenerator
from typing import Any

import jwt
import pytest

from service.core.auth import Tokens
from tests.support.api import EDITOR, MEMBER, SECRET_KEY, Api, bearer, serving, token
from tests.support.log import LogReader


@pytest.fixture
async def production(postgres_url: str) -> AsyncGenerator[Api]:
    async with serving(postgres_url, environment="production") as api:
        yield api


def forged(algorithm: str) -> str:
    """A token that claims an algorithm, with an HMAC of the secret in place of what the algorithm asks for."""

    def part(value: bytes) -> str:
        return base64.urlsafe_b64encode(value).rstrip(b"=").decode()

    claims = {"sub": EDITOR, "aud": "service", "exp": time.time() + 60}
    said = (
        f"{part(json.dumps({'alg': algorithm, 'typ': 'JWT'}).encode())}.{part(json.dumps(claims).encode())}"
    )
    return f"{said}.{part(hmac.digest(SECRET_KEY.encode(), said.encode(), 'sha256'))}"


def unsigned() -> str:
    return f"{forged('none').rpartition('.')[0]}."


def with_a_key_of_its_own() -> str:
    """A token whose header brings the key that it is signed with, and says where more are to be had."""
    key = base64.urlsafe_b64encode(b"k" * 40).decode()
    header: dict[str, object] = {
        "jwk": {"kty": "oct", "k": key},
        "jku": "https://keys.example.com/jwks.json",
        "x5u": "https://keys.example.com/chain.pem",
        "kid": "../../dev/null",
    }
    claims = {"sub": EDITOR, "aud": "service", "exp": time.time() + 60}
    return jwt.encode(claims, "k" * 40, "HS256", headers=header)


def with_a_critical_extension() -> str:
    """A token whose header names what must be understood; the error for it would quote the name."""
    claims = {"sub": EDITOR, "aud": "service", "exp": time.time() + 60}
    return jwt.encode(claims, SECRET_KEY, "HS256", headers={"crit": ["said-by-the-caller"]})


def mixed() -> str:
    """The claims of one token under the signature of another."""
    head, claims, _ = token(EDITOR).split(".")
    return f"{head}.{claims}.{token(MEMBER).rpartition('.')[2]}"


REFUSED = {
    "none": None,
    "another scheme": f"Basic {token()}",
    "empty": "Bearer",
    "expired": f"Bearer {token(exp=time.time() - 60)}",
    "not yet valid": f"Bearer {token(nbf=time.time() + 3600)}",
    "wrong key": f"Bearer {token(key='k' * 40)}",
    "alg none": f"Bearer {unsigned()}",
    "alg none, signed": f"Bearer {forged('none')}",
    "RS256 with the secret": f"Bearer {forged('RS256')}",
    "ES256 with the secret": f"Bearer {forged('ES256')}",
    "another algorithm": f"Bearer {jwt.encode({'sub': EDITOR, 'aud': 'service', 'exp': time.time() + 60}, SECRET_KEY * 2, 'HS512')}",
    "a key of its own": f"Bearer {with_a_key_of_its_own()}",
    "a critical extension": f"Bearer {with_a_critical_extension()}",
    "claims of another": f"Bearer {mixed()}",
    "wrong audience": f"Bearer {token(aud='other')}",
    "two audiences": f"Bearer {token(aud=['service', 'other'])}",
    "no audience": f"Bearer {token(aud=None)}",
    "no expiry": f"Bearer {token(exp=None)}",
    "a subject that is no text": f"Bearer {token(sub=7)}",
    "a subject with NUL": f"Bearer {token(chr(0))}",
    "a subject with half a character": f"Bearer {token(chr(0xD800))}",
    "a scope that is no text": f"Bearer {token(scope=['notes:read'])}",
    "too long": f"Bearer {'x' * 1_000_000}",
    "not a token": "Bearer x.y.z",
}

WHY = {
    "DecodeError",
    "ExpiredSignatureError",
    "ImmatureSignatureError",
    "InvalidAlgorithmError",
    "InvalidAudienceError",
    "InvalidSignatureError",
    "InvalidSubjectError",
    "InvalidTokenError",
    "MissingRequiredClaimError",
    "its `scope` is no text",
    "its `sub` holds a NUL character, which PostgreSQL cannot store",
    "its `sub` holds half of a surrogate pair, which is no character",
    "it is longer than 4096 characters",
}
HEADERS = {"www-authenticate", "cache-control", "content-type", "content-length", "x-request-id"}


@pytest.mark.parametrize("name", REFUSED)
async def test_a_bad_token_is_refused(production: Api, name: str) -> None:
    header = REFUSED[name]
    answer = await production.get("/notes/", headers={"Authorization": header} if header else {})
    assert answer.status_code == 401
    came = header is not None and header.startswith("Bearer ")
    wanted = 'Bearer error="invalid_token"' if came else "Bearer"
    assert answer.headers["www-authenticate"] == wanted, "RFC 6750: no code where no token came"
    assert answer.headers.keys() - {"date"} == HEADERS, "the shape tells what was wrong"
    problem = answer.json()
    assert problem.pop("requestId")
    assert problem == {
        "type": "urn:problem:unauthorized",
        "title": "A valid token is required",
        "status": 401,
        "detail": "Send `Authorization: Bearer <token>` with a valid, unexpired token for this service.",
        "instance": "/api/v1/notes",
        "code": "unauthorized",
        "errors": [],
    }


@pytest.mark.parametrize(
    ("headers", "why"),
    [
        (bearer(exp=time.time() - 60), "Signature has expired"),
        (bearer(key="k" * 40), "Signature verification failed"),
        ({"Authorization": token()}, "it does not come as `Authorization: Bearer <token>`"),
    ],
)
async def test_in_local_the_log_says_why_a_token_was_refused(
    postgres_url: str, capsys: pytest.CaptureFixture[str], headers: dict[str, str], why: str
) -> None:
    async with serving(postgres_url) as api:
        answer = await api.get("/notes/", headers=headers)
    assert answer.status_code == 401
    said = capsys.readouterr().out
    assert f"A token was refused: {why}" in said
    assert headers["Authorization"] not in said


@pytest.mark.parametrize("name", REFUSED)
async def test_elsewhere_it_says_why_without_any_of_the_token(
    production: Api, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    header = REFUSED[name]
    answer = await production.get("/notes/", headers={"Authorization": header} if header else {})
    said = [line for line in LogReader(capsys).lines() if line["logger"] == "service.core.auth"]
    if header is None or not header.startswith("Bearer "):
        assert said == [], "no token came"
        return
    (line,) = said
    assert line["message"].removeprefix("A token was refused: ") in WHY
    assert (line["level"], line["requestId"]) == ("INFO", answer.headers["x-request-id"])


@pytest.mark.parametrize(
    ("path", "headers", "logged"),
    [
        ("/notes/", bearer(MEMBER), (200, MEMBER)),
        ("/notes/nowhere", bearer(MEMBER), (404, MEMBER)),
        ("/notes/", bearer(MEMBER, scope="labels:read"), (403, MEMBER)),
        ("/notes/", bearer(sub=None), (200, None)),
        ("/notes/", bearer(MEMBER, key="k" * 40), (401, None)),
        ("/notes/", {}, (401, None)),
    ],
)
async def test_the_access_line_says_who_called(
    production: Api,
    capsys: pytest.CaptureFixture[str],
    path: str,
    headers: dict[str, str],
    logged: tuple[int, str | None],
) -> None:
    for method in ("GET", "HEAD"):
        await production.request(method, path, headers=headers)
        (line,) = [line for line in LogReader(capsys).lines() if "status" in line]
        assert (line["status"], line.get("userId")) == logged


async def test_the_forger_knows_how(production: Api) -> None:
    """The forged tokens are refused for what they claim, not for how they are made."""
    headers = {"Authorization": f"Bearer {forged('HS256')}"}
    assert (await production.get("/notes/", headers=headers)).status_code == 200


async def test_an_empty_subject_is_a_visitors(production: Api) -> None:
    for subject in (None, ""):
        note = await production.post("/notes/", json={"title": "T"}, headers=bearer(sub=subject))
        assert (note.status_code, note.json()["lastEditorId"]) == (201, None)


def test_an_empty_subject_names_nobody() -> None:
    """Neither where a user has to be signed in, nor where a column is compared with `sub`."""
    tokens = Tokens([SECRET_KEY], required=True, require_scope=False)
    for subject in (None, ""):
        caller = tokens.caller(bearer(sub=subject)["Authorization"].encode())
        assert (caller.user_id, (caller.claims or {}).get("sub")) == (None, None)


async def test_head_needs_a_token_too(production: Api) -> None:
    assert (await production.head("/notes/")).status_code == 401


async def test_a_good_token_is_let_in_and_says_who_changes(production: Api) -> None:
    assert (await production.get("/notes/", headers=bearer(MEMBER))).status_code == 200
    note = (await production.post("/notes/", json={"title": "T"}, headers=bearer(MEMBER))).json()
    assert note["lastEditorId"] == MEMBER
    changed = await production.patch(f"/notes/{note['id']}", json={"title": "U"}, headers=bearer(EDITOR))
    assert changed.json()["lastEditorId"] == EDITOR
    finished = await production.post(f"/notes/{note['id']}/finish", headers=bearer(MEMBER))
    assert finished.json()["lastEditorId"] == MEMBER


@pytest.mark.parametrize("exp", [1e300, int("9" * 400)])
async def test_a_token_may_be_good_for_ever(production: Api, exp: float) -> None:
    assert (await production.get("/notes/", headers=bearer(exp=exp))).status_code == 200


async def test_a_remembered_token_expires(production: Api) -> None:
    headers = bearer(exp=time.time() - 3)
    assert (await production.get("/notes/", headers=headers)).status_code == 200
    time.sleep(2.5)
    assert (await production.get("/notes/", headers=headers)).status_code == 401


async def test_a_token_is_verified_once_for_all_routes(
    production: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    decode, asked = jwt.decode, list[str]()

    def counted(sent: str, by: str, **options: Any) -> Any:
        asked.append(sent)
        return decode(sent, by, **options)

    monkeypatch.setattr("service.core.auth.jwt.decode", counted)
    headers = bearer(MEMBER)
    for path in ("/notes/", "/notes/nowhere", "/labels/", "/labels/1"):
        assert (await production.get(path, headers=headers)).status_code in {200, 404}
    assert len(asked) == 1


def test_of_too_many_tokens_the_oldest_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.core.auth.REMEMBERED_TOKENS", 2)
    tokens = Tokens([SECRET_KEY], required=True, require_scope=False)
    first, second, third = (bearer(sub=name)["Authorization"].encode() for name in "abc")
    callers = {header: tokens.caller(header) for header in (first, second, third)}
    assert tokens.caller(second) is callers[second]
    assert tokens.caller(third) is callers[third]
    assert tokens.caller(first) is not callers[first]


@pytest.mark.parametrize("name", ["access_token", "token", "authorization"])
async def test_a_token_counts_in_its_header_alone(production: Api, name: str) -> None:
    """What stands in a URL is kept in histories and in the logs of proxies; what is in a cookie, browsers send unasked."""
    for path, cookie in ((f"/notes/?{name}={token()}", ""), ("/notes/", f"{name}={token()}")):
        answer = await production.get(path, headers={"Cookie": cookie} if cookie else {})
        assert answer.status_code == 401, path
        assert "set-cookie" not in answer.headers


async def test_no_other_header_says_who_calls(production: Api) -> None:
    names = "X-User-Id", "X-Forwarded-User", "X-Remote-User", "X-Auth-Request-User", "X-Client-Id"
    said: dict[str, str] = {}.fromkeys(names, EDITOR)
    assert (await production.get("/notes/", headers=said)).status_code == 401
    note = await production.post("/notes/", json={"title": "T"}, headers=bearer(MEMBER) | said)
    assert note.json()["lastEditorId"] == MEMBER


async def test_the_health_check_needs_none(production: Api) -> None:
    answer = await production.get("/utils/health-check")
    assert (answer.status_code, answer.json()) == (200, {"status": True})


async def test_a_bad_token_is_refused_in_local_too(api: Api) -> None:
    assert (await api.get("/notes/", headers={"Authorization": "Bearer x"})).status_code == 401
