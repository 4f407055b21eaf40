"""What Litestar itself refuses is a problem as any other, of the same status."""

from typing import Annotated

import httpx
import pytest
from litestar import get
from litestar.exceptions import HTTPException
from litestar.params import FromPath, HeaderParameter, PathParameter

from tests.support.things import client, serving_only


@get("/raised/{status:int}", sync_to_thread=False)
def raised(status: FromPath[int]) -> None:
    raise HTTPException("Not this way.", status_code=status, headers={"Retry-After": "7"})


async def answer(status: int) -> httpx.Response:
    async with client(serving_only([raised])) as served:
        return await served.get(f"/raised/{status}")


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (400, "bad_request"),
        (401, "unauthorized"),
        (403, "forbidden"),
        (404, "not_found"),
        (406, "bad_request"),
        (409, "conflict"),
        (412, "precondition_failed"),
        (418, "bad_request"),
        (422, "validation_failed"),
        (429, "bad_request"),
        (499, "bad_request"),
        (503, "unavailable"),
    ],
)
async def test_it_keeps_its_status_and_headers(
    capsys: pytest.CaptureFixture[str], status: int, code: str
) -> None:
    reply = await answer(status)
    problem = reply.json()
    assert (reply.status_code, problem["status"], problem["code"]) == (status, status, code)
    assert problem["detail"] == ("There is nothing at this path." if status == 404 else "Not this way.")
    assert reply.headers["retry-after"] == "7"
    assert "Unhandled error" not in capsys.readouterr().out


@pytest.mark.parametrize("status", [500, 501, 599])
async def test_a_fault_of_ours_says_nothing_of_itself(status: int) -> None:
    reply = await answer(status)
    assert (reply.status_code, reply.json()["code"]) == (500, "internal_error")
    assert "Not this way" not in reply.text


@get("/numbers/{number:int}", sync_to_thread=False)
def numbered(
    number: Annotated[int, PathParameter(ge=1)],
    times: Annotated[int, HeaderParameter(name="X-Times")] = 1,
) -> None:
    raise NotImplementedError(number, times)


@pytest.mark.parametrize(
    ("number", "times", "said"),
    [
        (0, "1", ("number", "too_small", "must be at least 1", {"limit": 1})),
        (1, "x", ("times", "wrong_type", "must be a whole number", {"expected": ["integer"]})),
    ],
)
async def test_a_wrong_parameter_is_named_in_our_words(
    number: int, times: str, said: tuple[object, ...]
) -> None:
    async with client(serving_only([numbered])) as served:
        reply = await served.get(f"/numbers/{number}", headers={"X-Times": times})
    assert reply.status_code == 422
    (error,) = reply.json()["errors"]
    assert (error["parameter"], error["code"], error["message"], error["params"]) == said
