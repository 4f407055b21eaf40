"""Texts as literals of Python."""

import json

from service.dev.adopt.render.imports import unmarked


def quoted(text: str) -> str:
    """A text as a string literal, in one line."""
    return unmarked(json.dumps(text, ensure_ascii=False))


def docstring(text: str) -> str:
    """A text as the docstring of a class."""
    # A quote at either end would be taken for one of the docstring's own.
    said = (
        text.replace('"', "'") if text.startswith('"') or text.endswith('"') else text.replace('"""', "'''")
    )
    said = said if said.endswith((".", "!", "?")) else f"{said}."
    raw = "r" if "\\" in said else ""
    return unmarked(f'{raw}"""{said}"""')
