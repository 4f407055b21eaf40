"""Who calls the application over two teams' rows."""

from typing import Any

import httpx
import msgspec

from tests.security.tenants.world import World
from tests.support.api import Api, bearer

ADMIN: dict[str, Any] = {"user_id": "user-red", "tenant": "red", "role": "admin"}
MEMBER: dict[str, Any] = {"user_id": "user-red", "tenant": "red"}
BLUE: dict[str, Any] = {"user_id": "user-blue", "tenant": "blue", "role": "admin"}
BARE: dict[str, Any] = {"sub": None}
"""A token that says nothing of whom it is for."""


class Tenants(msgspec.Struct, frozen=True):
    """The application and its rows."""

    api: Api
    world: World

    async def ask(
        self, caller: dict[str, Any] | None, method: str, path: str, body: Any = None
    ) -> httpx.Response:
        headers = {} if caller is None else bearer(**caller)
        return await self.api.request(method, path, json=body, headers=headers)

    async def get(self, caller: dict[str, Any], path: str) -> Any:
        answer = await self.ask(caller, "GET", path)
        assert answer.status_code == 200, answer.text
        return answer.json()
