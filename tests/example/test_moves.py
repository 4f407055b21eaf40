"""Many move pages in one tree at once."""

import asyncio
from random import Random

from service.core.errors import ValidationFailed
from tests.example.support import make_page, serving


async def test_moves_take_turns(postgres_url: str) -> None:
    """What is above a page grew while its rows were waited for: who then locked the rest waited in a ring with others."""
    failures: list[Exception] = []
    pick = Random(1)
    async with serving(postgres_url) as api:
        pages = [(await make_page(api, f"page-{number}"))["id"] for number in range(30)]
        api.application.state.database.observe(failures.append)
        for _ in range(3):
            answers = await asyncio.gather(
                *(api.patch(f"/pages/{page}", json={"parentId": pick.choice(pages)}) for page in pages * 2)
            )
            assert {answer.status_code for answer in answers} <= {200, 422}
    assert [failure for failure in failures if not isinstance(failure, ValidationFailed)] == []
