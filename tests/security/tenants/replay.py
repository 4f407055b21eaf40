"""Runs sequences of calls, and tells what each team saw without what differs between any two runs.

The service makes up ids, of which ETags and cursors speak too. An id of one's own becomes the number under which it was
made, an ETag of a row with such an id the number under which it was first seen; a cursor becomes what it leads to.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import Any, cast

import httpx
import msgspec

from tests.security.tenants.calls import OTHER, Call, Made
from tests.security.tenants.served import ADMIN, BLUE, MEMBER, Tenants
from tests.support.api import bearer

ETAG = re.compile(r'"[0-9a-f]{24}(-[0-9a-f]{16})?"')
OF_THE_REQUEST = {"x-request-id", "content-length"}
GROUPS = ("cache-groups", "cache-group-invalidation")
HASHED = re.compile("~[0-9a-f]{20}")
NO_TAG = f'"{"0" * 24}-{"0" * 16}"'
NOBODYS = 900_000
"""No row has a number beyond it."""
MAX_PAGES = 3
SEEN_BY_BOTH = {"/projects/p-open", "/tasks/21"}


class Seen(msgspec.Struct, frozen=True):
    """What a team saw of one call."""

    status: int
    headers: dict[str, Any]
    body: Any
    pages: list[Any]
    """What its cursors lead to."""


class Sight:
    """What one team has been given so far."""

    def __init__(self) -> None:
        self.made: dict[str, list[Any]] = defaultdict(list)
        self.tags: dict[str, list[str]] = defaultdict(list)
        self.cursors: dict[str, str] = {}
        """The last of each kind's list."""
        self._names: dict[Any, str] = {}
        self._tag_names: dict[str, str] = {}

    def keep(self, kind: str, sent: Any, item: Any) -> None:
        """A row that this team made, with an id that the service gave it or not."""
        if "id" in item:
            if "id" not in sent:
                self._names[item["id"]] = f"made {kind} {len(self.made[kind])}"
            self.made[kind].append(item["id"])

    def keep_tag(self, path: str, answer: httpx.Response) -> None:
        if tag := answer.headers.get("etag"):
            self.tags[path].append(tag)
            body = answer.json() if answer.content else None
            if self.plain(body) == body:
                # Nothing in it was made up: it is the same in each run.
                self._tag_names.setdefault(tag, tag)

    def plain(self, value: Any) -> Any:
        """Without what differs between any two runs."""
        match value:
            case dict():
                members = cast("dict[str, Any]", value)
                return {
                    name: self._member(name, each) for name, each in members.items() if name != "requestId"
                }
            case list():
                items = cast("list[Any]", value)
                return [self.plain(each) for each in items]
            case str():
                return ETAG.sub(lambda found: self._tag(found[0]), self._text(value))
            case int() if not isinstance(value, bool):
                return self._names.get(value, value)
            case _:
                return value

    def groups(self, listed: str) -> list[str]:
        """The names of cache groups, whatever their order and the keys that were made up."""
        names = (HASHED.sub("~", name.strip('"')) for name in listed.split(", "))
        made = {str(key): said for key, said in self._names.items()}
        return sorted(re.sub("(?<=:)[^+]+", lambda key: made.get(key[0], key[0]), name) for name in names)

    def _member(self, name: str, value: Any) -> Any:
        return value and "a cursor" if name in {"nextCursor", "previousCursor"} else self.plain(value)

    def _text(self, text: str) -> str:
        for made, name in self._names.items():
            if isinstance(made, str):
                text = text.replace(made, name)
            elif text.endswith(f"/{made}"):
                text = text.removesuffix(str(made)) + name
        return text

    def _tag(self, tag: str) -> str:
        return self._tag_names.setdefault(tag, f"tag {len(self._tag_names)}")


