"""Who calls the contestants."""

from datetime import UTC, datetime, timedelta

import jwt

from tests.example.bench.contestants import SECRET_KEY
from tests.example.bench.data import AUTHOR


def bearer() -> dict[str, str]:
    """The header that lets the author of some pages in."""
    expires = datetime.now(UTC) + timedelta(hours=6)
    token = jwt.encode({"sub": AUTHOR, "aud": "service", "exp": expires}, SECRET_KEY, "HS256")
    return {"Authorization": f"Bearer {token}"}
