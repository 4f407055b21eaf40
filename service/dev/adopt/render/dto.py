"""dto.py of a slice: what rows look like on the wire."""

from collections.abc import Collection, Iterable

from service.dev.adopt.plan.columns import ColumnPlan
from service.dev.adopt.plan.names import in_words, new_one_of, one_of, wire_of
from service.dev.adopt.plan.relations import MAX_LINKED, RelationPlan
from service.dev.adopt.plan.resource import ResourcePlan
from service.dev.adopt.plan.tenants import claimed
from service.dev.adopt.render.class_names import SliceNames
from service.dev.adopt.render.fields import Fields, line
from service.dev.adopt.render.imports import with_imports
from service.dev.adopt.render.queries import default_sort, parameters, sorts
from service.dev.adopt.render.text import docstring, quoted


def render_dto(plan: ResourcePlan, names: SliceNames, enums: Collection[str]) -> str:
    """The source of the module; `names` are those of its classes."""
    own = names.all
    links = {} if plan.read_only else {each.beside: each.key[0] for each in plan.written}
    fields = Fields(plan.columns, links, own | set(enums), claimed(plan.readable))
    own |= fields.aliases.keys()
    classes = [_link(names.related[relation.name], relation) for relation in plan.nested]
    base, single = names.item, names.dto
    one = one_of(plan.name)
    docs = plan.source.docs or _sentence(one)
    parents = [_to_one(relation, names.related[relation.name]) for relation in plan.parents]
    in_list = _with_parents(plan.in_lists, fields, plan.parents, parents)
    if plan.has_item:
        classes.append(_class(base, "§Resource", f"What lists show of {one}.", in_list))
        alone = [fields.shown(column) for column in plan.alone]
        alone += [_to_one(relation, names.related[relation.name]) for relation in plan.owned]
        for relation in plan.linked:
            alone += _linked(relation, names.related[relation.name])
        alone += [_count(relation) for relation in plan.counted]
        classes.append(_class(single, base, docs, alone))
    else:
        classes.append(_class(single, "§Resource", docs, in_list))
    if not plan.read_only:
        classes += _payloads(plan, names, fields)
    classes.append(_query(plan, names.query))
    aliases = "\n".join(f"{name} = {annotation}" for name, annotation in fields.aliases.items())
    body = f"{aliases}\n\n\n" + "\n\n\n".join(classes)
    return with_imports(f"What {in_words(plan.path)} look like on the wire.", body, own)


def _payloads(plan: ResourcePlan, names: SliceNames, fields: Fields) -> Iterable[str]:
    changed = [column for column in plan.columns if column.is_changed]
    one = one_of(plan.name)
    base = "§Payload"
    if not plan.no_change:
        replaced = [fields.replaced(column) for column in changed]
        replaced += [fields.linked(each.beside, is_whole=True) for each in plan.written]
        yield _class(
            names.replace,
            "§Payload, kw_only=True",
            f"All that callers say of {one}. Fields that are left out go back to their defaults.",
            replaced,
        )
        base = names.replace
    if not plan.no_create:
        # What the payload of a PUT does not give it: all, where the database lets nobody change a row.
        besides = [
            fields.created(column)
            for column in plan.columns
            if column.is_created and (plan.no_change or not column.is_changed)
        ]
        if plan.no_change:
            besides += [fields.linked(each.beside, is_whole=True) for each in plan.written]
        yield _class(names.create, f"{base}, kw_only=True", _sentence(new_one_of(plan.name)), besides)
    if not plan.no_change:
        updated = [fields.updated(column) for column in changed]
        updated += [fields.linked(each.beside, is_whole=False) for each in plan.written]
        yield _class(
            names.update, "§Payload", "What to change. Fields that are left out stay as they are.", updated
        )


def _query(plan: ResourcePlan, name: str) -> str:
    lines = [line(each.name, wire_of(each.name), each.annotation, each.default) for each in parameters(plan)]
    orders = ", ".join(f"{quoted(order)}, {quoted('-' + order)}" for order in sorts(plan))
    words = quoted(f"The order of the items; `{default_sort(plan)}` by default.")
    lines.append(f"    sort: §Annotated[§Literal[{orders}], §Meta(description={words})] | None = None")
    return _class(name, "§ListQuery", f"Which {in_words(plan.path)}, in which order.", lines)


def _with_parents(
    columns: tuple[ColumnPlan, ...], fields: Fields, relations: tuple[RelationPlan, ...], parents: list[str]
) -> list[str]:
    """The lines of the columns, with that of each parent behind the last column of its foreign key."""
    lines: list[str] = []
    waiting = list(zip(relations, parents, strict=True))
    seen: set[str] = set()
    for column in columns:
        lines.append(fields.shown(column))
        seen.add(column.name)
        for pair in [each for each in waiting if seen.issuperset(each[0].local)]:
            lines.append(pair[1])
            waiting.remove(pair)
    return lines + [text for _, text in waiting]


def _link(name: str, relation: RelationPlan) -> str:
    lines = [
        line(column.name, column.wire, column.shown + (" | None" if column.is_optional else ""))
        for column in (*relation.key, *relation.label)
    ]
    return _class(name, "§Resource", f"What a link to {one_of(relation.target.name)} needs.", lines)


def _sentence(words: str) -> str:
    return f"{words[0].upper()}{words[1:]}."


def _to_one(relation: RelationPlan, name: str) -> str:
    # None, where the caller may read this row and not the related one.
    return line(relation.name, relation.wire, f"{name} | None")


def _linked(relation: RelationPlan, name: str) -> list[str]:
    few = f'§Annotated[list[{name}], §Meta(max_length={MAX_LINKED}, description="The first {MAX_LINKED}.")]'
    return [
        line(relation.name, relation.wire, few),
        f"    {relation.beside}: list[{relation.key[0].shown}]",
    ]


def _count(relation: RelationPlan) -> str:
    return f"    {relation.beside}: §RowCount"


def _class(name: str, base: str, docs: str, lines: Iterable[str]) -> str:
    body = "\n".join(lines)
    return f"class {name}({base}):\n    {docstring(docs)}\n" + (f"\n{body}" if body else "")
