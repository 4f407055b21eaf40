"""Compares the credentials that operations ask for."""

from collections.abc import Iterator

from service.dev.contract.findings import Breaks, Finding
from service.dev.contract.parts import Part


def compare_security(old: Part, new: Part) -> Iterator[Finding]:
    """Credentials that let a client in before must still let it in."""
    before, after = _alternatives(old), _alternatives(new)
    for credentials in before:
        if not any(_enough(credentials, needed) for needed in after):
            shown = " and ".join(credentials) or "nothing"
            yield Finding(old.place, f"{shown} lets nobody in any more.", Breaks.REQUESTS)


def _alternatives(operation: Part) -> list[dict[str, list[str]]]:
    holder = operation if "security" in operation.node else Part(operation.document, "", operation.document)
    listed = [{name: part.texts(name) for name in part.node} for part in holder.items("security")]
    return listed or [{}]


def _enough(credentials: dict[str, list[str]], needed: dict[str, list[str]]) -> bool:
    return all(
        name in credentials and set(scopes) <= set(credentials[name]) for name, scopes in needed.items()
    )
