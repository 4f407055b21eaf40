"""Guesses which new models and columns are former ones under new names."""

import ast
import re
from collections.abc import Callable, Mapping

from service.dev.adopt.adopted import Adopted, KeptSlice
from service.dev.adopt.merge.python.identifiers import prefix_of
from service.dev.adopt.render.rendered import Rendered, Slice

NEAR = 0.7  # from this share of common columns on, a model counts as another one renamed

COUNT = "RowCount"  # the type of counts, which is no column's: they are named after the model whose rows they count


def renamed_models(adopted: Adopted, now: Rendered, read: Callable[[str], str | None]) -> dict[str, str]:
    """The former name of each model that was renamed; `read` reads the team's files."""
    gone = {
        # Columns that came after the last write are in the team's file alone.
        model: [
            text
            for path, file in kept.files.items()
            if path.endswith(".py")
            for text in (file.text, read(file.at) or "")
        ]
        for model, kept in adopted.slices.items()
        if model not in now.slices and kept.state != "gone"
    }
    new = {
        model: [text for name, text in each.files.items() if name.endswith(".py")]
        for model, each in now.slices.items()
        if model not in adopted.slices
    }
    at = {adopted.slices[model].folder: model for model in gone}
    # `Concept` and `concepts` have the same folder, which holds one model: the one is the other renamed.
    same = {at[now.slices[model].folder]: model for model in new if now.slices[model].folder in at}
    return {came: went for went, came in _guess_renamed(gone, new, same).items()}


def renamed_columns(old: KeptSlice, now: Slice, former: str, model: str) -> dict[str, str]:
    """The former name of each column that may have been renamed: of its type, one column came and one went."""
    before = _types(former, [file.text for path, file in old.files.items() if path.endswith(".py")])
    after = _types(model, [text for name, text in now.files.items() if name.endswith(".py")])
    gone, new = _by_kind(before, after), _by_kind(after, before)
    pairs = ((new[kind], names) for kind, names in gone.items() if kind in new)
    return {came[0]: went[0] for came, went in pairs if len(came) == len(went) == 1}


def _types(model: str, sources: list[str]) -> dict[str, str]:
    """The columns of a model, each with its type, in which aliases are replaced by what they stand for.

    A type with bounds is such an alias, named after its column, which would hide that two types are the same.
    """
    aliases = {
        ast.unparse(statement.targets[0]): ast.unparse(statement.value)
        for source in sources
        for statement in ast.parse(source).body
        if isinstance(statement, ast.Assign)
    }

    def in_full(kind: str) -> str:
        return re.sub(r"\w+", lambda word: aliases.get(word[0], word[0]), kind)

    return {name: in_full(kind) for name, kind in _kinds(model, sources).items()}


def _by_kind(kinds: Mapping[str, str], others: Mapping[str, str]) -> dict[str, list[str]]:
    """The columns that the others lack, by their types."""
    found: dict[str, list[str]] = {}
    for name, kind in kinds.items():
        if name not in others:
            found.setdefault(kind, []).append(name)
    return found


def _guess_renamed(
    gone: Mapping[str, list[str]], new: Mapping[str, list[str]], same: Mapping[str, str]
) -> dict[str, str]:
    """The new name of each renamed model: first the pairs in `same`, then those whose columns are most alike."""
    before = {model: _columns(model, sources) for model, sources in gone.items() if model not in same}
    after = {model: _columns(model, sources) for model, sources in new.items() if model not in same.values()}
    scores = sorted(
        (
            (len(mine & their) / max(len(mine | their), 1), old, came)
            for old, mine in before.items()
            for came, their in after.items()
        ),
        key=lambda score: (-score[0], *score[1:]),
    )
    pairs = dict(same)
    for score, old, came in scores:
        if score >= NEAR and old not in pairs and came not in pairs.values():
            pairs[old] = came
    return pairs


def _fields_of(source: str) -> dict[str, dict[str, ast.AnnAssign]]:
    """The annotated fields of each class of a source, with those of its bases in the same source."""
    found: dict[str, dict[str, ast.AnnAssign]] = {}
    try:
        module = ast.parse(source)
    except SyntaxError:
        return found
    for statement in module.body:
        if isinstance(statement, ast.ClassDef):
            fields: dict[str, ast.AnnAssign] = {}
            for base in statement.bases:
                fields |= found.get(ast.unparse(base), {})
            for member in statement.body:
                if isinstance(member, ast.AnnAssign) and isinstance(member.target, ast.Name):
                    fields[member.target.id] = member
            found[statement.name] = fields
    return found


def _columns(model: str, sources: list[str]) -> set[str]:
    return {f"{name}: {kind}" for name, kind in _kinds(model, sources).items()}


def _kinds(model: str, sources: list[str]) -> dict[str, str]:
    """The columns of a model with their types, without the model's own name in these.

    They are read from the classes that have the model's name, the first before the others; without such, from the class
    with the most fields.
    """
    classes = [each for source in sources for each in _fields_of(source).items()]
    prefix = prefix_of(model, sources)
    named: dict[str, ast.AnnAssign] = {}
    for name, fields in classes:
        named |= {} if name != prefix else fields | named
    columns = named or max((fields for _, fields in classes), key=len, default=named)
    # Classes that are made for a model begin with its name: `InvoiceTeam` is to Invoice what `BillTeam` is to Bill.
    its_name = re.compile(rf"\b{re.escape(prefix)}(?=[A-Z]|\b)")
    kinds = {name: its_name.sub("", _kind(member.annotation)) for name, member in columns.items()}
    return {name: kind for name, kind in kinds.items() if kind != COUNT}


def _kind(annotation: ast.expr) -> str:
    if isinstance(annotation, ast.Subscript) and ast.unparse(annotation.value) == "Annotated":
        inner = annotation.slice
        return ast.unparse(inner.elts[0]) if isinstance(inner, ast.Tuple) else ast.unparse(inner)
    return ast.unparse(annotation)
