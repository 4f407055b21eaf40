"""Splits the text of a schema.prisma into tokens."""

import json
import re
from typing import NamedTuple

from service.dev.schema.errors import SchemaSyntaxError

TOKEN = re.compile(
    r"""
    ///(?P<docs>[^\n]*) | /\*(?P<block>.*?)\*/ | //(?P<comment>[^\n]*) | (?P<newline>\n) | (?P<space>[^\S\n]+)
    | (?P<string>"(?:[^"\\\n]|\\.)*")
    | (?P<number>-?\d+(?:\.\d+)?(?![\w.-]))
    | (?P<word>\w[\w-]*)
    | (?P<mark>@@|[@{}()\[\]:,=?!.])
    """,
    re.VERBOSE | re.DOTALL,
)
ESCAPE = re.compile(r"\\(.)", re.DOTALL)
CONTROLS = {"n": "\n", "r": "\r", "t": "\t"}


class Token(NamedTuple):
    """One piece of the text; strings come without quotes and escapes, docs and comments without their marks."""

    kind: str
    text: str
    line: int
    column: int


def tokenize(text: str, file: str) -> list[Token]:
    """Every token but spaces; the last one is of kind `end`. Raises `SchemaSyntaxError`."""
    tokens: list[Token] = []
    line, start, position = 1, 0, 0
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    while position < len(text):
        match = TOKEN.match(text, position)
        if match is None:
            raise SchemaSyntaxError(file, line, position - start + 1, _complaint(text, position))
        kind = match.lastgroup or ""
        if kind != "space":
            tokens.append(_token(kind, match[kind], line, position - start + 1))
        if "\n" in match[0]:
            line, start = line + match[0].count("\n"), text.rindex("\n", 0, match.end()) + 1
        position = match.end()
    return [*tokens, Token("end", "", line, position - start + 1)]


def _token(kind: str, text: str, line: int, column: int) -> Token:
    match kind:
        case "docs" | "comment":
            return Token(kind, text.strip(), line, column)
        case "block":
            lines = (each.strip().removeprefix("*").strip() for each in text.splitlines())
            return Token("docs", "\n".join(lines).strip(), line, column)
        case "string":
            return Token(kind, _unquote(text), line, column)
        case _:
            return Token(kind, text, line, column)


def _unquote(literal: str) -> str:
    """The value of a string: its escapes are JSON's, and an unknown one stands for the character behind it."""
    try:
        return json.loads(literal)
    except ValueError:
        return ESCAPE.sub(lambda match: CONTROLS.get(match[1], match[1]), literal[1:-1])


def _complaint(text: str, position: int) -> str:
    if text[position] == '"':
        return "this string does not end on its line: close it with '\"'"
    if text.startswith("/*", position):
        return "this comment does not end: close it with '*/'"
    return f"{text[position]!r} has no meaning here: remove it, or put it into a string"
