"""Parses a Python file into its statements, and each class into its members."""

import ast
from functools import partial

from service.dev.adopt.merge.python.nodes import Group, Node, lines_of, unique_key
from service.dev.adopt.merge.python.tokens import Reader, words_of

IMPORT = "import "


def read_module(source: str) -> Group:
    """Read a whole file. Raises `SyntaxError`."""
    tree = ast.parse(source)
    lines = lines_of(source)
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    nodes, rest = _statements(tree.body, lines, 0, indent=0)
    return Group("block", "", "", nodes, tail="".join(lines[rest:]))


def _statements(
    body: list[ast.stmt], lines: list[str], start: int, *, indent: int
) -> tuple[tuple[Node, ...], int]:
    """Read the statements of a body that begins at line `start`; also returns the line where they end."""
    nodes: list[Node] = []
    taken: set[str] = set()
    for position, statement in enumerate(body):
        first = _first_line(statement)
        key = unique_key(_key(statement, start=not position), taken)
        taken.add(key)
        lead = "".join(lines[start:first])
        if isinstance(statement, ast.ClassDef) and statement.body[0].lineno > statement.lineno:
            node, start = _class(key, lead, statement, lines)
        else:
            end = statement.end_lineno or statement.lineno
            start = end
            if _is_compound(statement):
                start = _tail(lines, end, indent)
            node = _leaf(key, lead, statement, lines[first:start])
        nodes.append(node)
    return tuple(nodes), start


def _class(key: str, lead: str, statement: ast.ClassDef, lines: list[str]) -> tuple[Node, int]:
    colon = _end_of_head(statement, lines)
    indent = statement.body[0].col_offset
    nodes, end = _statements(statement.body, lines, colon, indent=indent)
    rest = _tail(lines, end, statement.col_offset)
    empty = f"{' ' * indent}pass\n"
    block = Group("block", "", empty, nodes, tail="".join(lines[end:rest]))
    # Decorators are lines above the class, like comments.
    lead += "".join(lines[_first_line(statement) : statement.lineno - 1])
    head = Reader(words_of("".join(lines[statement.lineno - 1 : colon])))
    pieces = list(head.pieces(inside=False))
    margin = " " * statement.col_offset
    pieces[0] = f"{margin}{pieces[0]}"
    last = pieces.pop()
    name = last.removesuffix(":").rstrip() if isinstance(last, str) else ""
    colon_and_comment = f": {head.comment()}".rstrip() + "\n"
    return Node(key, lead, (*pieces, *filter(None, [name]), colon_and_comment, block), ""), rest


def _end_of_head(statement: ast.ClassDef, lines: list[str]) -> int:
    """The index of the first line behind the colon of a class's head."""
    last = max(
        [
            statement.lineno,
            *((each.end_lineno or 0) for each in (*statement.bases, *statement.keywords)),
        ]
    )
    while not lines[last - 1].partition("#")[0].rstrip().endswith(":"):
        last += 1
    return last


def _leaf(key: str, lead: str, statement: ast.stmt, lines: list[str]) -> Node:
    source = "".join(lines)
    if _is_compound(statement) or "# fmt: " in source:
        return Node(key, lead, (source,), "")
    if isinstance(statement, ast.ImportFrom) and "(" not in source and not _brings_all(statement):
        first, last = statement.names[0].col_offset, statement.names[-1].end_col_offset or 0
        source = f"{source[:first]}({source[first:last]}){source[last:]}"
    margin = " " * statement.col_offset
    raw, trail = source.removesuffix("\n"), "\n"
    if "#" in source:
        words = words_of(source)
        reader = Reader(words)
        reader.pieces(inside=False)
        row, column = words[reader.at - 1].end
        rows = lines_of(source)
        raw = "".join(rows[: row - 1]) + rows[row - 1][:column]
        trail = reader.comment() or "\n"
    read = partial(_pieces, source, margin)
    return Node(key, lead, (), trail, prose=_is_docstring(statement), raw=raw, read=read)


def _pieces(source: str, margin: str) -> tuple[str | Group, ...]:
    pieces = Reader(words_of(source)).pieces(inside=False)
    first = pieces[0]
    return (f"{margin}{first}", *pieces[1:]) if isinstance(first, str) else (margin, *pieces)


def _key(statement: ast.stmt, *, start: bool) -> str:
    match statement:
        case ast.Expr() if start and _is_docstring(statement):
            return '"""'
        case ast.ClassDef() | ast.FunctionDef() | ast.AsyncFunctionDef():
            return statement.name
        case ast.AnnAssign():
            return _name(statement.target)
        case ast.Assign():
            return ", ".join(map(_name, statement.targets))
        case ast.Import() | ast.ImportFrom() if not _brings_all(statement):
            return f"{IMPORT}{ast.unparse(statement)}"
        case ast.Pass():
            return "pass"
        case _:
            return ast.unparse(statement).partition("\n")[0]


def _brings_all(statement: ast.Import | ast.ImportFrom) -> bool:
    """Whether it imports `*`: it is treated as any other statement, since nobody knows which names it binds."""
    return statement.names[0].name == "*"


def _name(target: ast.expr) -> str:
    return target.id if isinstance(target, ast.Name) else ast.unparse(target)


def _is_docstring(statement: ast.stmt) -> bool:
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    )


def _is_compound(statement: ast.stmt) -> bool:
    # A class gets here where its body is on the line of its head.
    return hasattr(statement, "body")


def _first_line(statement: ast.stmt) -> int:
    """The number of lines above a statement and its decorators."""
    match statement:
        case ast.ClassDef() | ast.FunctionDef() | ast.AsyncFunctionDef():
            decorators = [each.lineno for each in statement.decorator_list]
        case _:
            decorators: list[int] = []
    return min([statement.lineno, *decorators]) - 1


def _tail(lines: list[str], end: int, indent: int) -> int:
    """The line where a body ends, with the comments behind it that belong to it by their indent."""
    rest = end
    for position in range(end, len(lines)):
        line = lines[position]
        if line.strip() and not line.lstrip().startswith("#"):
            break
        if line.strip() and len(line) - len(line.lstrip()) > indent:
            rest = position + 1
    return rest