class Run:
    """One run over rows as they are to begin with, in which these teams play their calls of a sequence."""

    def __init__(self, tenants: Tenants, *playing: str) -> None:
        self.tenants = tenants
        self.playing = playing
        self.sights = {"red": Sight(), "blue": Sight()}
        self.headers = {
            ("red", True): bearer(**ADMIN),
            ("red", False): bearer(**MEMBER),
            ("blue", True): bearer(**BLUE),
        }

    async def play(self, sequence: Sequence[Call]) -> dict[str, list[Seen]]:
        """What each team that plays saw."""
        await self.tenants.world.reset()
        seen: dict[str, list[Seen]] = {"red": [], "blue": []}
        for call in sequence:
            if call.team in self.playing:
                seen[call.team].append(await self._make(call))
        return seen

    async def _make(self, call: Call) -> Seen:
        sight = self.sights[call.team]
        path = f"/{call.kind}/" + "/".join(str(self._given(each)) for each in call.key)
        headers = {**self.headers[call.team, call.is_admin], **await self._condition(call, path)}
        query = [(name, self._given(value)) for name, value in call.query]
        if call.cursor is not None:
            query.append(("cursor", await self._cursor_of(call.cursor, call.kind)))
        body = self._given(call.body)
        answer = await self.tenants.api.request(call.method, path, params=query, json=body, headers=headers)
        given: Any = answer.json() if answer.content else None
        self._keep(call, body, answer.status_code, given)
        sight.keep_tag(path, answer)
        pages = await self._pages(call, query, given, headers) if call.method == "GET" else []
        kept: dict[str, Any] = {
            name: sight.groups(text) if name in GROUPS else text
            for name, text in answer.headers.items()
            # Of a refusal they hold the key that the caller sent.
            if name not in OF_THE_REQUEST and not (name in GROUPS and answer.is_error)
        }
        shown = _without_path(given)
        return Seen(answer.status_code, sight.plain(kept), sight.plain(shown), sight.plain(pages))

    def _keep(self, call: Call, body: Any, status: int, given: Any) -> None:
        sight = self.sights[call.team]
        if call.method == "POST" and status == 201:
            sight.keep(call.kind, body, given)
        elif call.body and "items" in call.body and status == 200:
            for sent, done in zip(body["items"], given["items"], strict=True):
                if done["status"] == 201 and "item" in done:
                    sight.keep(call.kind, sent, done["item"])

    async def _pages(
        self, call: Call, query: list[tuple[str, Any]], page: Any, headers: dict[str, str]
    ) -> list[Any]:
        """The pages behind one, and the one before it."""
        rest = [(name, value) for name, value in query if name not in {"cursor", "offset"}]
        pages: list[Any] = []
        for direction in ("previousCursor", "nextCursor"):
            found = page
            for _ in range(MAX_PAGES):
                if not found or not found.get(direction):
                    break
                self.sights[call.team].cursors[call.kind] = found[direction]
                asked = [*rest, ("cursor", found[direction])]
                answer = await self.tenants.api.get(f"/{call.kind}/", params=asked, headers=headers)
                pages.append(found := answer.json())
        return pages

    async def _condition(self, call: Call, path: str) -> dict[str, str]:
        own = self.sights[call.team].tags.get(path) or [None]
        tag = {"*": "*", "last": own[-1], "first": own[0], "none": NO_TAG}.get(call.tag or "")
        if call.tag == "other":
            tag = await self._others_tag(OTHER[call.team], path)
        return {} if tag is None else {"If-None-Match" if call.method == "GET" else "If-Match": tag}

    async def _cursor_of(self, team: str, kind: str) -> str:
        """The last cursor that a team got of a list; it asks for one where it has none, and takes part at all."""
        if team not in self.playing:
            return "none"
        found = self.sights[team].cursors.get(kind)
        if found is None:
            headers = self.headers[team, True]
            page = (await self.tenants.api.get(f"/{kind}/", params={"limit": 1}, headers=headers)).json()
            found = page["nextCursor"]
        return found or "none"

    async def _others_tag(self, team: str, path: str) -> str:
        """The ETag under which the other team knows a row, where it does and the row is not one that both may read."""
        if team not in self.playing or path in SEEN_BY_BOTH or path.startswith("/countries/"):
            return NO_TAG
        answer = await self.tenants.api.get(path, headers=self.headers[team, True])
        return answer.headers.get("etag", NO_TAG)

    def _given(self, value: Any) -> Any:
        """With the ids that the service gave."""
        match value:
            case Made():
                made = self.sights[value.team].made[value.kind]
                if value.number < len(made):
                    return made[value.number]
                number = value.number if value.team == "red" else 10 + value.number
                return NOBODYS + number if value.kind in {"tags", "tasks"} else f"nobodys-{number}"
            case dict():
                members = cast("dict[str, Any]", value)
                return {name: self._given(each) for name, each in members.items()}
            case list():
                items = cast("list[Any]", value)
                return [self._given(each) for each in items]
            case _:
                return value


def _without_path(given: Any) -> Any:
    """A problem without the path that it is about, which holds the ids that the caller sent."""
    if isinstance(given, dict):
        members = cast("dict[str, Any]", given)
        return members | {"instance": None} if "instance" in members else members
    return given
