"""The demo's data: real text, in every shape that the API can show."""

from service.dev.demo.load import load_demo
from service.prisma.url import parse_database_url
from tests.example.support import serving


async def test_the_demo_shows_everything(postgres_url: str) -> None:
    number = await load_demo(parse_database_url(postgres_url))
    assert number >= 60
    async with serving(postgres_url) as api:
        pages = (await api.get("/pages/", params={"limit": 100})).json()
        assert pages["total"] == number
        items = pages["items"]
        assert {page["status"] for page in items} == {"DRAFT", "PUBLISHED", "ARCHIVED"}
        assert all(page["publishedAt"] for page in items if page["status"] == "PUBLISHED")
        assert any(page["parentId"] for page in items)
        assert any(not page["title"].isascii() for page in items)
        assert any(int(page["viewCount"]) > 2**53 for page in items)
        contents = [(await api.get(f"/pages/{page['id']}")).json()["content"] for page in items]
        assert all(content["blocks"] for content in contents)
        assert not any("lorem" in str(content).lower() for content in contents)
        revised = [
            page for page in items if (await api.get(f"/pages/{page['id']}/revisions")).json()["total"]
        ]
        for page in revised:
            revisions = (await api.get(f"/pages/{page['id']}/revisions?sort=number")).json()["items"]
            assert [revision["number"] for revision in revisions] == list(range(1, len(revisions) + 1))
        assert len(revised) > 10
        assert (await api.get("/topics/")).json()["total"] >= 5
        topics = [(await api.get(f"/pages/{page['id']}/topics")).json()["items"] for page in items[:5]]
        assert any(topics)
