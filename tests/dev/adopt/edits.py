"""Edits that a team makes in its files by hand, and how to see that they are still there."""

import ast
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from service.dev.adopt.merge.outcome import Outcome

API = "service/api"
OWN = "a_word_of_ours"


@dataclass(frozen=True)
class Edit:
    """An edit by which the text `stays` is in some file afterwards, and the member `out` is in none."""

    name: str
    file: str
    change: Callable[[str, str], str]
    stays: str
    out: tuple[str, str] | None = None  # the ending of a class's name, and a member of it


def _after(anchor: str, text: str) -> Callable[[str, str], str]:
    return lambda source, _: re.sub(anchor, lambda found: found[0] + text, source, count=1, flags=re.DOTALL)


def _swap(old: str, new: str) -> Callable[[str, str], str]:
    return lambda source, _: re.sub(old, new, source, count=1)


def _append(text: str) -> Callable[[str, str], str]:
    return lambda source, _: f"{source.rstrip()}\n{text}"


def _without(member: str) -> Callable[[str, str], str]:
    def change(source: str, model: str) -> str:
        head, middle, rest = source.partition(f"class {model}(")
        body = re.sub(rf"    {member}: .*?\n(?=    \w|\n)", "", rest, count=1, flags=re.DOTALL)
        return head + middle + body

    return change


def _reorder(source: str, model: str) -> str:
    head, middle, rest = source.partition(f"class {model}Update(")
    body, query, end = rest.partition(f"class {model}Query(")
    return f"{head}{query}{end.rstrip()}\n\n\n{middle}{body.rstrip()}\n"


EDITS = [
    Edit("rename a field", "dto.py", _swap(r"    alpha: Annotated", f"    {OWN}_1: Annotated"), f"{OWN}_1:", ("", "alpha")),
    Edit("remove a field", "dto.py", _without("beta"), "", ("", "beta")),
    Edit("add a field", "dto.py", _after(r"    gamma: Annotated.*?\n(?=    \w|\n)", f"    {OWN}_2: int\n"), f"{OWN}_2: int"),
    Edit("change a field", "dto.py", _swap(r'"The gamma of it\."', f'"{OWN}_3"'), f'"{OWN}_3"'),
    Edit("comment on a field", "dto.py", _swap(r"    id: Annotated", f"    # {OWN}_4\n    id: Annotated"), f"# {OWN}_4"),
    Edit("add a method", "controller.py", _append(f"\n    def {OWN}_5(self) -> int:\n        return 1\n"), f"def {OWN}_5"),
    Edit("change a filter", "repository.py", _swap(r'"alpha": one_of', f'"alpha": {OWN}_6'), f'"alpha": {OWN}_6'),
    Edit("add a filter", "repository.py", _swap(r"filters=\{", f'filters={{"{OWN}_7": 1, '), f'"{OWN}_7": 1'),
    Edit("add an argument", "repository.py", _swap(r"sorts=\{", f"{OWN}_8=1, sorts={{"), f"{OWN}_8=1"),
    Edit("change who may write", "repository.py", _swap(r"signed_in\(\)", f"{OWN}_9()"), f"{OWN}_9()"),
    Edit("add a class", "dto.py", _append(f"\n\nclass {OWN}_10:\n    x: Decimal\n"), f"class {OWN}_10"),
    Edit("change a docstring", "dto.py", _swap(r'"""Which ', f'"""{OWN}_11 '), f'"""{OWN}_11'),
    Edit("change what a module is", "controller.py", _swap(r'\A"""', f'"""{OWN}_12 '), f'"""{OWN}_12'),
    Edit("reorder", "dto.py", _reorder, ""),
    Edit("rename a class", "dto.py", lambda source, model: source.replace(f"{model}Update", f"{model}{OWN}_13"), f"{OWN}_13"),
    Edit("add a sort", "dto.py", _swap(r"Literal\[", f'Literal["{OWN}_14", '), f'"{OWN}_14"'),
]  # fmt: skip


def held(root: Path, edit: Edit, model: str) -> bool:
    """Whether an edit is still there, in whatever file."""
    texts = [path.read_text() for path in (root / API).rglob("*.py")]
    if not any(edit.stays in text for text in texts):
        return False
    return edit.out is None or not any(_has(text, f"{model}{edit.out[0]}", edit.out[1]) for text in texts)


def _has(text: str, name: str, member: str) -> bool:
    return any(
        isinstance(statement, ast.ClassDef)
        and statement.name == name
        and any(
            isinstance(each, ast.AnnAssign) and ast.unparse(each.target) == member for each in statement.body
        )
        for statement in ast.parse(text).body
    )


def apply(root: Path, folder: str, edit: Edit, model: str) -> bool:
    """Make an edit; False where the file is not there, or does not hold what is edited."""
    path = root / folder / edit.file
    if not path.is_file():
        return False
    before = path.read_text()
    after = edit.change(before, model)
    path.write_text(after)
    return after != before and held(root, edit, model)


def move_query(root: Path, folder: str, model: str) -> bool:
    """Move a class to a file of its own."""
    path, own = root / folder / "dto.py", root / folder / "query.py"
    if not path.is_file() or own.exists():
        return False
    text = path.read_text()
    tree = ast.parse(text)
    found = [each for each in tree.body if isinstance(each, ast.ClassDef) and each.name == f"{model}Query"]
    if not found:
        return False
    lines = text.splitlines(keepends=True)
    start, end = found[0].lineno - 1, found[0].end_lineno or 0
    imports = "".join(f"{ast.unparse(each)}\n" for each in tree.body if isinstance(each, ast.ImportFrom))
    own.write_text(f"{imports}\n\n{''.join(lines[start:end])}")
    path.write_text("".join(lines[:start] + lines[end:]).rstrip() + "\n")
    return True


def clashes(outcome: Outcome) -> list[str]:
    return [str(clash) for clash in outcome.clashes]
