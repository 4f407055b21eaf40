"""What must hold of a DELETE that only marks its row: callers with a token find nothing there any more."""

from typing import Any

from tests.conformance.strangers import uses_in
from tests.conformance.subject import Json, Refused, Subject
from tests.support.api import bearer

Stored = list[tuple[Any, ...]]


async def is_marked(subject: Subject, item: Json, before: Stored) -> bool:
    """Whether code of the resource's own has left the row of a DELETE in the table, and changed it."""
    after = await subject.stored(item)
    return bool(after) and after != before and subject.offered.marks_deleted


async def readers_of(subject: Subject, item: Json, stored: Stored) -> list[Json]:
    """The headers of callers who read the row: they are whom its columns name, with and without a role."""
    policy = subject.mapping.policy
    if policy is None or not subject.offered.marks_deleted:
        return []
    row = dict(zip((column.key for column in subject.table.columns), stored[0], strict=True))
    named: Json = {}
    roles: Json = {}
    for use in uses_in(policy.readable):
        value = row.get(str(use.other.key))
        if use.constant is not None:
            roles[use.name] = use.constant
        elif value is not None:
            named[use.name] = value if isinstance(value, int) else str(value)
    path = subject.one(subject.key_of(item))
    callers = [bearer(**named), bearer(**roles, **named)]
    return [each for each in callers if (await subject.api.get(path, headers=each)).status_code == 200]


async def is_gone_for(subject: Subject, item: Json, readers: list[Json]) -> None:
    """Assert that no row is there for some of those who have read it. Raises `Refused` where nobody has."""
    if not readers:
        raise Refused("a DELETE marks the row, and no token is known with which it was read before")
    path = subject.one(subject.key_of(item))
    answers = [(await subject.api.get(path, headers=each)).status_code for each in readers]
    others = [each for each, status in zip(readers, answers, strict=True) if status != 200]
    assert others, "a DELETE marks the row, and callers read it as before: have `readable` leave it out"
    for headers in others:
        await subject.ask("GET", path, 404, headers=headers)
        await subject.ask("DELETE", path, 404, headers=headers)
        if "update" in subject.offered:
            await subject.ask("PATCH", path, 404, headers=headers, json={})
        keys = [subject.key_of(each) for each in await subject.list(headers)]
        assert subject.key_of(item) not in keys
