"""What two teams do at the same time, and each alone: neither sees a difference."""

from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings

from tests.security.tenants.calls import AFTER, BEFORE, SEQUENCES, TEAMS, Call
from tests.security.tenants.replay import Run
from tests.security.tenants.served import Tenants

EXAMPLES = 40


@pytest.mark.timeout(400)  # where it fails, a shorter sequence that does so is looked for
@settings(
    max_examples=EXAMPLES,
    # The same in each run: whoever changes something else is not to meet a failure of chance.
    derandomize=True,
    database=None,
    deadline=None,
    # Each run begins by putting the rows back.
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(drawn=SEQUENCES)
async def test_each_sees_what_it_would_see_alone(tenants: Tenants, drawn: Sequence[Call]) -> None:
    sequence = [*BEFORE, *drawn, *AFTER]
    together = await Run(tenants, *TEAMS).play(sequence)
    for team in TEAMS:
        own = [call for call in sequence if call.team == team]
        alone = (await Run(tenants, team).play(sequence))[team]
        for call, in_company, by_itself in zip(own, together[team], alone, strict=True):
            assert in_company == by_itself, call
