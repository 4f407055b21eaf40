"""What Litestar itself refuses is a problem as any other, of the same status."""

import httpx
import pytest
from litestar import get
from litestar.exceptions import HTTPException
from litestar.params import FromPath

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
    assert reply.headers["retry-after"] == "7"
    assert "Unhandled error" not in capsys.readouterr().out


@pytest.mark.parametrize("status", [500, 501, 599])
async def test_a_fault_of_ours_says_nothing_of_itself(status: int) -> None:
    reply = await answer(status)
    assert (reply.status_code, reply.json()["code"]) == (500, "internal_error")
    assert "Not this way" not in reply.text
