"""Finds the mutations of a document that the comparison misses, and those it reports although they break nothing."""

from collections import defaultdict

from service.dev.contract.compare import compare
from service.dev.contract.parts import Node
from tests.dev.contract.edits import copied
from tests.dev.contract.mutations import Mutation
from tests.dev.contract.sites import Pointer
from tests.dev.contract.slices import cut


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
