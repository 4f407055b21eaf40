"""Many callers change the same thing at once."""

import asyncio
from collections import Counter
from pathlib import Path

import httpx

from tests.faults.cluster import Cluster
from tests.support.api import EDITOR, bearer
from tests.support.server import running

AT_ONCE = 50


async def test_no_update_is_lost(cluster: Cluster, database: str, tmp_path: Path) -> None:
    with (tmp_path / "log").open("w") as output, running(cluster.url(database), output) as server:
        async with httpx.AsyncClient(base_url=server.url, headers=bearer(), timeout=30) as client:
            page = await client.post("/pages/", json={"title": "T", "authorId": EDITOR})
            path, etag = f"/pages/{page.json()['id']}", page.headers["etag"]
            answers = await asyncio.gather(
                *(
                    client.patch(path, json={"title": f"T{number}"}, headers={"If-Match": etag})
                    for number in range(AT_ONCE)
                )
            )
            assert Counter(answer.status_code for answer in answers) == {200: 1, 412: AT_ONCE - 1}
            (won,) = [answer for answer in answers if answer.status_code == 200]
            stored = await client.get(path)
            assert (stored.json(), stored.headers["etag"]) == (won.json(), won.headers["etag"])


async def test_a_repeated_post_makes_no_double(cluster: Cluster, database: str, tmp_path: Path) -> None:
    with (tmp_path / "log").open("w") as output, running(cluster.url(database), output) as server:
        async with httpx.AsyncClient(base_url=server.url, headers=bearer(), timeout=30) as client:
            body = {"id": "chosen-by-the-client", "title": "T", "slug": "t", "authorId": EDITOR}
            answers = await asyncio.gather(*(client.post("/pages/", json=body) for _ in range(AT_ONCE)))
            assert Counter(answer.status_code for answer in answers) == {201: 1, 409: AT_ONCE - 1}
            assert {answer.headers["location"] for answer in answers} == {
                "/api/v1/pages/chosen-by-the-client"
            }
            assert (await client.get("/pages/")).json()["total"] == 1


async def test_deadlocks_are_resolved(cluster: Cluster, database: str, tmp_path: Path) -> None:
    """Each change moves one page below another one, which two of them do crosswise."""
    with (tmp_path / "log").open("w") as output, running(cluster.url(database), output) as server:
        async with httpx.AsyncClient(base_url=server.url, headers=bearer(), timeout=30) as client:
            pages = [
                (await client.post("/pages/", json={"title": f"P{number}", "authorId": EDITOR})).json()["id"]
                for number in range(4)
            ]
            changes = [
                client.patch(f"/pages/{page}", json={"parentId": parent, "title": f"T{turn}"})
                for turn in range(2)
                for page in pages
                for parent in pages
                if page != parent
            ]
            answers = Counter([answer.status_code for answer in await asyncio.gather(*changes)])
    assert answers.keys() <= {200, 409, 422, 503}
    assert answers[200] > 0
    print(f"\ncrosswise changes: {dict(answers)}")
