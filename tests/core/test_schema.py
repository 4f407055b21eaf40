"""What the DTOs of every resource share."""

import pytest

from service.core.schema import Listing


@pytest.mark.parametrize(
    ("counted", "told"), [(None, None), (2**31 - 1, 2**31 - 1), (2**31, 2**31 - 1), (2**62, 2**31 - 1)]
)
def test_a_total_is_no_larger_than_the_document_says(counted: int | None, told: int | None) -> None:
    listing = Listing[str](
        items=[], total=counted, limit=20, offset=0, next_cursor=None, previous_cursor=None
    )
    assert listing.total == told
