"""Makes bodies of requests from a payload's type and the columns that it sets."""

from collections.abc import Iterator
from typing import Any

import httpx
import msgspec
import sqlalchemy as sa

from service.core.openapi.examples import example_of
from service.core.resources.declarations import columns_in
from service.dev.samples.checked import Form
from service.dev.samples.listed import sample_of
from service.dev.samples.rows import Row, is_left_out, may_be_empty
from service.dev.samples.values import NoSampleError
from tests.conformance.subject import Json, Refused, Subject
from tests.conformance.wire import NoPayloadError, fits, fitted, to_json

CHANGES = ("replace", "update")
TAKEN = "what must be unique of it is taken"


def body_of(subject: Subject, kind: Any, row: Row, *, of: Json | None = None, bare: bool = False) -> Json:
    """A body with the values of `row`, and made-up ones for all other fields. Raises `NoPayloadError`.

    A `bare` one has other values than the row's only where they are required. If the body is for an existing row (`of`), fields that
    cannot change without the row's key keep its values.
    """
    body: Json = {}
    movable = {field.name for unit in units(subject, kind) for field in unit} if of else set[str]()
    for field in msgspec.structs.fields(kind):
        if of and field.name not in movable and field.encode_name in of:
            body[field.encode_name] = of[field.encode_name]
            continue
        column = subject.column_of(kind, field.name)
        if column is None:
            if field.required:
                body[field.encode_name] = example_of(field.type, sent=True)
            continue
        number = next(subject.numbers)
        if column.name in row:
            value = row[column.name]
        elif (bare or _is_made(column)) and not field.required:
            continue
        else:
            try:
                value = sample_of(column, number)
            except NoSampleError as error:
                if field.required:
                    raise NoPayloadError(str(error)) from None
                continue
        wire = to_json(value, column.type)
        if wire is None and not fits(None, field.type):
            continue
        body[field.encode_name] = fitted(field.name, wire, field.type, number)
    return body


async def create(subject: Subject) -> tuple[Json, httpx.Response]:
    """Create a row; returns the body and the answer. Raises `Refused` where the database takes none."""
    kind = subject.offered.payload("create")
    reason = ""
    for form, row in subject.tried():
        body = body_of(subject, kind, row, bare=form is not Form.FULL)
        answer = await subject.api.post(subject.all, json=body)
        if answer.status_code == 201:
            return body, answer
        refuse_unfilled(subject, kind)
        found = await why_not_made(subject, answer, body)
        assert found, f"POST {body} answers {answer.status_code}: {answer.text[:600]}"
        reason = found
        if reason != TAKEN:
            subject.note("a new row", f"refused: {reason}")
    raise Refused(reason)


def taken_of(kind: Any, item: Json) -> Json:
    """What an item shows and a payload takes, without stored values that the payload's own bounds leave out."""
    return {
        field.encode_name: item[field.encode_name]
        for field in msgspec.structs.fields(kind)
        if field.encode_name in item and fits(item[field.encode_name], field.type)
    }


def refuse_unfilled(subject: Subject, kind: Any) -> None:
    """Raises `Refused` where a new row was refused that needs a token, which says what no field of the payload sends."""
    if missing := _from_token(subject, kind):
        raise Refused(f"{', '.join(missing)} of a new row is what a token says, and there is none here")


async def why_not_made(subject: Subject, answer: httpx.Response, body: Json) -> str | None:
    """Why the database takes no row of this body; None where it does, or where it was the API itself that refused."""
    kind = subject.offered.payload("create")
    # With the payload's own defaults, as the service stores it: SQLite counts a key where it is left out.
    row = subject.values(defaults_of(kind) | body, kind)
    if answer.status_code == 409 and await subject.is_taken(row):
        # Another row was changed to these values, of which the samples know nothing.
        return TAKEN
    return await subject.refusal(answer, row)


def defaults_of(kind: Any) -> Json:
    """The defaults of a payload's fields, without those that the database fills in."""
    fields = (field for field in msgspec.structs.fields(kind) if not field.required)
    return {
        field.encode_name: msgspec.to_builtins(field.default)
        for field in fields
        if field.default not in (msgspec.NODEFAULT, msgspec.UNSET)
    }


async def some_row(subject: Subject) -> Json:
    """A row that may be changed: a new one, or an existing one where none can be made. Raises `Refused`."""
    if "create" in subject.offered:
        try:
            return (await create(subject))[1].json()
        except Refused:
            pass
    rows = await subject.list()
    if not rows:
        raise Refused("there is no row")
    for row in rows:
        one, _ = await subject.read(row)
        # A row that was put into the database itself may hold what the payloads do not take.
        if all(_takes(subject.offered.payload(name), one) for name in CHANGES if name in subject.offered):
            return one
        subject.note("a stored row", "holds what the payloads do not take")
    raise Refused("no stored row holds what the payloads take")


