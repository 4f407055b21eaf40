"""Finds in the mappings who owns the rows of each resource, and checks what a stranger, who owns none, may do."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.sql.elements import BooleanClauseList
from sqlalchemy.sql.operators import or_

from service.core.resources.access.claims import ClaimUse, claim_use
from service.core.resources.batch import Batch
from service.core.resources.conditions import Condition, Part, Policy, Through, parts_of, ungrouped
from service.core.resources.declarations import Repositories, mappings_of
from service.core.resources.rows.related import Related
from service.dev.samples.listed import sample_of
from service.prisma.names import api_name
from service.prisma.types import plain_type
from tests.conformance.payloads import body_of, taken_of
from tests.conformance.subject import Json, Refused, Subject
from tests.conformance.wire import NoPayloadError, to_json
from tests.support.api import bearer

OTHERS_ROWS = 2
"""How many rows of each resource a stranger asks for."""
NO_NUMBER = 2_147_483_000
REFUSED = {403, 404, 409, 422}
Policies = Mapping[type[Any], Policy]


def policies_in(repositories: Repositories) -> Policies:
    """The policy of each model that has one: who may read and write its rows."""
    return {each.model: each.policy for each in mappings_of(repositories) if each.policy}


def claims_of_a_stranger(policies: Policies) -> dict[str, object]:
    """A value for each claim that policies look at: one that no row holds, or the constant (a role) asked for."""
    claims: dict[str, object] = {}
    for policy in policies.values():
        for use in (*uses_in(policy.readable), *uses_in(policy.writable)):
            is_number = isinstance(plain_type(use.other.type), sa.Integer)
            said: object = use.constant or (NO_NUMBER if is_number else str(uuid4()))
            claims[use.name] = claims.get(use.name, said)
    return claims


def is_owned(model: type[Any], policies: Policies) -> bool:
    """Whether nobody but its owner reads a row; a claim names the owner, in a column of the row, or of a row above it."""
    return model in policies and _is_owned(policies[model].readable, policies)


def is_read_by_owner(model: type[Any], policies: Policies) -> bool:
    """Whether a row that `is_owned` is read by its owner whatever else it holds: nothing but claims is asked for."""
    return model in policies and _asks_for_owner(policies[model].readable, policies)


def is_root(model: type[Any], policies: Policies) -> bool:
    """Whether a row of the model is itself the owner: a claim names its key."""
    return claim_of_root(model, policies) is not None


def claim_of_root(model: type[Any], policies: Policies) -> str | None:
    """The claim that names a row's key, where the row is itself the owner; else None."""
    uses = map(_use, parts_of(policies[model].readable))
    key = [column.key for column in model.__mapper__.primary_key]
    return next((use.name for use in uses if use and [use.other.key] == key), None)


async def a_stranger_sees_and_changes_nothing(
    subject: Subject, policies: Policies, claims: Mapping[str, object]
) -> None:
    """A stranger neither reads nor changes rows that are somebody else's. Raises `Refused` where there are no rows."""
    before = await subject.list()
    if not before:
        raise Refused("there is no row to hide")
    whole = [(await subject.read(item))[0] for item in before[:OTHERS_ROWS]]
    stranger, made = bearer("a-stranger", **claims), list[Json]()
    seen = (await subject.ask("GET", subject.all, 200, headers=stranger)).json()
    assert (seen["items"], seen["total"]) == ([], 0)
    for item in whole:
        path = subject.one(subject.key_of(item))
        await _is_told_nothing(subject, "GET", path, headers=stranger)
        for name, method in (("replace", "PUT"), ("update", "PATCH")):
            if name in subject.offered and (body := _body(subject, name, item)) is not None:
                await _is_told_nothing(subject, method, path, headers=stranger, json=body)
        if "delete" in subject.offered:
            await _is_told_nothing(subject, "DELETE", path, headers=stranger)
        for write in _writes(subject, item):
            # A batch may delete what is not there, since a batch can be repeated; it then answers 200.
            answer = await subject.api.patch(subject.all, headers=stranger, json={"items": [write]})
            assert answer.status_code in REFUSED | {200}, answer.text
            assert answer.status_code != 200 or answer.json()["items"][0]["status"] == 404, answer.text
        if is_root(subject.mapping.model, policies):
            # A stranger may create the row that is itself its owner.
            continue
        if "create" in subject.offered and (body := _body(subject, "create", item)) is not None:
            answer = await subject.api.post(subject.all, headers=stranger, json=body)
            assert answer.status_code in REFUSED | {201}, f"POST {body} answers {answer.text}"
            if answer.status_code == 201:
                # Then the new row is the stranger's, since the token says whose it is.
                owners = _owners_in(subject.mapping.model, policies)
                assert all(answer.json()[name] != item[name] for name in owners), answer.text
                if "delete" in subject.offered:
                    path = subject.one(subject.key_of(answer.json()))
                    await subject.ask("DELETE", path, 204, headers=stranger)
                if "delete" not in subject.offered or subject.offered.marks_deleted:
                    made.append(answer.json())
    # Rows that are only marked as deleted are still there for a call without a token.
    own = [subject.key_of(item) for item in made]
    assert [item for item in await subject.list() if subject.key_of(item) not in own] == before


