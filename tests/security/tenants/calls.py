"""Sequences of calls by two teams, as Hypothesis makes them up.

Left out is what the other team may see by right: blue writes nothing in its shared project, and nobody writes countries.
Left out are also the channels that `test_channels.py` has: each team takes slugs and ids of its own, and writes no row
that a row which the other sees is below.
"""

from collections.abc import Set as AbstractSet
from typing import Any

import msgspec
from hypothesis import strategies as st

TEAMS = ("red", "blue")
Strategy = st.SearchStrategy[Any]
Body = dict[str, Any]


class Made(msgspec.Struct, frozen=True):
    """The id of the row that a team made as its `number`-th of a kind; where it has not, that of no row."""

    team: str
    kind: str
    number: int


class Call(msgspec.Struct, frozen=True):
    """One call. Ids and ETags that the service gives stand in it by what tells them apart."""

    team: str
    is_admin: bool
    method: str
    kind: str
    """What the path begins with."""
    key: tuple[Any, ...] = ()
    body: Body | None = None
    query: tuple[tuple[str, Any], ...] = ()
    cursor: str | None = None
    """The team whose last cursor is sent."""
    tag: str | None = None
    """Which ETag is sent along."""


KEYS: dict[str, list[Any]] = {
    "teams": ["red", "blue", "none"],
    "projects": ["p-red", "p-rose", "p-blue", "p-open", "p-none", "p-new-red", "p-new-blue"],
    "tags": [1, 2, 11, 999],
    "tasks": [1, 2, 11, 12, 21, 999],
    "drafts": ["d-red", "d-blue", "d-none", "d-new-red", "d-new-blue"],
    "members": ["same", "only", "new"],
    "countries": ["de", "xx"],
}
SLUGS = {"red": ["red", "rose", "open", "red-1"], "blue": ["blue", "open", "blue-1"]}
LEFT_ALONE: dict[str, dict[str, set[Any]]] = {
    "red": {"tasks": {1}},
    "blue": {"projects": {"p-open"}, "tasks": {11, 21}},
}
"""The rows that a team does not write: those that the other sees, or that a row which the other sees is below."""
OWN: dict[str, set[Any]] = {
    "red": {"red", "p-red", "p-rose", "p-new-red", 1, 2, "d-red", "d-new-red", "same", "new"},
    "blue": {"blue", "p-blue", "p-new-blue", 11, 12, "d-blue", "d-new-blue", "same", "only", "new"},
}
MADE = {"projects", "tags", "tasks", "drafts"}
"""What the service makes up ids for."""
WRITTEN = [kind for kind in KEYS if kind != "countries"]
VERBS = ["list", "list", "list", "get", "slug", "create", "create", "replace", "update", "delete", "batch"]
TEXTS = st.sampled_from(["", "a", "b"])


def ids(kind: str, team: str, *, without: AbstractSet[Any] = frozenset()) -> Strategy:
    """The id of a row: more often of the team's own, or of one that the other has made, than of any."""
    made = [Made(each, kind, number) for each in TEAMS for number in range(2)] if kind in MADE else []
    own = [key for key in KEYS[kind] if key in OWN[team]] + [key for key in made if key.team == team]
    others = [key for key in made if key.team != team]
    return st.sampled_from([key for key in [*own * 3, *others * 2, *KEYS[kind]] if key not in without])


def keys(kind: str, team: str, *, without: AbstractSet[Any] = frozenset()) -> Strategy:
    one = ids(kind, team, without=without)
    return st.tuples(st.sampled_from([team, *TEAMS]), one) if kind == "members" else st.tuples(one)


def fields(kind: str, team: str) -> dict[str, Strategy]:
    """What a PUT takes."""
    match kind:
        case "projects":
            return {"name": TEXTS, "slug": st.sampled_from(SLUGS[team])}
        case "tasks":
            return {
                "title": TEXTS,
                "projectId": ids("projects", team, without=LEFT_ALONE[team].get("projects", set())),
                "parentId": st.none() | ids("tasks", team),
            }
        case "drafts":
            return {"text": TEXTS}
        case "members":
            return {"rank": st.integers(1, 3)}
        case _:
            return {"name": TEXTS}


def new(kind: str, team: str) -> Strategy:
    """What a POST takes."""
    required, optional = fields(kind, team), dict[str, Strategy]()
    match kind:
        case "teams":
            required["id"] = ids(kind, team)
        case "projects":
            optional |= {"id": _own_id("p", team), "teamId": st.sampled_from([team, *TEAMS])}
        case "drafts":
            optional["id"] = _own_id("d", team)
        case "members":
            required["name"] = ids(kind, team)
            optional["teamId"] = st.sampled_from([team, *TEAMS])
        case _:
            pass
    return st.fixed_dictionaries(required, optional=optional)


def _own_id(letter: str, team: str) -> Strategy:
    return st.sampled_from([f"{letter}-{team}", f"{letter}-new-{team}"])


