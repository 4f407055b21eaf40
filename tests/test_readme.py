"""The README says nothing that does not work."""

import re
from pathlib import Path
from textwrap import dedent

from service.core.cursor import CursorSigner
from tests.support.api import SECRET_KEY, serving

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
PREAMBLE = """
from typing import Annotated
from msgspec import Meta
from service.core.filters import one_of
from service.core.listing import ListReader
from service.core.projection import Projection
from service.core.query import ListQuery
from service.core.repository import ReadRepository
from service.core.schema import Decimal, Resource, Timestamp
from service.models import SubscriptionStatus, tables
"""


def test_every_session_is_explained_and_every_named_session_exists() -> None:
    sessions = set(
        re.findall(r"^def (\w+)\(session: nox\.Session\)", (ROOT / "noxfile.py").read_text(), re.MULTILINE)
    )
    table = README[README.index("## Sessions") : README.index("## The house")]
    assert set(re.findall(r"nox -s (\w+)", README)) <= sessions
    assert sessions <= set(re.findall(r"`(?:nox -s )?(\w+)[^`]*`", table))


async def test_the_resource_that_it_adds_works(database_url: str) -> None:
    chapter = README[README.index("## Adding a resource") : README.index("## After a Prisma migration")]
    blocks = re.findall(r"^ *```python\n(.*?)^ *```", chapter, re.DOTALL | re.MULTILINE)
    module: dict[str, object] = {"__name__": "readme"}
    exec(PREAMBLE + "".join(dedent(block) for block in blocks), module)  # our own text
    async with serving(database_url) as api:
        kind, criteria = module["SubscriptionRepository"], module["SubscriptionQuery"]
        assert isinstance(kind, type)
        assert isinstance(criteria, type)
        subscriptions = kind(api.application.state.database, CursorSigner(SECRET_KEY))
        listed = await subscriptions.read_list(criteria(status=("ACTIVE", "PAST_DUE")))
        assert (listed.items, listed.total) == ([], 0)


def test_every_path_that_it_names_exists() -> None:
    for path in re.findall(r"`((?:service|tests|migrations-readonly)/[\w./-]*)`", README):
        assert (ROOT / path).exists() or "subscriptions" in path, path
