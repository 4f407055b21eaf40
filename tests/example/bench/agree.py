"""Checks that the contestants answer alike before any is timed."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeAlias

import httpx

from tests.example.bench.cases import ANY_ETAG, ANY_NUMBER, Case, Request
from tests.example.bench.ways import PLAIN

TIMES = {"publishedAt", "createdAt", "updatedAt"}
NUMBERS = {"viewCount", "rating"}
PARTLY_OWN = {"id", "slug", "createdAt", "updatedAt", "lastEditorId"}
"""What a write fills, each contestant in its way."""
CHECKED = 3
Read: TypeAlias = Callable[[Request, Any], Any]


class DisagreementError(AssertionError):
    """A contestant answers something else than the first one."""


def answers(
    client: httpx.Client, name: str, case: Case, requests: Sequence[Request], read: Read = PLAIN.read
) -> list[Any]:
    """What a contestant says to the first few of a case's requests, in a form that all can be held to."""
    said: list[Any] = []
    etag = ""
    for number, request in enumerate(requests[:CHECKED]):
        body = request.body.replace(ANY_NUMBER.encode(), str(number + 1).encode())
        headers = {name: value.replace(ANY_ETAG, etag) for name, value in request.headers.items()}
        answer = client.request(request.method, request.path, content=body, headers=headers)
        etag = answer.headers.get("etag", "")
        if case.is_refusal:
            said.append("refused" if answer.is_client_error else answer.text)
            continue
        wanted = 200 if case.follows_etag else case.status
        if answer.status_code != wanted:
            raise DisagreementError(f"{case.name}: {name} says {answer.status_code} {answer.text[:500]}")
        if case.follows_etag and request.method == "GET":
            continue  # What it says there depends on who changed the page before.
        body = read(request, answer.json()) if answer.content else None
        content = _content(answer, body, leave_out=PARTLY_OWN if case.writes else set())
        if case.shows:
            _check_shown(case, name, content)
        said.append(content)
    return said


def check_agreement(case: Case, said: Mapping[str, list[Any]]) -> None:
    """Of a page what both show is compared: what all have to show, and what more this service shows than some."""
    first, *others = said.items()
    for name, other in others:
        if not _alike(other, first[1]):
            raise DisagreementError(f"{case.name}: {name} says\n{other}\nwhere {first[0]} says\n{first[1]}")


def _check_shown(case: Case, name: str, content: Any) -> None:
    for page in content.get("items", [content]):
        if missing := case.shows - page.keys():
            raise DisagreementError(f"{case.name}: {name} does not show {', '.join(sorted(missing))}")


def _alike(one: Any, other: Any) -> bool:
    match one, other:
        case [*_], [*_]:
            return len(one) == len(other) and all(map(_alike, one, other))
        case {"title": _}, {"title": _}:
            return all(one[name] == other[name] for name in one.keys() & other.keys())
        case {"items": these}, {"items": those}:
            return one["total"] == other["total"] and _alike(these, those)
        case _:
            return one == other


def _content(answer: httpx.Response, body: Any, *, leave_out: set[str]) -> Any:
    if body is None:
        return None
    if "items" not in body:
        return _page(body, leave_out) if "slug" in body else body
    # A cursor page has no total; a page by offset always has.
    total = (
        None
        if "cursor" in answer.url.query.decode() or "offset" in answer.url.query.decode()
        else body["total"]
    )
    return {"items": [_page(item, leave_out) for item in body["items"]], "total": total}


def _page(page: dict[str, Any], leave_out: set[str]) -> dict[str, Any]:
    return {name: _value(name, value) for name, value in page.items() if name not in leave_out}


def _value(name: str, value: Any) -> Any:
    if value is None:
        return None
    if name in TIMES:
        return datetime.fromisoformat(value).replace(tzinfo=None)
    return Decimal(value) if name in NUMBERS else value