@st.composite
def calls(draw: st.DrawFn) -> Call:
    """One call of either team."""
    team = draw(st.sampled_from(TEAMS))
    verb = draw(st.sampled_from(VERBS))
    is_admin = team == "blue" or draw(st.booleans())
    if verb == "slug":
        slug = draw(st.sampled_from([each for slugs in SLUGS.values() for each in slugs]))
        return Call(team, is_admin, "GET", "project-slugs", key=(slug,))
    if verb == "list":
        return draw(_lists(team, is_admin=is_admin))
    if verb == "get":
        kind = draw(st.sampled_from(list(KEYS)))
        tag = draw(st.sampled_from([None, "last", "first", "other"]))
        return Call(team, is_admin, "GET", kind, key=draw(keys(kind, team)), tag=tag)
    kind = draw(st.sampled_from(WRITTEN))
    if verb == "create":
        return Call(team, is_admin, "POST", kind, body=draw(new(kind, team)))
    if verb == "batch":
        items = draw(st.lists(_items(kind, team), min_size=1, max_size=3))
        return Call(team, is_admin, "PATCH", kind, body={"items": items})
    tag = draw(st.sampled_from([None, "*", "last", "first", "other", "none"]))
    key = draw(keys(kind, team, without=LEFT_ALONE[team].get(kind, set())))
    if verb == "delete":
        return Call(team, is_admin, "DELETE", kind, key=key, tag=tag)
    given = fields(kind, team)
    body = draw(st.fixed_dictionaries(given) if verb == "replace" else _some_of(given))
    return Call(team, is_admin, "PUT" if verb == "replace" else "PATCH", kind, key=key, body=body, tag=tag)


def _some_of(given: dict[str, Strategy]) -> Strategy:
    return st.fixed_dictionaries({}, optional=given)


@st.composite
def _items(draw: st.DrawFn, kind: str, team: str) -> Body:
    """One item of a batch."""
    op = draw(st.sampled_from(["create", "update", "delete"]))
    if op == "create":
        return {"op": op, **draw(new(kind, team))}
    key = draw(keys(kind, team, without=LEFT_ALONE[team].get(kind, set())))
    names = ("teamId", "name") if kind == "members" else ("id",)
    body: Body = draw(_some_of(fields(kind, team))) if op == "update" else {}
    return {"op": op, **body, **dict(zip(names, key, strict=True))}


@st.composite
def _lists(draw: st.DrawFn, team: str, *, is_admin: bool) -> Call:
    kind = draw(st.sampled_from(["projects", "tasks", *KEYS]))
    filters: dict[str, tuple[str, bool]] = {
        "projects": {"id": ("projects", True), "taskId": ("tasks", True)},
        "tasks": {"id": ("tasks", True), "tagId": ("tags", True), "parentId": ("tasks", False)},
        "tags": {"id": ("tags", True)},
        "drafts": {"id": ("drafts", True)},
        "teams": {"id": ("teams", True)},
    }.get(kind, {})
    # Whoever reads all rows of a list may use any cursor of it.
    cursor = draw(st.sampled_from([None, None, None, *(TEAMS if kind != "countries" else [team])]))
    query: list[tuple[str, Any]] = [("limit", draw(st.sampled_from([1, 1, 2, 20])))]
    if cursor is not None:
        return Call(team, is_admin, "GET", kind, query=tuple(query), cursor=cursor)
    for name, (of, is_many) in filters.items():
        if draw(st.integers(0, 3)) == 0:
            query += [
                (name, each)
                for each in draw(st.lists(ids(of, team), min_size=1, max_size=3 if is_many else 1))
            ]
    if draw(st.booleans()):
        query.append(("count", draw(st.sampled_from(["exact", "none"]))))
    if len(query) == 1 and draw(st.booleans()):
        query.append(("offset", 1))
    return Call(team, is_admin, "GET", kind, query=tuple(query))


SEQUENCES = st.lists(calls(), min_size=4, max_size=12)
_NEW: dict[str, Body] = {
    "projects": {"name": "a"},
    "tags": {"name": "a"},
    "tasks": {"title": "a"},
    "drafts": {"text": "a"},
}
_OF_TEAM: dict[str, dict[str, Body]] = {
    "projects": {team: {"slug": f"{team}-0"} for team in TEAMS},
    "tasks": {team: {"projectId": f"p-{team}"} for team in TEAMS},
}
BEFORE = [
    Call(team, is_admin=True, method="POST", kind=kind, body=body | _OF_TEAM.get(kind, {}).get(team, {}))
    for kind, body in _NEW.items()
    for team in TEAMS
]
"""Each team makes a row of each kind whose ids are made up: to the other it is as one that does not exist."""
OTHER = {"red": "blue", "blue": "red"}
AFTER = [
    *(
        Call(
            team,
            is_admin=True,
            method="POST",
            kind="tasks",
            body={"title": "b", "projectId": f"p-{team}", "parentId": Made(OTHER[team], "tasks", 0)},
        )
        for team in TEAMS
    ),
    # One that a task of red's has: to red that task is as before.
    Call("blue", is_admin=True, method="DELETE", kind="tags", key=(11,)),
    *(Call(team, is_admin=True, method="GET", kind=kind) for kind in WRITTEN for team in TEAMS),
    Call("red", is_admin=True, method="GET", kind="tasks", query=(("tagId", 11),)),
]
"""Each team refers to a row of the other's, then looks at all that it may read."""
