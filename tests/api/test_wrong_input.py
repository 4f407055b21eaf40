"""What a caller reads of wrong input: each fault once, all at once, and no more than fits an answer."""

import gzip
from typing import Any

import pytest

from tests.support.api import Api

JSON = {"Content-Type": "application/json"}
MANY = 60_000


def pointers(problem: dict[str, Any]) -> list[str]:
    return [error["pointer"] for error in problem["errors"]]


def listed(*items: str) -> str:
    return ",".join(items)


@pytest.mark.parametrize(
    ("content", "more"),
    [
        ("{" + listed(*(f'"key{n}": 1' for n in range(99))) + "}", 50),
        ("{" + listed(*(f'"key{n}": 1' for n in range(MANY))) + "}", 100),
        ('{"title": "t", "content": {"a": [' + listed(*["1e999"] * MANY) + "]}}", 100),
    ],
    ids=["some", "unknown keys", "numbers"],
)
async def test_an_answer_names_fifty_faults_and_counts_a_hundred_more(
    api: Api, content: str, more: int
) -> None:
    answer = await api.post("/notes/", content=content, headers=JSON)
    problem = answer.json()
    assert answer.status_code == 422
    assert len(answer.content) < 30_000
    assert len(problem["errors"]) == 50
    assert problem["moreErrors"] == more


async def test_of_a_list_that_is_too_long_no_item_is_looked_at(api: Api) -> None:
    body = {"items": [1] * MANY}
    problem = (await api.patch("/notes/", json=body)).json()
    assert [(error["pointer"], error["code"]) for error in problem["errors"]] == [("/items", "too_many")]


async def test_few_faults_are_all_named(api: Api) -> None:
    body: dict[str, Any] = {"title": "t", "tags": [1, "fine", None, {}]}
    problem = (await api.post("/notes/", json=body)).json()
    assert pointers(problem) == ["/tags/0", "/tags/2", "/tags/3"]
    assert "moreErrors" not in problem


async def test_a_parameter_is_named_once(api: Api) -> None:
    for query, names in (
        ("nope=a&nope=b", ["nope"]),
        ("limit=1&limit=2&limit=x", ["limit"]),
        ("nope=a&limit=x&nope=b", ["nope", "limit"]),
        ("tag=%00&tag=%00", ["tag"]),
    ):
        problem = (await api.get(f"/notes/?{query}")).json()
        assert [error["parameter"] for error in problem["errors"]] == names, query


async def test_many_parameters(api: Api) -> None:
    problem = (await api.get("/notes/?" + "&".join(f"p{n}=1" for n in range(99)))).json()
    assert (len(problem["errors"]), problem["moreErrors"]) == (50, 49)


@pytest.mark.parametrize("query", ["limit=1&", "&limit=1", "limit=1&&count=none", "&", "&&"])
async def test_nothing_between_parameters_is_nothing(api: Api, query: str) -> None:
    assert (await api.get(f"/notes/?{query}")).status_code == 200
    assert (await api.get("/utils/health-check?&")).status_code == 200


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("limit", "`limit` of the query string has no value"),
        ("limit=%ff", "percent-encoded UTF-8"),
        ("&".join(["tag=a"] * 301), "more than 300 parameters"),
    ],
)
async def test_what_cannot_be_read_says_why(api: Api, query: str, says: str) -> None:
    answer = await api.get(f"/notes/?{query}")
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_request")
    assert says in answer.json()["detail"]


@pytest.mark.parametrize("coding", ["gzip", "deflate, gzip", "br", "GZIP"])
async def test_a_compressed_body_is_refused_by_name(api: Api, coding: str) -> None:
    body = gzip.compress(b'{"name": "n"}')
    answer = await api.post("/labels/", content=body, headers=JSON | {"Content-Encoding": coding})
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")
    assert "Content-Encoding" in answer.json()["detail"]
    assert answer.headers["accept-encoding"] == "identity"


async def test_a_body_that_is_said_to_be_as_it_is_is_taken(api: Api) -> None:
    headers = JSON | {"Content-Encoding": "identity"}
    assert (await api.post("/labels/", content=b'{"name": "n"}', headers=headers)).status_code == 201


async def test_no_python_types_and_no_regular_expressions_reach_people(api: Api) -> None:
    body = {"title": 1, "slug": "Not A Slug"}
    messages = [error["message"] for error in (await api.post("/notes/", json=body)).json()["errors"]]
    messages += [error["message"] for error in (await api.get("/notes/?limit=x")).json()["errors"]]
    assert len(messages) == 3
    for message in messages:
        assert "`" not in message
        assert "regex" not in message


async def test_a_number_that_python_would_not_read_is_refused_in_our_words(api: Api) -> None:
    for body in (f'{{"title": {"1" * 5000}}}', f'{{"title": "T", "content": {{"a": [{"1" * 5000}]}}}}'):
        answer = await api.post("/notes/", content=body, headers=JSON)
        assert (answer.status_code, answer.json()["code"]) == (400, "bad_request")
        assert answer.json()["detail"] == "The body holds a number of too many digits; send it as a string."


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "The body is empty."),
        (b" \n", "The body is empty."),
        (b"{title: 1}", "The body is not JSON: line 1, column 2."),
        (b'{"title":\n "a" "b"}', "The body is not JSON: line 2, column 6."),
        (b'{"title": "a"} x', "The body is not JSON: line 1, column 16."),
    ],
)
async def test_what_is_no_json_is_said_in_our_words(api: Api, body: bytes, says: str) -> None:
    answer = await api.post("/notes/", content=body, headers=JSON)
    assert (answer.status_code, answer.json()["detail"]) == (400, says)


async def test_a_byte_order_mark_before_the_body_is_let_pass(api: Api) -> None:
    headers = {"Content-Type": "application/json"}
    answer = await api.post("/notes/", content=b'\xef\xbb\xbf{"title": "T"}', headers=headers)
    assert answer.status_code == 201, answer.text


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("status[]=DRAFT", "is not a parameter here; several are written status=…&status=…"),
        ("status[0]=DRAFT", "is not a parameter here; several are written status=…&status=…"),
        ("status=DRAFT,DONE", "; several are written status=…&status=…"),
        ("limit[]=1", "known are"),
        ("nope[]=1", "known are"),
    ],
)
async def test_another_form_of_an_array_is_told_the_right_one(api: Api, query: str, says: str) -> None:
    answer = await api.get(f"/notes/?{query}")
    (error,) = answer.json()["errors"]
    assert answer.status_code == 422
    assert says in error["message"]
