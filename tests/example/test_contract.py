"""What breaks clients of the example is found: its document is one that a team serves, and not too long for all of it."""

import pytest

from tests.dev.contract.documents import the_api
from tests.dev.contract.misjudged import misjudged
from tests.dev.contract.mutations import mutations

SHARES = 6
"""The mutations are judged in as many tests, side by side."""


@pytest.mark.parametrize("share", range(SHARES))
def test_every_mutation_of_the_api(share: int) -> None:
    document = the_api()
    assert misjudged(document, list(mutations(document))[share::SHARES]) == []
