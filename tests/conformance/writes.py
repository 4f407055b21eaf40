"""What must hold of writes: what is sent is stored, once, guarded by the row's ETag, and nothing else changes."""

from typing import Any

import msgspec

from service.core.resources.batch import Batch
from service.dev.samples.checked import Form
from service.dev.samples.rows import uniques
from service.prisma.names import api_name
from service.prisma.types import is_json
from tests.conformance.marked import is_gone_for, is_marked, readers_of
from tests.conformance.payloads import (
    body_of,
    change,
    columns_of,
    create,
    defaults_of,
    some_row,
    units,
    why_not_made,
)
from tests.conformance.subject import Json, Refused, Subject
from tests.conformance.wire import fits, same


async def a_new_row_is_stored_as_it_was_sent(subject: Subject) -> None:
    if "create" not in subject.offered:
        return
    body, answer = await create(subject)
    made = answer.json()
    _says(subject, subject.offered.payload("create"), body, made)
    one, tag = await subject.read(made)
    assert (one, tag) == (made, answer.headers["etag"])
    path = answer.headers["location"]
    assert path.endswith(subject.one(subject.key_of(made))), path
    assert made in [await _whole(subject, item) for item in await subject.list()]
    await subject.ask("POST", subject.all, 422, json={**body, "nobodyKnowsThis": 1})


async def a_creation_with_its_own_key_can_be_repeated(subject: Subject) -> None:
    if "create" not in subject.offered:
        return
    body, answer = await create(subject)
    made = answer.json()
    given = body | dict(zip(subject.key_names, subject.key_of(made), strict=True))
    names = {field.encode_name for field in msgspec.structs.fields(subject.offered.payload("create"))}
    if given.keys() <= names:
        if not set(subject.key_names) <= body.keys():
            # A key that the service made need not be one that callers may choose.
            again = await subject.api.post(subject.all, json=given)
            assert again.status_code in {200, 422}, again.text
            return
        repeated = await subject.ask("POST", subject.all, 200, json=given)
        assert repeated.json() == made


async def each_field_changes_alone(subject: Subject) -> None:
    if "update" not in subject.offered:
        return
    kind = subject.offered.payload("update")
    # Without columns that change with every write, such as `updatedAt`.
    changed = [
        name
        for unit in units(subject, kind)
        for name, column in columns_of(subject, kind, unit).items()
        if column.onupdate is None
    ]
    for unit in units(subject, kind):
        item = await some_row(subject)
        before, tag = await subject.read(item)
        result = await change(subject, before, unit)
        if result is None:
            continue
        body, answer = result
        after = answer.json()
        _says(subject, kind, body, after)
        one, now = await subject.read(after)
        assert (one, now) == (after, answer.headers["etag"])
        assert (now == tag) is (after == before), f"{body}: the ETag was {tag} and is {now}"
        others = [name for name in changed if name not in body and name in before]
        assert {name: after[name] for name in others} == {name: before[name] for name in others}
    await subject.ask(
        "PATCH", subject.one(subject.key_of(await some_row(subject))), 422, json={"nobodyKnowsThis": 1}
    )


async def null_empties_what_can_be_empty(subject: Subject) -> None:
    if "update" not in subject.offered:
        return
    kind = subject.offered.payload("update")
    for unit in units(subject, kind):
        names = ", ".join(field.encode_name for field in unit)
        columns = columns_of(subject, kind, unit)
        emptied = [field for field in unit if fits(None, field.type)]
        for field in emptied:
            column = columns[field.encode_name]
            assert column.nullable or is_json(column.type), f"{field.name} takes null, and cannot be empty"
        if not emptied:
            continue
        item = await some_row(subject)
        body = {field.encode_name: None for field in emptied}
        answer = await subject.api.patch(subject.one(subject.key_of(item)), json=body)
        if answer.status_code != 200:
            row = subject.values(body, kind)
            if answer.status_code == 409 and await subject.is_taken(row, item):
                # In PostgreSQL, a unique index may take one null at most (NULLS NOT DISTINCT).
                subject.note(f"null for {names}", "refused: another row has it")
                continue
            reason = await subject.refusal(answer, row, item)
            assert reason, f"PATCH {body} answers {answer.status_code}: {answer.text[:600]}"
            subject.note(f"null for {names}", f"refused: {reason}")
            continue
        _says(subject, kind, body, answer.json())