async def _is_told_nothing(subject: Subject, method: str, path: str, **more: Any) -> None:
    """Assert that somebody else's row is no row, also to the resource's own rules: they must not tell that it exists."""
    answer = await subject.api.request(method, path, **more)
    if answer.status_code == 404:
        return
    said = f"{method} {path} answers {answer.status_code}: {answer.text[:600]}"
    assert subject.own_rule, said
    nowhere = subject.one([_sample(subject, column) for column in subject.key_columns])
    other = await subject.api.request(method, nowhere, **more)
    assert other.status_code == answer.status_code, f"{said}; of no row at all, {other.status_code}"


def _sample(subject: Subject, column: "sa.Column[Any]") -> object:
    return to_json(sample_of(column, next(subject.numbers)), column.type)


async def no_row_is_of_two_owners(
    subject: Subject, policies: Policies, owners: Iterable[Mapping[str, object]]
) -> None:
    """Each owner reads only their own rows, and together they read every row that has an owner, once."""
    names = _owners_in(subject.mapping.model, policies)
    rows = [
        subject.key_of(item)
        for item in await subject.list()
        if all(item.get(name, "") is not None for name in names)
    ]
    seen = [
        subject.key_of(item) for claims in owners for item in await subject.list(bearer("an-owner", **claims))
    ]
    assert sorted(map(repr, seen)) == sorted(map(repr, rows))


def _owners_in(model: type[Any], policies: Policies) -> list[str]:
    """The columns that name a row's owner, as the API calls them; none where only a row above names the owner."""
    return [name for _, name in claimed_columns(model, policies)]


def claimed_columns(model: type[Any], policies: Policies) -> list[tuple[str, str]]:
    """The columns of a row that claims are compared with: the claim, and the column as the API calls it."""
    claims = {use.other.key: use.name for use in filter(None, map(_use, parts_of(policies[model].readable)))}
    columns = model.__mapper__.column_attrs
    return [
        (claims[each.columns[0].key], api_name(getattr(model, each.key)))
        for each in columns
        if each.columns[0].key in claims
    ]


def _is_owned(condition: Condition, policies: Policies) -> bool:
    condition = ungrouped(condition)
    if isinstance(condition, BooleanClauseList):
        parts = [_is_owned(part, policies) for part in condition.clauses]
        return all(parts) if condition.operator is or_ else any(parts)
    return _names_owner(condition, policies)


def _asks_for_owner(condition: Condition, policies: Policies) -> bool:
    for part in parts_of(condition):
        if not isinstance(part, Through):
            asks = _names_owner(part, policies)
        elif part.condition is None:
            asks = is_read_by_owner(Related(part.relation).model, policies)
        else:
            asks = _asks_for_owner(part.condition, policies)
        if not asks:
            return False
    return True


def _names_owner(part: Condition, policies: Policies) -> bool:
    if isinstance(part, Through):
        inner = part.condition
        if inner is not None:
            return _is_owned(inner, policies)
        return is_owned(Related(part.relation).model, policies)
    use = _use(part)
    return use is not None and use.constant is None


def uses_in(condition: Condition) -> Iterator[ClaimUse]:
    """The claims that a condition looks at, those of the conditions that are given to its `through`s too."""
    for part in parts_of(condition):
        if isinstance(part, Through):
            yield from () if part.condition is None else uses_in(part.condition)
        elif use := _use(part):
            yield use


def _use(part: Condition) -> ClaimUse | None:
    return None if isinstance(part, Part) else claim_use(part)


def _body(subject: Subject, operation: str, item: Json) -> Json | None:
    """A body that says the same as a row, as far as its payload can; None where no body can be made up."""
    kind = subject.offered.payload(operation)
    try:
        made = body_of(subject, kind, {}, of=None if operation == "create" else item)
    except (NoPayloadError, Refused):
        return None
    # A new row gets all values of the owner's row, references included, but for its key.
    own = set(subject.key_names) if operation == "create" else set[str]()
    return made | {name: value for name, value in taken_of(kind, item).items() if name not in own}


def _writes(subject: Subject, item: Json) -> Iterator[Json]:
    if "batch" not in subject.offered:
        return
    kind: type[Batch] = subject.offered.payload("batch")
    key = {name: item[name] for name in subject.key_names}
    if "update" in subject.offered and (body := _body(subject, "update", item)) is not None:
        yield {kind.item_types.tag: "update", **body, **key}
    if "delete" in subject.offered:
        yield {kind.item_types.tag: "delete", **key}