def units(subject: Subject, kind: Any) -> Iterator[list[msgspec.structs.FieldInfo]]:
    """The fields of a payload in groups that change together: all columns of a foreign key, or one field alone."""
    fields = {
        column.name: field
        for field in msgspec.structs.fields(kind)
        if (column := subject.column_of(kind, field.name)) is not None and column not in subject.key_columns
    }
    while fields:
        together = {next(iter(fields))}
        while (
            grown := {
                column.name
                for key in subject.table.foreign_key_constraints
                if not together.isdisjoint(key.columns.keys())
                for column in key.columns
            }
            - together
        ):
            together |= grown
        found = [fields.pop(name) for name in list(fields) if name in together]
        # A foreign key of which a column is hidden, or in the row's own key, cannot change by its other columns.
        if together <= {_name(subject, kind, field) for field in found}:
            yield found


async def change(
    subject: Subject, item: Json, fields: list[msgspec.structs.FieldInfo], *, headers: Json | None = None
) -> tuple[Json, httpx.Response] | None:
    """Change these fields of a row to other values; None where there are none, or the database refuses them."""
    kind, name = subject.offered.payload("update"), ", ".join(field.encode_name for field in fields)
    for number in (next(subject.numbers), next(subject.numbers), 0, 1, 2, 3):
        body = _changes(subject, fields, number)
        if body is None:
            break
        if all(body[field.encode_name] == item.get(field.encode_name) for field in fields):
            continue
        answer = await subject.api.patch(subject.one(subject.key_of(item)), json=body, headers=headers)
        if answer.status_code == 200:
            return body, answer
        if answer.status_code == 409 and answer.json()["code"] == "already_exists":
            continue
        if (
            len(fields) > 1
            and answer.status_code == 422
            and await subject.is_moved(subject.values(body, kind), item)
        ):
            subject.note(f"a change of {name}", "what it refers to has another key by now")
            continue
        reason = await subject.refusal(answer, subject.values(body, kind), item)
        assert reason, f"PATCH {body} answers {answer.status_code}: {answer.text[:600]}"
        subject.note(f"a change of {name}", f"refused: {reason}")
    return None


def columns_of(
    subject: Subject, kind: Any, fields: list[msgspec.structs.FieldInfo]
) -> dict[str, "sa.Column[Any]"]:
    """The columns that fields of a payload set, by their names on the wire."""
    found = {field.encode_name: subject.column_of(kind, field.name) for field in fields}
    return {name: column for name, column in found.items() if column is not None}


def _changes(subject: Subject, fields: list[msgspec.structs.FieldInfo], number: int) -> Json | None:
    columns = columns_of(subject, subject.offered.payload("update"), fields)
    try:
        row = subject.next_row() if any(column.foreign_keys for column in columns.values()) else {}
        values = {
            name: row[column.name] if column.foreign_keys else sample_of(column, number)
            for name, column in columns.items()
        }
        return {
            field.encode_name: fitted(
                field.name,
                to_json(values[field.encode_name], columns[field.encode_name].type),
                field.type,
                number,
            )
            for field in fields
        }
    except (NoSampleError, Refused, NoPayloadError) as error:
        subject.note(f"another value of {', '.join(columns)}", str(error))
        return None


def _from_token(subject: Subject, kind: Any) -> list[str]:
    """The required columns that no field sends, and that the token's claims or code of the resource's own fill."""
    policy, fills = subject.mapping.policy, subject.offered.fills_new_rows
    conditions = (policy.readable, policy.writable) if policy else ()
    decided = {column for each in conditions for column in columns_in(each)}
    sent = {subject.column_of(kind, field.name) for field in msgspec.structs.fields(kind)}
    return [
        column.name
        for column in subject.table.columns
        if column not in sent
        and (column in decided or (fills and column.default is None and not is_left_out(column)))
        and not may_be_empty(column)
    ]


def _takes(kind: Any, item: Json) -> bool:
    names = {field.encode_name for field in msgspec.structs.fields(kind)}
    return taken_of(kind, item).keys() == names & item.keys()


def _is_made(column: "sa.Column[Any]") -> bool:
    """Whether its value is made for a new row: a key that a default or the database fills, or a counted number."""
    return (column.primary_key and is_left_out(column)) or column.table.autoincrement_column is column


def _name(subject: Subject, kind: Any, field: msgspec.structs.FieldInfo) -> str:
    column = subject.column_of(kind, field.name)
    return "" if column is None else column.name
