"""A client that keeps what it reads, and drops what a write's answer says is stale."""

import re

import httpx

from tests.support.api import Api

NAMES = re.compile(r'"([!-~ ]+?)"')
MAX_GROUPS = 32
MAX_BYTES = 2048


def groups_in(answer: httpx.Response, header: str) -> set[str]:
    said = answer.headers.get(header, "")
    names = NAMES.findall(said)
    assert said == ", ".join(f'"{name}"' for name in names)
    assert len(names) <= MAX_GROUPS
    assert len(said) <= MAX_BYTES
    return set(names)


class GroupCache:
    """What was read by path, while nothing says that it is stale."""

    def __init__(self, api: Api) -> None:
        self.api = api
        self.kept: dict[str, tuple[bytes, set[str]]] = {}

    async def read(self, *paths: str) -> None:
        for path in paths:
            answer = await self.api.get(path)
            groups = groups_in(answer, "cache-groups")
            assert "cache-group-invalidation" not in answer.headers
            if answer.status_code == 200 and groups:
                self.kept[path] = (answer.content, groups)

    def heard(self, answer: httpx.Response) -> set[str]:
        """Drop what the answer of a write says is stale, and tell which paths these were."""
        assert "cache-groups" not in answer.headers
        stale = groups_in(answer, "cache-group-invalidation")
        dropped = {path for path, (_, groups) in self.kept.items() if groups & stale}
        for path in dropped:
            del self.kept[path]
        return dropped

    async def check(self) -> None:
        """What is kept is what a reader would get."""
        for path, (body, _) in self.kept.items():
            fresh = await self.api.get(path)
            assert fresh.content == body, f"what is kept of {path} is not what is stored"
