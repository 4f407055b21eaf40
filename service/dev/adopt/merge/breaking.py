"""What a change of the schema breaks for callers, as far as a file shows."""

import ast

from service.dev.adopt.merge.models import fields_of


def breaking_notes(path: str, base: str, now: str) -> list[str]:
    """Compare the fields of each class before and now."""
    try:
        before, after = fields_of(base), fields_of(now)
    except SyntaxError:
        return []
    notes: list[str] = []
    for name, fields in before.items():
        if name not in after:
            notes.append(f"{path}: {name} is no longer written.")
            continue
        for field, member in fields.items():
            changed = after[name].get(field)
            if changed is None:
                notes.append(f"{path}: {name}.{field} is gone.")
            elif _type(changed) != _type(member):
                notes.append(f"{path}: {name}.{field} was {_type(member)} and is {_type(changed)}.")
        notes.extend(
            f"{path}: {name}.{field} has come, and must be given."
            for field, member in after[name].items()
            if field not in fields and member.value is None and name.endswith(("Create", "Replace"))
        )
    return notes


def _type(member: ast.AnnAssign) -> str:
    annotation = member.annotation
    if isinstance(annotation, ast.Subscript) and isinstance(annotation.slice, ast.Tuple):
        return ast.unparse(annotation.slice.elts[0])
    return ast.unparse(annotation)
