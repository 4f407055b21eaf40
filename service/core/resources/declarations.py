"""Who may read and write what, collected from the mappings of an application's resources."""

from collections.abc import Iterable, Iterator
from collections.abc import Mapping as Values
from typing import Annotated, Any, get_args, get_origin

from sqlalchemy.orm import MANYTOONE
from sqlalchemy.sql.visitors import iterate

from service.core.resources.access.claims import claim_use
from service.core.resources.access.policies import Policies
from service.core.resources.access.rights import columns_in
from service.core.resources.conditions import (
    Condition,
    Everybody,
    Model,
    Part,
    Policy,
    RowCondition,
    Through,
    every_part_of,
    parts_of,
)
from service.core.resources.mapping import Field, Mapping, MappingError
from service.core.resources.read_repository import ReadRepository
from service.core.resources.rows.related import Related
from service.core.type_info import fields_of

Repositories = Iterable[type[ReadRepository[Any, Any, Any]]]


class UndecidedError(Exception):
    """No mapping declares who may read the rows of some models; the message names them, and says how it is done."""

    def __init__(self, undecided: Iterable[str]) -> None:
        names = ", ".join(undecided)
        super().__init__(
            f"Nobody has said who may read {names}. Give one mapping of each model a `readable`, and where it differs a "
            "`writable`: see 'Who may see which rows' in the README. Where the rows of a model are only counted, filtered by, or "
            "referred to, it has no mapping: show them there, or remove what does so. A `through` that leads to them can be "
            "given the condition directly."
        )


def policies_of(repositories: Repositories) -> Policies:
    """The policies that the mappings declare. Raises `MappingError` for two of the same model, or for a wrong one."""
    found: dict[Model, Policy] = {}
    mappings = mappings_of(repositories)
    for mapping in mappings:
        if mapping.policy is not None:
            for condition in (mapping.policy.readable, mapping.policy.writable):
                _check(mapping.dto.__qualname__, mapping.model, condition)
            if mapping.model in found:
                raise MappingError(
                    f"{mapping.dto.__qualname__} says who may read {mapping.model.__name__}, and another mapping does: one "
                    "says it for all"
                )
            found[mapping.model] = mapping.policy
    for model in found:
        _refuse_circle(model, found, ())
    for mapping in mappings:
        _refuse_required(mapping, found)
    return Policies(found)


def undecided_in(repositories: Repositories) -> list[str]:
    """The names of the models that answers depend on, and of which no mapping declares who may read their rows.

    Answers depend on models whose rows are shown or counted, by which lists are filtered, that decide who may read
    others, or that writes refer to.
    """
    repositories = list(repositories)
    mappings = mappings_of(repositories)
    decided = {mapping.model for mapping in mappings if mapping.policy is not None}
    shown: dict[Model, None] = {}
    for mapping in mappings:
        shown |= dict.fromkeys([mapping.model])
        for field in mapping.extra_fields.values():
            shown |= dict.fromkeys(_shown_by(field))
        shown |= dict.fromkeys((*_leaned_on(mapping.policy), *_referred_to(mapping)))
    for repository in repositories:
        filters = repository.reader.filters.values()
        shown |= dict.fromkeys(each.relation.property.mapper.class_ for each in filters if each.relation)
    return sorted(model.__name__ for model in shown if model not in decided)


def _shown_by(field: Field) -> Iterator[Model]:
    """The models whose rows a field shows or counts."""
    if field.relation is not None:
        yield field.relation.property.mapper.class_
    if not callable(field.expression):
        yield from (each.model for each in iterate(field.expression) if isinstance(each, RowCondition))


def _leaned_on(policy: Policy | None) -> Iterator[Model]:
    """The models whose own policies decide, by a `through`, who may read or write a row."""
    for condition in (policy.readable, policy.writable) if policy else ():
        for part in every_part_of(condition):
            if isinstance(part, Through) and part.condition is None:
                yield Related(part.relation).model


def _referred_to(mapping: Mapping[Any, Any]) -> Iterator[Model]:
    """The models whose rows callers can refer to when they write a row."""
    if mapping.changed is None:
        return
    mapper = mapping.model.__mapper__
    named = {*mapping.changed, *(column.key for column in mapping.key)}
    for relation in mapper.relationships:
        names = {mapper.get_property_by_column(column).key for column in relation.local_columns}
        if relation.direction is MANYTOONE and not names.isdisjoint(named):
            yield relation.mapper.class_


def mappings_of(repositories: Repositories) -> list[Mapping[Any, Any]]:
    """All mappings of the repositories, then those of the rows that are shown within their rows; each once."""
    waiting: list[Mapping[Any, Any]] = []
    for repository in repositories:
        waiting += (repository.reader.mapping, repository.mapping)
    found: dict[Mapping[Any, Any], None] = {}
    for mapping in waiting:
        if mapping not in found:
            found[mapping] = None
            # The loop goes on with these too: rows within rows show further ones.
            waiting += mapping.related.values()
    return [*found]


def _check(name: str, model: Model, condition: Condition) -> None:
    """Raises `MappingError` for a condition that no statement about rows of the model can hold."""
    for part in parts_of(condition):
        if isinstance(part, Through):
            relation = part.relation
            if (
                not issubclass(model, relation.property.parent.class_)
                or relation.property.direction is not MANYTOONE
            ):
                raise MappingError(
                    f"{name}: {relation} does not lead from {model.__name__} to a row that it belongs to"
                )
            if part.condition is not None:
                _check(name, Related(relation).model, part.condition)
        elif not isinstance(part, Part):
            try:
                claim_use(part)
            except TypeError as error:
                raise MappingError(f"{name}: {error}") from None
            for column in columns_in(part):
                if column.table is not model.__table__:
                    raise MappingError(
                        f"{name}: {column} is no column of {model.__name__}; reach it by `through`"
                    )


def _refuse_required(mapping: Mapping[Any, Any], policies: Values[Model, Policy]) -> None:
    """Raises `MappingError` for a field that must show a row, where the row may be hidden from the caller."""
    for field in fields_of(mapping.dto):
        shown = mapping.related.get(field.name)
        # The type of a row that may be None is a union, that of several rows a list: neither is a class.
        kind = get_args(field.type)[0] if get_origin(field.type) is Annotated else field.type
        if shown is None or not isinstance(kind, type):
            continue
        policy = policies.get(shown.model)
        if policy and not isinstance(policy.readable, Everybody):
            place = f"{mapping.dto.__qualname__}.{field.name}"
            raise MappingError(f"{place} may be hidden: type it `{shown.name} | None`")


def _refuse_circle(model: Model, policies: Values[Model, Policy], above: tuple[Model, ...]) -> None:
    """Raises `MappingError` for a circle: a row may be read if another may, which may be read if the first may."""
    if model in above:
        raise MappingError(
            f"who may read {model.__name__} is decided by {' and '.join(one.__name__ for one in above)} in a circle"
        )
    for upper in _leaned_on(policies.get(model)):
        _refuse_circle(upper, policies, (*above, model))
