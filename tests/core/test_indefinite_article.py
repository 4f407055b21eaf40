"""The English of what is said of any resource."""

import pytest

from service.core.indefinite_article import with_article


@pytest.mark.parametrize(
    "words",
    [
        "an invoice",
        "a page",
        "a user collection",
        "an upload",
        "an unlock",
        "a unit",
        "an uninstall",
        "a usage",
        "a uuid",
        "a one time code",
        "an onerous task",
        "a european order",
        "an hour",
        "a house",
        "an honor",
        "a hand",
        "an sms message",
        "an nft",
        "a crm",
        "a gym",
        "an ödeme",
        "a größe",
    ],
)
def test_an_article_goes_by_the_sound(words: str) -> None:
    one = words.partition(" ")[2]
    assert with_article(one, f"{one}s") == words


def test_what_is_many_by_its_name_is_one_of_them() -> None:
    assert with_article("user settings", "user settings") == "one of the user settings"
