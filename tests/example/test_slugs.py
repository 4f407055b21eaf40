"""Slugs: the client's, or out of the title in any script."""

import asyncio

import pytest

from tests.example.support import make_page
from tests.support.api import EDITOR, Api
from tests.support.statements import statements_of


async def made(api: Api, title: str, **fields: str) -> str:
    answer = await api.post("/pages/", json={"title": title, "authorId": EDITOR} | fields)
    assert answer.status_code == 201, answer.text
    return answer.json()["slug"]


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Hello, world!", "hello-world"),
        ("Größe & Übung", "grosse-ubung"),
        ("Привет мир", "privet-mir"),
        ("北京", "bei-jing"),
        ("a" * 200, "a" * 200),
    ],
)
async def test_a_slug_is_made_of_the_title(api: Api, title: str, slug: str) -> None:
    assert await made(api, title) == slug


async def test_a_taken_one_gets_a_number(api: Api) -> None:
    assert [await made(api, "Same") for _ in range(3)] == ["same", "same-2", "same-3"]
    assert await made(api, "Same 2") == "same-2-2"
    long = "b" * 200
    assert [await made(api, long), await made(api, long)] == [long, f"{long[:198]}-2"]


async def test_to_look_for_a_free_one_is_no_transaction(api: Api) -> None:
    await made(api, "Looked for")
    statements = await statements_of(api)
    assert await made(api, "Looked for") == "looked-for-2"
    assert [each.split()[0] for each in statements] == ["INSERT", "SELECT", "INSERT"]


async def test_a_numbered_one_has_the_form_that_a_client_may_send_back(api: Api) -> None:
    title = "c" * 197 + " dd"
    pages = [(await api.post("/pages/", json={"title": title, "authorId": EDITOR})).json() for _ in range(2)]
    assert [page["slug"] for page in pages] == ["c" * 197 + "-dd", "c" * 197 + "-2"]
    replaced = await api.put(f"/pages/{pages[1]['id']}", json=pages[1])
    assert (replaced.status_code, replaced.json()) == (200, pages[1])


async def test_a_given_one_is_taken_as_it_is_or_not_at_all(api: Api) -> None:
    assert await made(api, "Title", slug="given") == "given"
    for slug in ("given", "GIVEN"):
        answer = await api.post("/pages/", json={"title": "Title", "authorId": EDITOR, "slug": slug})
        assert answer.status_code == (409 if slug == "given" else 422)
        assert [error["pointer"] for error in answer.json()["errors"]] == ["/slug"]


async def test_a_title_that_gives_none_is_refused(api: Api) -> None:
    answer = await api.post("/pages/", json={"title": "!!!", "authorId": EDITOR})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/slug")
    assert await made(api, "!!!", slug="bang") == "bang"


async def test_replacing_without_one_keeps_it(api: Api) -> None:
    page = await make_page(api, "kept")
    replaced = await api.put(f"/pages/{page['id']}", json={"title": "Another", "slug": "kept"})
    assert replaced.json()["slug"] == "kept"


async def test_pages_of_one_title_made_at_once_all_get_one(api: Api) -> None:
    slugs = await asyncio.gather(*(made(api, "At once") for _ in range(8)))
    assert sorted(slugs) == sorted(["at-once", *(f"at-once-{number}" for number in range(2, 9))])


async def test_many_pages_of_one_title(api: Api) -> None:
    for number in range(1, 53):
        await made(api, "Many", slug="many" if number == 1 else f"many-{number}")
    assert await made(api, "Many") == "many-53"
