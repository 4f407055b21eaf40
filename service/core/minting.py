"""Tokens as app-web's server signs them, for local, where app-web may not be at hand."""

import time
from collections.abc import Mapping

import jwt

from service.core.auth import ALGORITHM, AUDIENCE


def mint(
    secret_key: str, user_id: str | None, claims: Mapping[str, str] | None = None, *, seconds: int
) -> str:
    """A token for a user, or for a visitor, that is good for so long."""
    payload: dict[str, str | int] = {**(claims or {}), "aud": AUDIENCE, "exp": int(time.time()) + seconds}
    if user_id:
        payload["sub"] = user_id
    return jwt.encode(payload, secret_key, ALGORITHM)
