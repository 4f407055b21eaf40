"""What a resource does not do is told as that, beside the methods that its paths take."""

import pytest

from service.core.resources.controller import CrudController, ReadController
from service.core.schema import Absent
from tests.support.api import serving
from tests.support.notes import NoteController
from tests.support.seats import Seat, SeatQuery, SeatRepository
from tests.support.words import Word, WordQuery, WordReplace, WordRepository, WordUpdate


class FoundWordController(CrudController[WordRepository, Word, WordQuery, Absent, WordReplace, WordUpdate]):
    """Words that nobody makes here."""

    path = "/words"


class SeatsController(ReadController[SeatRepository, Seat, SeatQuery]):
    """Seats that nobody changes here."""

    path = "/seats"


@pytest.mark.parametrize(
    ("method", "path", "done", "allow"),
    [
        ("POST", "/words", "created", "GET, HEAD, OPTIONS, PATCH"),
        ("DELETE", "/words", "deleted", "GET, HEAD, OPTIONS, PATCH"),
        ("POST", "/seats", "created", "GET, HEAD, OPTIONS"),
        ("PATCH", "/seats", "changed", "GET, HEAD, OPTIONS"),
        ("PUT", "/seats/red/1", "replaced", "GET, HEAD, OPTIONS"),
        ("PATCH", "/seats/red/1", "changed", "GET, HEAD, OPTIONS"),
        ("DELETE", "/seats/red/1", "deleted", "GET, HEAD, OPTIONS"),
        ("GET", "/notes/x/finish", "read", "OPTIONS, POST"),
        ("HEAD", "/notes/x/finish", None, "OPTIONS, POST"),
    ],
)
async def test_what_is_not_done_is_said_so(
    sqlite_url: str, method: str, path: str, done: str | None, allow: str
) -> None:
    resources = [FoundWordController, SeatsController, NoteController]
    async with serving(sqlite_url, resources=resources, API_DOCS="false") as api:
        answer = await api.request(method, path, json={})
    assert (answer.status_code, answer.headers["allow"]) == (405, allow)
    if done:
        assert f"nothing is {done} at this path" in answer.json()["detail"]


async def test_of_a_method_that_no_path_takes_no_more_is_said(sqlite_url: str) -> None:
    async with serving(sqlite_url, resources=[SeatsController], API_DOCS="false") as api:
        answer = await api.request("TRACE", "/seats")
    assert answer.json()["detail"].startswith("This path does not take this method")


async def test_a_batch_of_what_nobody_makes_says_what_it_takes(sqlite_url: str) -> None:
    async with serving(sqlite_url, resources=[FoundWordController], API_DOCS="false") as api:
        items = [{"op": "create", "word": "a", "meaning": "b"}]
        answer = await api.patch("/words", json={"items": items})
    assert [(each["pointer"], each["params"]) for each in answer.json()["errors"]] == [
        ("/items/0/op", {"allowed": ["delete", "update"]})
    ]
