"""What of a schema's comments people are shown."""

import pytest

from service.dev.adopt.plan.docs import spoken, spoken_of_fields


@pytest.mark.parametrize(
    ("docs", "said"),
    [
        ("Who pays.\nMonthly.", "Who pays. Monthly."),
        ("[AuthOptions] @zod.custom.use(ZAuthOptionsSchema)", ""),
        ("![Record<string, number>]", ""),
        ("[Terms](https://example.org/terms)", "[Terms](https://example.org/terms)"),
        ("[Address] Where it goes.", "Where it goes."),
        ('@zod.string.describe("An ID (yours) of it.")', "An ID (yours) of it."),
        ("@zod.import([\"import { A } from 'a';\"])\nA bill.", "A bill."),
        ("@HideField()\nOnly for us.", "Only for us."),
        ("Write to help@example.org (or [call](tel:1)).", "Write to help@example.org (or [call](tel:1))."),
        ("@deprecated Use the other.", "@deprecated Use the other."),
        (
            "This table contains check constraints. Visit https://pris.ly/d/checks for more.\nA bill.",
            "A bill.",
        ),
        (
            "The underlying view does not contain a valid unique identifier and can therefore not be handled.",
            "",
        ),
        ("A hook.\n\n@property id - Its key\n@property url - Where to", "A hook."),
    ],
)
def test_what_is_for_prisma_and_its_generators_is_left_out(docs: str, said: str) -> None:
    assert spoken(docs) == said


def test_a_model_tells_of_its_fields() -> None:
    docs = "A hook.\n@property id - Its key\n@param {string} url: Where to\n@property bare"
    assert spoken_of_fields(docs) == {"id": "Its key", "url": "Where to", "bare": ""}
