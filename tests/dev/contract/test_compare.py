"""What breaks clients is found, whatever is changed in a document, and nothing else is."""

from collections import defaultdict

import pytest

from service.dev.contract.compare import compare
from service.dev.contract.parts import Node
from tests.dev.contract.documents import MADE_UP, the_api
from tests.dev.contract.edits import copied
from tests.dev.contract.mutations import Mutation, mutations
from tests.dev.contract.sites import Pointer
from tests.dev.contract.slices import cut

SHARES = 6
"""The mutations are judged in as many tests, side by side."""


def misjudged(document: Node, listed: list[Mutation]) -> list[str]:
    wrong: list[str] = []
    by_focus: dict[Pointer, list[Mutation]] = defaultdict(list)
    for mutation in listed:
        by_focus[mutation.focus].append(mutation)
    for focus, members in by_focus.items():
        part = cut(document, focus)
        wrong += [f"unchanged: {finding}" for finding in compare(part, copied(part))]
        for mutation in members:
            found = compare(part, mutation.applied(part))
            if bool(found) != mutation.breaks:
                wrong.append(f"{mutation}: {found or 'nothing was found'}")
    return wrong


def test_the_same_document_breaks_nothing() -> None:
    for document in (MADE_UP, the_api()):
        assert compare(document, copied(document)) == []


def test_every_mutation_of_what_a_document_may_hold() -> None:
    listed = list(mutations(MADE_UP))
    assert misjudged(MADE_UP, listed) == []
    assert len({mutation.kind for mutation in listed}) > 110


@pytest.mark.parametrize("share", range(SHARES))
def test_every_mutation_of_the_api(share: int) -> None:
    document = the_api()
    assert misjudged(document, list(mutations(document))[share::SHARES]) == []


def test_a_finding_says_where_what_why_and_what_to_do() -> None:
    document = copied(MADE_UP)
    (optional,) = [
        one for one in mutations(document) if str(one) == "field optional: components/schemas/Thing"
    ][:1]
    (finding,) = compare(document, optional.applied(document))
    assert str(finding) == (
        "Thing.id: The field may be left out now.\n"
        "    Clients that know what was promised would meet what they do not know, or miss what they need.\n"
        "    Go on showing what was shown, and show what is new beside it, under a name of its own. "
        "Or raise the major version."
    )
