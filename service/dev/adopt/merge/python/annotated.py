"""Puts an annotation that the team added, or put around a type, into both written versions, so that nothing clashes."""

import ast
from dataclasses import dataclass, replace

from service.dev.adopt.merge.python.nodes import Node
from service.dev.adopt.merge.python.statements import read_module


@dataclass(frozen=True, slots=True)
class Assignment:
    """`name: annotation = value`, as source."""

    name: str
    annotation: str | None
    value: str | None

    @classmethod
    def read(cls, source: str) -> "Assignment | None":
        """Read one assignment; None of another statement, of none, or of what is no Python."""
        try:
            statement = ast.parse(source := source.strip()).body[0]
        except (SyntaxError, IndexError):
            return None
        annotation: ast.expr | None = None
        match statement:
            case ast.Assign(targets=[ast.Name(name)], value=value):
                pass
            case ast.AnnAssign(target=ast.Name(name), annotation=annotation, value=value):
                pass
            case _:
                return None
        return cls(name, *(each and ast.get_source_segment(source, each) for each in (annotation, value)))

    def write(self) -> str:
        annotation = f": {self.annotation}" if self.annotation else ""
        value = f" = {self.value}" if self.value else ""
        return f"{self.name}{annotation}{value}\n"


def annotated_alike(base: Node, now: Node, theirs: Node) -> tuple[Node, Node] | None:
    """`base` and `now`, both with the annotation or `Annotated` that the team put around `base`; None without one."""
    before, written, their = (Assignment.read(node.text) for node in (base, now, theirs))
    if not before or not written or not their or not their.annotation:
        return None
    if before.annotation is written.annotation is None:
        dressed = [replace(each, annotation=their.annotation) for each in (before, written)]
    elif (
        before.annotation and written.annotation and (beside := _beside(their.annotation, before.annotation))
    ):
        dressed = [
            replace(each, annotation=f"Annotated[{each.annotation}, {beside}]") for each in (before, written)
        ]
    else:
        return None
    indent = theirs.text[: len(theirs.text) - len(theirs.text.lstrip())]
    one, other = (_node(each.write(), indent) for each in dressed)
    return one, other


def _node(source: str, indent: str) -> Node:
    """The statement in `source` as a node, with the indent of the body in which it stands."""
    (read,) = read_module(source).nodes
    first, *rest = read.pieces
    return Node(read.key, "", (f"{indent}{first}", *rest), "")


def _beside(annotation: str, kind: str) -> str | None:
    """The source of what follows the type in `Annotated[kind, ...]`; None where the annotation is no such one."""
    match ast.parse(annotation, mode="eval").body:
        case ast.Subscript(ast.Name("Annotated"), ast.Tuple([first, second, *_])) if ast.unparse(
            first
        ) == ast.unparse(ast.parse(kind, mode="eval")):
            return (
                annotation[_offset(annotation, second) :]
                .rstrip()
                .removesuffix("]")
                .rstrip()
                .removesuffix(",")
            )
        case _:
            return None


def _offset(source: str, node: ast.expr) -> int:
    lines = source.encode().splitlines(keepends=True)
    return len((b"".join(lines[: node.lineno - 1]) + lines[node.lineno - 1][: node.col_offset]).decode())