async def what_was_read_can_be_put_back(subject: Subject) -> None:
    if "replace" not in subject.offered:
        return
    kind = subject.offered.payload("replace")
    item = await some_row(subject)
    before, tag = await subject.read(item)
    path = subject.one(subject.key_of(item))
    answer = await subject.ask("PUT", path, 200, json=before, headers={"If-Match": tag})
    assert (answer.json(), answer.headers["etag"]) == (before, tag)
    reason: str | None = None
    for form, made in subject.tried():
        body = body_of(subject, kind, made, of=before, bare=form is not Form.FULL)
        answer = await subject.api.put(path, json=body)
        if answer.status_code == 200:
            _says(subject, kind, body, answer.json())
            assert (await subject.read(item))[0] == answer.json()
            return
        row = subject.values(defaults_of(kind) | body, kind)
        if answer.status_code == 409 and await subject.is_taken(row, item):
            # Another row was changed to these values, of which the samples know nothing.
            reason = "what must be unique of it is taken"
            continue
        reason = await subject.refusal(answer, row, item)
        assert reason, f"PUT {body} answers {answer.status_code}: {answer.text[:600]}"
    subject.note("a replacement", f"refused: {reason}")


async def a_stale_etag_changes_nothing(subject: Subject) -> None:
    if "update" not in subject.offered:
        return
    for unit in units(subject, subject.offered.payload("update")):
        item = await some_row(subject)
        before, old = await subject.read(item)
        first = await change(subject, before, unit, headers={"If-Match": old})
        if first is None or first[1].json() == before:
            continue
        path = subject.one(subject.key_of(item))
        tag = first[1].headers["etag"]
        assert tag != old
        # Back to the former values, since a repeat of the last change would be allowed.
        back = {field.encode_name: before[field.encode_name] for field in unit}
        stale = await subject.ask("PATCH", path, 412, json=back, headers={"If-Match": old})
        assert stale.json()["etag"] == tag
        if "replace" in subject.offered:
            await subject.ask("PUT", path, 412, json=before, headers={"If-Match": old})
        if "delete" in subject.offered:
            await subject.ask("DELETE", path, 412, headers={"If-Match": old})
        assert (await subject.read(item))[0] == first[1].json()
        await subject.ask("PATCH", path, 200, json=back, headers={"If-Match": tag})
        return
    raise Refused("no field changes")


async def a_batch_is_done_as_a_whole(subject: Subject) -> None:
    if "batch" not in subject.offered or "create" not in subject.offered:
        return
    kind: type[Batch] = subject.offered.payload("batch")
    op = kind.item_types.tag
    gone, changed = (await create(subject))[1].json(), (await create(subject))[1].json()
    update, stored = await _update_of(subject, changed), await subject.stored(gone)
    readers = await readers_of(subject, gone, stored)
    reason: str | None = None
    for form, row in subject.tried():
        new = body_of(subject, subject.offered.payload("create"), row, bare=form is not Form.FULL)
        items = [{op: "create", **new}, {op: "delete", **_key(subject, gone)}]
        if update is not None:
            items.append({op: "update", **_key(subject, changed), **update})
        answer = await subject.api.patch(subject.all, json={"items": items})
        reason = await why_not_made(subject, answer, new)
        if not reason:
            break
    else:
        raise Refused(reason)
    assert answer.status_code == 200, f"PATCH {items} answers {answer.status_code}: {answer.text[:600]}"
    results = answer.json()["items"]
    assert [result["status"] for result in results] == [201, 204, 200][: len(items)]
    made = results[0]["item"]
    assert await subject.read(made) == (made, results[0]["etag"])
    if await is_marked(subject, gone, stored):
        await is_gone_for(subject, gone, readers)
        return
    await subject.ask("GET", subject.one(subject.key_of(gone)), 404)
    if update is not None:
        _says(subject, kind.item_types.update, update, (await subject.read(changed))[0])
    # A row that is gone cannot be changed, and a batch may name no row twice.
    wrong = {op: "delete", **_key(subject, made)}
    if update is not None:
        wrong = {op: "update", **_key(subject, gone), **update}
    nothing = [{op: "delete", **_key(subject, made)}, wrong]
    refused = await subject.ask("PATCH", subject.all, 422, json={"items": nothing})
    assert refused.json()["errors"][0]["pointer"] == "/items/1"
    assert await subject.read(made) == (made, results[0]["etag"])


