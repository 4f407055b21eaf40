"""Guesses which model that came is one that went."""

import ast
import re
from collections.abc import Mapping

NEAR = 0.7  # what share of their columns two models have in common that are one under two names


def guess_renamed(gone: Mapping[str, list[str]], new: Mapping[str, list[str]]) -> dict[str, str]:
    """Pair models that went with models that came, by the sources of their files; the likest first."""
    before = {model: _columns(model, sources) for model, sources in gone.items()}
    after = {model: _columns(model, sources) for model, sources in new.items()}
    scores = sorted(
        (
            (len(mine & their) / max(len(mine | their), 1), old, came)
            for old, mine in before.items()
            for came, their in after.items()
        ),
        key=lambda score: (-score[0], *score[1:]),
    )
    pairs: dict[str, str] = {}
    for score, old, came in scores:
        if score >= NEAR and old not in pairs and came not in pairs.values():
            pairs[old] = came
    return pairs


def fields_of(source: str) -> dict[str, dict[str, ast.AnnAssign]]:
    """Read the annotated fields of each class."""
    return {
        statement.name: {
            member.target.id: member
            for member in statement.body
            if isinstance(member, ast.AnnAssign) and isinstance(member.target, ast.Name)
        }
        for statement in ast.parse(source).body
        if isinstance(statement, ast.ClassDef)
    }


def _columns(model: str, sources: list[str]) -> set[str]:
    """Name the columns of a model: what the class of its name says, without its words."""
    classes = [each for source in sources for each in fields_of(source).items()]
    named = next((fields for name, fields in classes if name == model), None)
    most = max((fields for _, fields in classes), key=len) if classes else {}
    columns = most if named is None else named
    # What belongs to it is called after it: `InvoiceTeam` of an Invoice is what `BillTeam` is of a Bill.
    its_name = re.compile(rf"\b{re.escape(model)}(?=[A-Z]|\b)")
    return {f"{name}: {its_name.sub('', _kind(member.annotation))}" for name, member in columns.items()}


def _kind(annotation: ast.expr) -> str:
    if isinstance(annotation, ast.Subscript) and ast.unparse(annotation.value) == "Annotated":
        inner = annotation.slice
        return ast.unparse(inner.elts[0]) if isinstance(inner, ast.Tuple) else ast.unparse(inner)
    return ast.unparse(annotation)
