"""Many callers change the same thing at once."""

import asyncio
from collections import Counter
from pathlib import Path

import httpx

from tests.faults.cluster import Cluster
from tests.support.api import bearer
from tests.support.server import running

AT_ONCE = 50


async def test_no_update_is_lost(cluster: Cluster, database: str, tmp_path: Path) -> None:
    with (tmp_path / "log").open("w") as output, running(cluster.url(database), output) as server:
        async with httpx.AsyncClient(base_url=server.url, headers=bearer(), timeout=30) as client:
            note = await client.post("/notes/", json={"title": "T"})
            path, etag = f"/notes/{note.json()['id']}", note.headers["etag"]
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
    print(f"\nPATCH: {AT_ONCE} with one ETag, 1 x 200, {AT_ONCE - 1} x 412")


async def test_a_repeated_post_makes_no_double(cluster: Cluster, database: str, tmp_path: Path) -> None:
    with (tmp_path / "log").open("w") as output, running(cluster.url(database), output) as server:
        async with httpx.AsyncClient(base_url=server.url, headers=bearer(), timeout=30) as client:
            body = {"id": "chosen-by-the-client", "title": "T", "slug": "t"}
            answers = await asyncio.gather(*(client.post("/notes/", json=body) for _ in range(AT_ONCE)))
            assert Counter(answer.status_code for answer in answers) == {201: 1, 200: AT_ONCE - 1}
            assert {answer.headers["location"] for answer in answers} == {
                "/api/v1/notes/chosen-by-the-client"
            }
            assert (await client.get("/notes/")).json()["total"] == 1
    print(f"\nPOST: {AT_ONCE} with one id, 1 x 201, {AT_ONCE - 1} x 200 with what is stored, 1 row")
