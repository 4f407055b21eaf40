"""Who may read and write what, collected from the mappings of an application's resources."""

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy.sql.visitors import iterate

from service.core.resources.conditions import Policy, RowCondition
from service.core.resources.mapping import Mapping, MappingError
from service.core.resources.policies import Policies
from service.core.resources.read_repository import ReadRepository

Repositories = Iterable[type[ReadRepository[Any, Any, Any]]]


class UndecidedError(Exception):
    """Nobody has said who may read the rows of some models; the message names them and says how."""

    def __init__(self, undecided: Iterable[str]) -> None:
        names = ", ".join(undecided)
        super().__init__(
            f"Nobody has said who may read {names}. Give one mapping of each model a `readable`, and where it differs a "
            "`writable`: see 'Who may see which rows' in the README."
        )


def policies_of(repositories: Repositories) -> Policies:
    """What the mappings declare. Raises `MappingError` where two say it of the same model."""
    found: dict[type[Any], Policy] = {}
    for mapping in _mappings(repositories):
        if mapping.policy is not None:
            if mapping.model in found:
                raise MappingError(
                    f"{mapping.dto.__qualname__} says who may read {mapping.model.__name__}, and another mapping does: one "
                    "says it for all"
                )
            found[mapping.model] = mapping.policy
    return Policies(found)


def undecided_in(repositories: Repositories) -> list[str]:
    """The names of the models whose rows are shown or counted, and of which nobody has said who may read them."""
    mappings = list(_mappings(repositories))
    decided = {mapping.model for mapping in mappings if mapping.policy is not None}
    shown: dict[type[Any], None] = {}
    for mapping in mappings:
        shown |= dict.fromkeys([mapping.model])
        for column in mapping.columns:
            shown |= {each.model: None for each in iterate(column) if isinstance(each, RowCondition)}
    return sorted(model.__name__ for model in shown if model not in decided)


def _mappings(repositories: Repositories) -> Iterator[Mapping[Any, Any]]:
    """All of them, and those of the rows that are shown within; each once."""
    seen: set[int] = set()
    waiting: list[Mapping[Any, Any]] = []
    for repository in repositories:
        waiting += [repository.reader.mapping, *([repository.whole] if repository.whole else [])]
    while waiting:
        mapping = waiting.pop()
        if id(mapping) not in seen:
            seen.add(id(mapping))
            waiting += mapping.related
            yield mapping
