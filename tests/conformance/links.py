"""What must hold of rows that are linked by their ids: the links that are sent are stored together with the row."""

from typing import Any

import msgspec
import sqlalchemy as sa

from service.core.resources.links import Link
from service.dev.samples.checked import Form
from service.dev.samples.values import NoSampleError, sample_value
from tests.conformance.payloads import body_of, refuse_unfilled, some_row
from tests.conformance.subject import Json, Refused, Subject
from tests.conformance.wire import fits, to_json

MAX_KEYS = 3


async def rows_are_linked_by_their_ids(subject: Subject) -> None:
    if "update" not in subject.offered:
        return
    for name, (kind, link) in _links(subject, "update").items():
        path = subject.one(subject.key_of(await some_row(subject)))
        some = await _ids(subject, kind, link)
        if not some:
            subject.note(name, "there is no row to link")
        await subject.ask("PATCH", path, 200, json={name: []})
        _, empty = await _read(subject, path)
        answer = await subject.ask("PATCH", path, 200, json={name: some}, headers={"If-Match": empty})
        linked, tag = await _read(subject, path)
        assert (linked, tag) == (answer.json(), answer.headers["etag"])
        assert _alike(linked[name], some), f"{name} was sent as {some} and is shown as {linked[name]}"
        assert (tag == empty) is (not some)
        stored = await _stored(subject)
        # A repeat, as after a lost answer, and a PUT of what was read change nothing.
        again = await subject.ask("PATCH", path, 200, json={name: some[::-1]}, headers={"If-Match": empty})
        assert (again.json(), again.headers["etag"]) == (linked, tag)
        if "replace" in subject.offered:
            put = await subject.ask("PUT", path, 200, json=linked, headers={"If-Match": tag})
            assert (put.json(), put.headers["etag"]) == (linked, tag)
        if some:
            await subject.ask("PATCH", path, 412, json={name: []}, headers={"If-Match": empty})
        if (unknown := await _unknown(subject, kind, link)) is not None:
            refused = await subject.ask("PATCH", path, 422, json={name: [*some, unknown]})
            errors = [(error["pointer"], error["code"]) for error in refused.json()["errors"]]
            assert errors == [(f"/{name}/{len(some)}", "not_found")]
        assert await _stored(subject) == stored
        fewer = await subject.ask("PATCH", path, 200, json={name: some[1:]})
        assert _alike(fewer.json()[name], some[1:])


async def a_new_row_is_stored_with_its_links(subject: Subject) -> None:
    links = _links(subject, "create")
    if not links:
        return
    ids = {name: await _ids(subject, kind, link) for name, (kind, link) in links.items()}
    kind = subject.offered.payload("create")
    for form, row in subject.tried():
        body = body_of(subject, kind, row, bare=form is not Form.FULL) | ids
        answer = await subject.api.post(subject.all, json=body)
        if answer.status_code == 201:
            break
        refuse_unfilled(subject, kind)
        reason = await subject.refusal(answer, subject.values(body, kind))
        assert reason, f"POST {body} answers {answer.status_code}: {answer.text[:600]}"
    else:
        raise Refused("no row can be made")
    made = answer.json()
    assert await subject.read(made) == (made, answer.headers["etag"])
    for name, some in ids.items():
        assert _alike(made[name], some), f"{name} was sent as {some} and is shown as {made[name]}"


def _links(subject: Subject, operation: str) -> dict[str, tuple[Any, Link]]:
    """The fields of a payload that hold ids of other rows, by their names on the wire, each with its type and link."""
    if operation not in subject.offered:
        return {}
    fields = msgspec.structs.fields(subject.offered.payload(operation))
    links = subject.mapping.links
    return {field.encode_name: (field.type, links[field.name]) for field in fields if field.name in links}


async def _read(subject: Subject, path: str) -> tuple[Json, str]:
    answer = await subject.ask("GET", path, 200)
    return answer.json(), answer.headers["etag"]


async def _ids(subject: Subject, kind: Any, link: Link) -> list[Any]:
    """The ids of some rows, as a payload takes them."""
    keys = await subject.select(sa.select(link.key).order_by(link.key).limit(MAX_KEYS))
    return [wire for (key,) in keys if fits([wire := to_json(key, link.key.type)], kind)]


async def _unknown(subject: Subject, kind: Any, link: Link) -> Any:
    """An id that no row has; None where none can be made up."""
    known = {key for (key,) in await subject.select(sa.select(link.key))}
    for _ in range(MAX_KEYS + len(known)):
        try:
            key = sample_value(link.key.key, link.key.type, next(subject.numbers))
        except NoSampleError:
            return None
        if key not in known and fits([wire := to_json(key, link.key.type)], kind):
            return wire
    return None


async def _stored(subject: Subject) -> Json:
    """The rows and their links, as the database holds them."""
    tables = [subject.table, *(link.table for link in subject.mapping.links.values())]
    return {table.name: sorted(map(repr, await subject.select(sa.select(table)))) for table in tables}


def _alike(shown: list[Any], sent: list[Any]) -> bool:
    """Whether they hold the same ids, in whatever order."""
    return sorted(map(repr, shown)) == sorted(map(repr, sent))
