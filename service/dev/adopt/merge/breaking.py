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
            elif _differ(changed, member) and _type(changed) != _type(member):
                notes.append(f"{path}: {name}.{field} was {_type(member)} and is {_type(changed)}.")
        notes.extend(
            f"{path}: {name}.{field} has come, and must be given."
            for field, member in after[name].items()
            if field not in fields and member.value is None and name.endswith(("Create", "Replace"))
        )
    return notes


class _Bare(ast.NodeTransformer):
    """Leaves out the words, the limits and the literals."""

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        match ast.unparse(node.value), node.slice:
            case "Annotated", ast.Tuple(elts=[first, *_]):
                return self.visit(first)
            case "Literal", _:
                return ast.Name("Literal")
            case _:
                return self.generic_visit(node)


def _differ(one: ast.AnnAssign, other: ast.AnnAssign) -> bool:
    return ast.dump(one.annotation) != ast.dump(other.annotation)


def _type(member: ast.AnnAssign) -> str:
    """Name a field's type; a choice of literals is one type, since more of them break nobody."""
    annotation = ast.parse(ast.unparse(member.annotation), mode="eval")
    return ast.unparse(_Bare().visit(annotation))
