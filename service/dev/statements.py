"""Splits an SQL script into its statements."""

import re
from collections.abc import Generator

TOKEN = re.compile(
    r"""
    (?P<space> \s+ | --[^\n]* )
    | (?P<comment> /\* )
    | [eE]'(?: [^'\\] | \\. | '' )*'
    | '(?: [^'] | '' )*'
    | "(?: [^"] | "" )*"
    | \$(?P<tag> (?:[^\W\d]\w*)? )\$ .*? \$(?P=tag)\$
    | (?P<word> [^\W\d][\w$]* )
    | .
    """,
    re.VERBOSE | re.DOTALL,
)
COMMENT_MARK = re.compile(r"/\*|\*/")
TRANSACTION = frozenset({"begin", "start", "commit", "end", "rollback", "abort", "savepoint", "release"})


def statements(script: str) -> list[str]:
    """Split a script at the semicolons that end a statement: none in strings, comments, parentheses or BEGIN ATOMIC."""
    found: list[str] = []
    begin, depth, filled, before = 0, 0, False, ""
    for kind, text, end in _tokens(script):
        word = text.lower() if kind == "word" else ""
        if text == "(" or (word == "case" and depth) or (before, word) == ("begin", "atomic"):
            depth += 1
        elif text == ")" or (word == "end" and depth):
            depth -= 1
        elif text == ";" and depth <= 0:
            if filled:
                found.append(script[begin:end].strip())
            begin, depth, filled, before = end, 0, False, ""
            continue
        filled = filled or kind not in {"space", "comment"}
        before = word or before
    if filled:
        found.append(script[begin:].strip())
    return found


def has_own_transaction(found: list[str]) -> bool:
    """Whether any of the statements begins or ends a transaction, or sets a savepoint."""
    return any(
        word in TRANSACTION
        for statement in found
        if (word := next((text.lower() for kind, text, _ in _tokens(statement) if kind == "word"), ""))
    )


def _tokens(script: str) -> Generator[tuple[str | None, str, int]]:
    position = 0
    while match := TOKEN.match(script, position):
        position = _comment_end(script, match.end()) if match["comment"] else match.end()
        yield match.lastgroup, match[0], position


def _comment_end(script: str, position: int) -> int:
    """The position behind a block comment, in which further ones may nest."""
    depth = 1
    for mark in COMMENT_MARK.finditer(script, position):
        depth += 1 if mark[0] == "/*" else -1
        if not depth:
            return mark.end()
    return len(script)