async def what_is_taken_is_a_conflict(subject: Subject) -> None:
    if "create" not in subject.offered:
        return
    kind = subject.offered.payload("create")
    columns = {
        column.name: field.encode_name
        for field in msgspec.structs.fields(kind)
        if (column := subject.column_of(kind, field.name)) is not None
    }
    referring = {element.parent.name for element in subject.table.foreign_keys}
    for unique in uniques(subject.table, among_all=True):
        taken, _ = await create(subject)
        names = {columns.get(name) for name in unique}
        if not names <= taken.keys() or any(taken.get(str(name)) is None for name in names):
            continue
        kept = names | {columns[name] for name in referring if name in columns}
        fresh = body_of(subject, kind, subject.next_row())
        body = fresh | {name: taken[name] for name in kept if name in taken}
        if {**taken, **body} == taken:
            continue
        answer = await subject.api.post(subject.all, json=body)
        if reason := await subject.refusal(answer, subject.values(body, kind)):
            subject.note(f"a taken {', '.join(sorted(map(str, names)))}", f"refused: {reason}")
            continue
        assert answer.status_code == 409, f"POST {body} answers {answer.status_code}: {answer.text[:600]}"
        assert answer.json()["code"] == "already_exists", answer.text


async def what_is_deleted_is_gone(subject: Subject) -> None:
    if "delete" not in subject.offered:
        return
    # To a new row nothing refers: one from the API, or from the database itself where the API creates none.
    new = (await create(subject))[1].json() if "create" in subject.offered else await subject.insert()
    made, tag = await subject.read(new)
    path, stored = subject.one(subject.key_of(made)), await subject.stored(made)
    readers = await readers_of(subject, made, stored)
    await subject.ask("DELETE", path, 204, headers={"If-Match": tag})
    if await is_marked(subject, made, stored):
        await is_gone_for(subject, made, readers)
        return
    await subject.ask("GET", path, 404)
    await subject.ask("DELETE", path, 404)
    if "update" in subject.offered:
        await subject.ask("PATCH", path, 404, json={})
    if "replace" in subject.offered:
        await subject.ask("PUT", path, 404, json=made)
    keys = [subject.key_of(item) for item in await subject.list()]
    assert subject.key_of(made) not in keys


def _says(subject: Subject, kind: Any, body: Json, shown: Json) -> None:
    """Assert that every field of a body is shown as it was sent, where the row shows it at all."""
    for field in msgspec.structs.fields(kind):
        column, name = subject.column_of(kind, field.name), field.encode_name
        if column is not None and name in body and name in shown:
            assert same(column.type, body[name], shown[name]), (
                f"{name} was sent as {body[name]!r} and is shown as {shown[name]!r}"
            )


async def _whole(subject: Subject, item: Json) -> Json:
    return (await subject.read(item))[0]


async def _update_of(subject: Subject, item: Json) -> Json | None:
    """The body of a change that this row takes, which is tried and taken back again; None where there is none."""
    if "update" not in subject.offered:
        return None
    for unit in units(subject, subject.offered.payload("update")):
        result = await change(subject, item, unit)
        if result is not None:
            back = {field.encode_name: item[field.encode_name] for field in unit}
            await subject.ask("PATCH", subject.one(subject.key_of(item)), 200, json=back)
            return result[0]
    return None


def _key(subject: Subject, item: Json) -> Json:
    return {api_name(column): item[api_name(column)] for column in subject.mapping.key}
