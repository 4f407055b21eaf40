"""Tells which functions of triggers do nothing but refuse, as those that keep an audit log from being changed."""

import re

TEXT_OR_COMMENT = re.compile(r"'(?:[^']|'')*'|--[^\n]*|/\*.*?\*/", re.DOTALL)
RAISE_ALONE = re.compile(
    r"\s*begin\s+raise\b(?!\s+(?:debug|log|info|notice|warning)\b)[^;]*;(?:\s*return\b[^;]*;)?\s*end\s*;?\s*",
    re.IGNORECASE,
)


def always_raises(body: str) -> bool:
    """Whether all that a function in PL/pgSQL does is to raise an exception, whatever the row is.

    One that looks at anything first is not taken for such: what it refuses depends on the row.
    """
    return bool(RAISE_ALONE.fullmatch(TEXT_OR_COMMENT.sub(_blank, body)))


def _blank(found: re.Match[str]) -> str:
    return "''" if found[0].startswith("'") else " "
