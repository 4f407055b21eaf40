"""What must hold of reads: every row is found, once, by its key, by each filter, and in each order."""

from typing import Any

import msgspec
import sqlalchemy as sa

from service.core.resources.filters import Filter
from tests.conformance.filters import questions
from tests.conformance.subject import Json, Refused, Subject
from tests.conformance.wire import fits, literals_of

PAGE = 3
NOT_OFFERED = {
    "create": ("POST", False),
    "batch": ("PATCH", False),
    "replace": ("PUT", True),
    "update": ("PATCH", True),
    "delete": ("DELETE", True),
}


async def a_list_shows_every_row(subject: Subject) -> None:
    items = await subject.list()
    stored = await subject.select(sa.select(*subject.key_columns))
    assert sorted(map(repr, map(subject.stored_key, items))) == sorted(map(repr, stored))
    if not items:
        raise Refused("there is no row to show")
    for item in items:
        one, _ = await subject.read(item)
        shared = item.keys() & one.keys()
        assert {name: item[name] for name in shared} == {name: one[name] for name in shared}


async def keys_are_read_in_the_order_asked_for(subject: Subject) -> None:
    parameter = _parameter_of_keys(subject)
    if parameter is None:
        return
    keys = [subject.key_of(item)[0] for item in await subject.list()]
    for asked in (list(reversed(keys)), keys[1:2]):
        if asked and all(str(key) for key in asked):
            answer = await subject.ask("GET", subject.all, 200, params={parameter: asked})
            assert [subject.key_of(item)[0] for item in answer.json()["items"]] == asked


async def each_filter_finds_what_it_says(subject: Subject) -> None:
    fields = {
        field.name: field for field in msgspec.structs.fields(subject.offered.operations["list"].criteria)
    }
    columns = list(subject.table.columns)
    rows = [
        dict(zip((column.name for column in columns), row, strict=True))
        for row in await subject.select(sa.select(*columns))
    ]
    for name, declared in subject.offered.reader.filters.items():
        if name not in fields or name == _key_filter(subject):
            continue
        asked = [
            each
            for each in questions(declared, subject.table, rows, subject.samples.rows)
            if _is_taken(fields[name].type, each.values)
        ]
        if not asked:
            subject.note(f"filter {name}", "no row has a value to ask for that it takes")
        for question in asked:
            found = await subject.list(**{fields[name].encode_name: question.values})
            shown = {repr(subject.stored_key(item)) for item in found}
            if question.matches is None and question.condition is None:
                subject.note(f"filter {name}", "other rows decide, so that it was only asked")
                continue
            if question.matches is None:
                expected = await subject.select(sa.select(*subject.key_columns).where(question.condition))
            else:
                keys = [column.name for column in subject.key_columns]
                expected = [tuple(row[key] for key in keys) for row in rows if question.matches(row)]
            assert shown == set(map(repr, expected)), f"{name}={question.values}"


async def each_order_is_the_databases_own(subject: Subject) -> None:
    for sort in [None, *_sorts(subject)]:
        params = {} if sort is None else {"sort": sort}
        order = sort or subject.offered.reader.default_sort
        expected = [repr(key) for key in await subject.select(_ordered(subject, order))]
        whole = [repr(subject.stored_key(item)) for item in await subject.list(**params)]
        assert whole == expected, f"sort={sort}: {whole}, and by SQL {expected}"
        forth, last = await _walk(subject, params, "nextCursor")
        assert forth == expected, f"sort={sort} by nextCursor: {forth}, and by SQL {expected}"
        back, _ = await _walk(subject, params, "previousCursor", last)
        assert back == expected, f"sort={sort} by previousCursor: {back}, and by SQL {expected}"


async def head_and_unchanged_rows_have_no_body(subject: Subject) -> None:
    await subject.ask("HEAD", subject.all, 200)
    for item in (await subject.list())[:1]:
        path = subject.one(subject.key_of(item))
        _, tag = await subject.read(item)
        head = await subject.ask("HEAD", path, 200)
        assert (head.content, head.headers["etag"]) == (b"", tag)
        unchanged = await subject.ask("GET", path, 304, headers={"If-None-Match": tag})
        assert unchanged.content == b""
        assert (await subject.ask("GET", path, 200, headers={"If-None-Match": '"other"'})).content


async def what_is_not_known_is_said_so(subject: Subject) -> None:
    unknown = ["no such key"] * len(subject.key_names)
    await subject.ask("GET", subject.one(unknown), 404)
    await subject.ask("GET", subject.all, 422, params={"nobodyKnowsThis": 1})
    await subject.ask("GET", subject.all, 422, params={"cursor": "made-up"})


async def what_is_not_offered_is_refused_as_a_method(subject: Subject) -> None:
    rows = await subject.list()
    for name, (method, needs_row) in NOT_OFFERED.items():
        if name in subject.offered or (needs_row and not rows):
            continue
        path = subject.one(subject.key_of(rows[0])) if needs_row else subject.all
        answer = await subject.ask(method, path, 405, json={})
        assert method not in answer.headers["allow"].split(", ")


def _key_filter(subject: Subject) -> str | None:
    """The filter that names rows by their keys, and answers in the order of these; None where there is none."""
    if len(subject.mapping.key) != 1:
        return None
    name = subject.mapping.key[0].key
    found: Filter | None = subject.offered.reader.filters.get(name)
    return name if found and found.alone else None


def _parameter_of_keys(subject: Subject) -> str | None:
    name = _key_filter(subject)
    fields = msgspec.structs.fields(subject.offered.operations["list"].criteria)
    return next((field.encode_name for field in fields if field.name == name), None)


def _sorts(subject: Subject) -> list[str]:
    fields = msgspec.structs.fields(subject.offered.operations["list"].criteria)
    return [str(value) for field in fields if field.name == "sort" for value in literals_of(field.type)]


def _is_taken(annotation: Any, values: list[str]) -> bool:
    """Whether a parameter of this type takes these texts."""
    if not all(values):
        return False
    for value in (values, values[0]):
        try:
            msgspec.convert(value, annotation, strict=False)
        except msgspec.ValidationError:
            continue
        return True
    return fits(values, annotation)


def _ordered(subject: Subject, sort: str) -> "sa.Select[Any]":
    """The statement for the keys in this order: NULL counts as the largest value, and the key breaks ties."""
    column = subject.offered.reader.sql.sorts[sort.removeprefix("-")].property.columns[0]
    places = [column, *(each for each in subject.key_columns if each is not column)]
    descending = sort.startswith("-")
    order = [each.desc().nulls_first() if descending else each.asc().nulls_last() for each in places]
    return sa.select(*subject.key_columns).order_by(*order)


async def _walk(
    subject: Subject, params: Json, way: str, first: Json | None = None
) -> tuple[list[str], Json]:
    """Follow the cursors of this `way` from the page `first` on; the keys in the list's order, and the last page."""
    page = first
    seen: list[str] = []
    while True:
        if page is None:
            page = (await subject.ask("GET", subject.all, 200, params={**params, "limit": PAGE})).json()
        keys = [repr(subject.stored_key(item)) for item in page["items"]]
        seen = seen + keys if way == "nextCursor" else keys + seen
        assert len(seen) <= 100, f"{way} goes round in a circle: {seen}"
        cursor = page[way]
        if cursor is None:
            return seen, page
        asked = {**params, "limit": PAGE, "cursor": cursor}
        page = (await subject.ask("GET", subject.all, 200, params=asked)).json()
