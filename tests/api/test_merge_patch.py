"""PATCH with `application/merge-patch+json` merges into JSON documents (RFC 7396)."""

import asyncio
from typing import Any

import pytest

from service.core.resources.writes.merge_patch import merged, refuse_growth
from tests.support.api import Api

MERGE = {"Content-Type": "application/merge-patch+json"}


@pytest.mark.parametrize(
    ("stored", "patch", "after"),
    [  # RFC 7396, appendix A
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b"}, {"a": None}, {}),
        ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
        (["a", "b"], ["c", "d"], ["c", "d"]),
        ({"a": "b"}, ["c"], ["c"]),
        ({"a": "foo"}, None, None),
        ({"a": "foo"}, "bar", "bar"),
        ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
        ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
        ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
    ],
)
def test_the_rfc(stored: Any, patch: Any, after: Any) -> None:
    before = str(stored)
    assert merged(stored, patch) == after
    assert str(stored) == before


async def test_documents_are_merged_and_all_else_is_as_ever(api: Api) -> None:
    note = await api.make_note("one", content={"a": 1, "b": {"c": 2, "d": 3}, "e": None}, metadata={"x": 1})
    path = f"/notes/{note['id']}"
    body = {"title": "Other", "content": {"a": None, "b": {"c": 4}}, "tags": ["t"]}
    answer = await api.patch(path, json=body, headers=MERGE)
    after = {"title": "Other", "content": {"b": {"c": 4, "d": 3}, "e": None}, "tags": ["t"]}
    assert {name: answer.json()[name] for name in after} == after
    assert answer.json()["metadata"] == {"x": 1}
    whole = await api.patch(path, json={"content": {"b": {}}})
    assert whole.json()["content"] == {"b": {}}, "application/json replaces"
    emptied = await api.patch(path, json={"metadata": None}, headers=MERGE)
    assert emptied.json()["metadata"] is None
    filled = await api.patch(path, json={"metadata": {"a": {"b": None}}}, headers=MERGE)
    assert filled.json()["metadata"] == {"a": {}}


async def test_numbers_keep_the_digits_that_no_double_holds(api: Api) -> None:
    path = f"/notes/{(await api.make_note('one'))['id']}"
    for number in (
        "12345678901234567890.123456789",
        "-0.1234567890123456789012345",
        "123456789012345678901234567890",
    ):
        sent = f'{{"content": {{"a": [{number}], "b": 1.5, "other": 1}}}}'
        stored = await api.patch(path, content=sent, headers={"Content-Type": "application/json"})
        assert number in stored.text
        after = await api.patch(path, json={"content": {"other": 2}}, headers=MERGE)
        assert (number in after.text, after.json()["content"]["other"]) == (True, 2)
        assert after.json()["content"]["b"] == 1.5


async def test_a_document_grows_no_larger_than_a_body_and_may_shrink(api: Api) -> None:
    note = await api.make_note("one", content={"a": "x" * 600_000})
    path = f"/notes/{note['id']}"
    grown = await api.patch(path, json={"content": {"b": "x" * 600_000}}, headers=MERGE)
    assert grown.status_code == 422
    (error,) = grown.json()["errors"]
    assert (error["pointer"], error["code"]) == ("/content", "too_long")
    assert error["params"] == {"limit": 1_000_000}
    outdated = MERGE | {"If-Match": '"other"'}
    refused = await api.patch(path, json={"content": {"b": "x" * 600_000}}, headers=outdated)
    assert refused.status_code == 412, "as ever before 422"
    again = await api.patch(path, json={"content": {"a": None, "b": "x" * 600_000}}, headers=MERGE)
    assert [*again.json()["content"]] == ["b"]
    refuse_growth({"a": 1, "b": "x" * 1_200_000}, {"b": "x" * 1_200_000}, "/content")


async def test_errors_and_conditions_are_those_of_patch(api: Api) -> None:
    note = await api.make_note("one", content={"a": 1})
    path = f"/notes/{note['id']}"
    tag = {"If-Match": (await api.get(path)).headers["etag"]}
    saved = await api.patch(path, json={"content": {"b": 2}}, headers=MERGE | tag)
    assert saved.json()["content"] == {"a": 1, "b": 2}
    assert (await api.patch(path, json={"content": {"c": 3}}, headers=MERGE | tag)).status_code == 412
    again = await api.patch(path, json={"content": {"b": 2}}, headers=MERGE | tag)
    assert again.status_code == 200, "a repeat of what is stored"
    assert (await api.patch("/notes/nobody", json={"content": {}}, headers=MERGE)).status_code == 404
    wrong = await api.patch(path, json={"content": [], "title": ""}, headers=MERGE)
    assert {error["pointer"] for error in wrong.json()["errors"]} == {"/content", "/title"}
    for method, where in (("PUT", path), ("POST", "/notes/"), ("PATCH", "/notes/")):
        refused = await api.request(method, where, json={"title": "t"}, headers=MERGE)
        assert (refused.status_code, "merge" in refused.json()["detail"]) == (415, False)
    refused = await api.patch(path, content="{}", headers={"Content-Type": "text/plain"})
    assert "application/merge-patch+json" in refused.json()["detail"]


async def test_merges_at_once_lose_nothing(api: Api) -> None:
    path = f"/notes/{(await api.make_note('one'))['id']}"
    answers = await asyncio.gather(
        *(api.patch(path, json={"content": {f"m{n}": n}}, headers=MERGE) for n in range(20))
    )
    assert {answer.status_code for answer in answers} == {200}
    assert (await api.get(path)).json()["content"] == {f"m{n}": n for n in range(20)}
