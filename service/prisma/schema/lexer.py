"""Tokens of schema.prisma."""

import json
import re
from collections.abc import Iterator
from typing import NamedTuple

TOKEN = re.compile(
    r"""
    (?P<docs>///[^\n]*) | (?P<comment>//[^\n]*) | (?P<newline>\n) | (?P<space>[^\S\n]+)
    | (?P<string>"(?:[^"\\\n]|\\.)*")
    | (?P<number>-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)
    | (?P<word>\w[\w-]*(?:\.\w[\w-]*)*)
    | (?P<mark>@@|[@{}()\[\]:,=?!])
    """,
    re.VERBOSE,
)


class SchemaSyntaxError(ValueError):
    """A schema file that cannot be read: says where, and what was expected."""

    def __init__(self, file: str, line: int, column: int, message: str) -> None:
        super().__init__(f"{file}:{line}:{column}: {message}")


class Token(NamedTuple):
    kind: str
    text: str
    line: int
    column: int


def tokenize(text: str, file: str) -> Iterator[Token]:
    """Every token but spaces and plain comments; ends with one of kind `end`."""
    line, start, position = 1, 0, 0
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    while position < len(text):
        match = TOKEN.match(text, position)
        if match is None:
            message = f"{text[position]!r} is not expected here"
            raise SchemaSyntaxError(file, line, position - start + 1, message)
        kind = match.lastgroup or ""
        if kind not in {"space", "comment"}:
            yield Token(kind, match[0], line, position - start + 1)
        position = match.end()
        if kind == "newline":
            line, start = line + 1, position
    yield Token("end", "", line, position - start + 1)


def unquote(literal: str) -> str:
    """The text of a string literal; its escapes are JSON's, and more."""
    try:
        return json.loads(literal)
    except ValueError:
        return re.sub(
            r"\\(.)", lambda match: {"n": "\n", "t": "\t", "r": "\r"}.get(match[1], match[1]), literal[1:-1]
        )
