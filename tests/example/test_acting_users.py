"""Who writes is who the token says."""

from tests.example.support import serving
from tests.support.api import EDITOR, MEMBER, bearer


async def test_a_good_token_is_let_in_and_says_who_writes(postgres_url: str) -> None:
    async with serving(postgres_url, environment="production") as production:
        headers = bearer(MEMBER)
        assert (await production.get("/pages/", headers=headers)).status_code == 200
        page = (await production.post("/pages/", json={"title": "T"}, headers=headers)).json()
        assert (page["authorId"], page["lastEditorId"]) == (MEMBER, MEMBER)
        changed = await production.patch(f"/pages/{page['id']}", json={"title": "U"}, headers=bearer(EDITOR))
        assert (changed.json()["authorId"], changed.json()["lastEditorId"]) == (MEMBER, EDITOR)
        topic = (await production.post("/topics/", json={"name": "T"}, headers=headers)).json()
        await production.put(
            f"/pages/{page['id']}/topics", json={"topicIds": [topic["id"]]}, headers=bearer(MEMBER)
        )
        linked = await production.get(f"/pages/{page['id']}", headers=headers)
        assert linked.json()["lastEditorId"] == MEMBER
        chosen = await production.post("/pages/", json={"title": "T", "authorId": EDITOR}, headers=headers)
        assert chosen.status_code == 422
