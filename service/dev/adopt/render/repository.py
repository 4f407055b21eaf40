"""repository.py of a slice."""

from collections.abc import Iterable

from service.dev.adopt.plan.names import in_words
from service.dev.adopt.plan.relations import ALL_LINKED, MAX_LINKED, RelationPlan
from service.dev.adopt.plan.resource import ResourcePlan
from service.dev.adopt.render.class_names import SliceNames
from service.dev.adopt.render.imports import of_slice, with_imports
from service.dev.adopt.render.queries import default_sort, parameters, sorts
from service.dev.adopt.render.text import quoted


def render_repository(plan: ResourcePlan, names: SliceNames) -> str:
    model = plan.source.reference
    dto, item = _dto(plan, names.dto), _dto(plan, names.item)
    base = "§ReadRepository" if plan.read_only else "§Repository"
    many = in_words(plan.path)
    related = "".join(_related(plan, names))
    in_lists = "fields=OF_AN_ITEM" if plan.parents else ""
    alone = "fields=OF_ONE" if plan.owned or plan.linked or plan.counted else in_lists
    changes = "" if plan.no_change else _dto(plan, names.replace)
    changed = "" if plan.read_only else f"changed_by=[{changes}]"
    hidden = ", ".join(f"{model}.{column.name}" for column in plan.hidden)
    whole = [changed, alone if plan.has_item else in_lists, f"hidden=[{hidden}]" if hidden else ""]
    whole.append(f"readable={plan.readable}" if plan.readable else "")
    single = _call("§Mapping", [dto, model, *whole])
    listed = _call("§Mapping", [item, model, in_lists]) if plan.has_item else single
    filters = "".join(f"{quoted(each.name)}: {each.filter},\n" for each in parameters(plan))
    orders = "".join(f"{quoted(name)}: {model}.{column.name},\n" for name, column in sorts(plan).items())
    body = f'''{related}
class {names.repository}({base}[{model}, {dto}{f", {item}" if plan.has_item else ""}]):
    """{"Reads" if plan.read_only else "Reads and writes"} {many}."""

    {f"whole = {single}" if plan.has_item else ""}
    reader = §ListReader(
        {listed},
        filters={{{filters}}},
        sorts={{{orders}}},
        default_sort={quoted(default_sort(plan))},
    )
'''
    return with_imports(f"{many.capitalize()} in the database.", body, {names.repository})


def _related(plan: ResourcePlan, names: SliceNames) -> Iterable[str]:
    model = plan.source.reference

    def one(each: RelationPlan) -> str:
        return f"{quoted(each.name)}: §to_one({model}.{each.name}, {_mapping(plan, each, names)})"

    if plan.parents:
        yield f"OF_AN_ITEM = {{{', '.join(map(one, plan.parents))}}}\n"
    besides = [one(each) for each in plan.owned]
    for each in plan.linked:
        relation, key = f"{model}.{each.name}", f"{each.target.reference}.{each.key[0].name}"
        shown = f"{relation}, {_mapping(plan, each, names)}, order=[{_order(each)}], most={MAX_LINKED}"
        besides.append(f"{quoted(each.name)}: §to_many({shown})")
        besides.append(f"{quoted(each.beside)}: §values_of({relation}, {key}, most={ALL_LINKED:_})")
    besides += [f"{quoted(each.beside)}: §count_of({model}.{each.name})" for each in plan.counted]
    if besides:
        yield f"OF_ONE = {'OF_AN_ITEM | ' if plan.parents else ''}{{{', '.join(besides)}}}\n"


def _order(relation: RelationPlan) -> str:
    return ", ".join(f"{relation.target.reference}.{column.name}" for column in relation.label)


def _mapping(plan: ResourcePlan, relation: RelationPlan, names: SliceNames) -> str:
    return f"§Mapping({_dto(plan, names.related[relation.name])}, {relation.target.reference})"


def _dto(plan: ResourcePlan, name: str) -> str:
    return of_slice(plan.folder, "dto", name)


def _call(name: str, arguments: Iterable[str]) -> str:
    return f"{name}({', '.join(filter(None, arguments))})"
