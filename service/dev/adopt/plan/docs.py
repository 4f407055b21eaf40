"""Takes from `///` comments what they say to people, and leaves out what they say to Prisma's generators."""

import re
from collections.abc import Mapping

DESCRIBED = re.compile(r"""\.describe\(\s*(["'`])(.*?)\1\s*\)""")
"""A description, as comments for zod write it: `.describe("...")`."""
FOR_GENERATORS = re.compile(
    r"^(?:!\[[^\]]+\]|\[[^\]\s]+\])(?!\()|(?<!\S)@{1,2}\w+\.[\w.]+(?:\(.*\))?|(?<!\S)@{1,2}\w+\(.*\)"
)
"""For generators: the type of a JSON column (`[Address]`), and directives (`@zod.import([...])`, `@HideField()`)."""
OF_FIELD = re.compile(r"^@(?:property|prop|param)\s+(?:\{[^}]*\}\s*)?(\w+)\s*(?:[-:–]\s*)?(.*)$")  # noqa: RUF001  # as people write it
"""A field's documentation within that of its model, as JSDoc writes it: `@property name - text`."""
OF_PRISMA = re.compile(
    r"//pris\.ly/d/|^The underlying (?:table|view) does not contain a valid unique identifier"
)
"""Warnings of `prisma db pull` to whoever runs migrations, about row level security, check constraints and the like."""


def spoken(docs: str) -> str:
    """What a comment says to people, in one line."""
    lines = (line.strip() for line in docs.splitlines())
    said = (_spoken(line) for line in lines if not OF_FIELD.match(line) and not OF_PRISMA.search(line))
    return " ".join(" ".join(said).split())


def spoken_of_fields(docs: str) -> Mapping[str, str]:
    """What a model's documentation says of its fields, by their names."""
    found = (OF_FIELD.match(line.strip()) for line in docs.splitlines())
    return {match[1]: spoken(match[2]) for match in found if match}


def _spoken(line: str) -> str:
    described = " ".join(match[2] for match in DESCRIBED.finditer(line))
    return f"{FOR_GENERATORS.sub('', line)} {described}"
