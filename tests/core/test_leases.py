"""Connections that statements keep between them are there for whoever else wants one."""

import asyncio

from tests.support.api import Api, serving


def used_and_idle(api: Api) -> tuple[int, int]:
    (source,) = api.application.state.database.sources
    assert source.leases
    return source.in_use(), source.leases.idle


async def test_reads_and_transactions_share_a_small_pool(postgres_url: str) -> None:
    async with serving(f"{postgres_url}&connection_limit=2&pool_timeout=5") as api:
        page = await api.make_page("shared")
        topic = (await api.post("/topics/", json={"name": "shared"})).json()
        path = f"/pages/{page['id']}"
        calls = [
            call
            for number in range(15)
            for call in (
                api.get(path),
                api.patch(path, json={"position": number}),
                api.put(f"{path}/topics", json={"topicIds": [topic["id"]]}),
                api.get("/private/diagnostics/database"),
            )
        ]
        answers = await asyncio.gather(*calls)
        assert {answer.status_code for answer in answers} == {200}
        # Two reads at once keep both connections.
        await asyncio.gather(api.get(path), api.get(path))
        assert used_and_idle(api) == (0, 2)
        shown = (await api.get("/private/diagnostics/database")).json()
        assert shown["pool"] == {"size": 2, "inUse": 1, "idle": 1}


async def test_a_statement_that_fails_keeps_no_connection(postgres_url: str) -> None:
    async with serving(postgres_url) as api:
        await api.get("/utils/readiness")  # what start-up does in the background is done then
        await api.make_page("taken")
        assert used_and_idle(api) == (0, 1)
        answer = await api.post("/topics/", json={"name": "x" * 200})
        assert answer.status_code == 201
        again = await api.post("/topics/", json={"name": "x" * 200})
        assert again.status_code == 409
        assert used_and_idle(api) == (0, 0)


async def test_who_waits_too_long_is_told(postgres_url: str) -> None:
    async with serving(f"{postgres_url}&connection_limit=1&pool_timeout=1") as api:
        database = api.application.state.database
        async with database.connect():
            answer = await api.get("/pages/")
        assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
        assert answer.headers["retry-after"]
        assert (await api.get("/pages/")).status_code == 200
