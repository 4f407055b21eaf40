"""Where the operations of each resource stand in the matrix: whose rows they are tried on, and with what."""

from enum import StrEnum
from typing import Any

import msgspec

from tests.security.tenants.served import MEMBER


class Bare(StrEnum):
    """What a token may read that says nothing of whom it is for."""

    NOTHING = "nothing"
    SHARED = "what is shared"
    ALL = "all"


class Place(msgspec.Struct, frozen=True):
    """The rows of one resource, each by the fields of its key."""

    own: dict[str, Any]
    """What the red team's admin may write."""
    other: dict[str, Any] | None
    """What the red team may not read; None where everybody reads all."""
    bare: Bare
    create: dict[str, Any]
    change: dict[str, Any]
    listed: list[Any]
    """What lists show to the red team: the last part of each key."""
    readable: dict[str, Any] | None = None
    """What `reader`, else the admin, may read and not write; None where there is no such row."""
    reader: dict[str, Any] | None = None
    creates: int = 201
    """What `create` answers: 200 where it repeats what is there."""
    deletes: int = 204
    """What `delete` answers: 409 where other rows refer to it."""
    foreign: tuple[dict[str, Any], ...] = ()
    """Parts of a payload that name what the red team may not read, or what is not its own."""


PLACES: dict[str, Place] = {
    "teams": Place(
        own={"id": "red"},
        other={"id": "blue"},
        readable={"id": "red"},
        reader=MEMBER,
        bare=Bare.NOTHING,
        create={"id": "red", "name": "Red"},
        creates=200,
        deletes=409,
        change={"name": "changed"},
        listed=["red"],
    ),
    "projects": Place(
        own={"id": "p-rose"},
        other={"id": "p-blue"},
        readable={"id": "p-open"},
        bare=Bare.SHARED,
        create={"name": "new", "slug": "new"},
        change={"name": "changed", "slug": "changed"},
        listed=["p-open", "p-red", "p-rose"],
        foreign=({"teamId": "blue"}, {"teamId": "nobody"}),
    ),
    "tags": Place(
        own={"id": 1},
        other={"id": 11},
        bare=Bare.NOTHING,
        create={"name": "new"},
        change={"name": "changed"},
        listed=[1, 2],
    ),
    "tasks": Place(
        own={"id": 1},
        other={"id": 11},
        readable={"id": 21},
        bare=Bare.SHARED,
        create={"title": "new", "projectId": "p-red"},
        change={"title": "changed", "projectId": "p-rose"},
        listed=[1, 2, 21],
        foreign=({"projectId": "p-blue"}, {"parentId": 11}, {"projectId": "nobody"}),
    ),
    "drafts": Place(
        own={"id": "d-red"},
        other={"id": "d-blue"},
        bare=Bare.NOTHING,
        create={"text": "new"},
        change={"text": "changed"},
        listed=["d-red"],
    ),
    "members": Place(
        own={"teamId": "red", "name": "same"},
        other={"teamId": "blue", "name": "same"},
        bare=Bare.NOTHING,
        create={"name": "new", "rank": 1},
        change={"rank": 7},
        listed=["same"],
        foreign=({"teamId": "blue"},),
    ),
    "countries": Place(
        own={"code": "de"},
        other=None,
        readable={"code": "de"},
        reader=MEMBER,
        bare=Bare.ALL,
        create={"code": "it", "name": "Italy"},
        change={"name": "changed"},
        listed=["de", "fr"],
    ),
}
BY_HAND: dict[str, dict[str, str]] = {
    "getProjectBySlug": {
        "own": "/project-slugs/rose",
        "other": "/project-slugs/blue",
        "readable": "/project-slugs/open",
    },
}
"""Operations of a resource's own, which read: the paths of the same rows."""
