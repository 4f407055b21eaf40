"""What `///` comments say to people, without what they say to generators of Prisma's."""

import re
from collections.abc import Mapping

DESCRIBED = re.compile(r"""\.describe\(\s*(["'`])(.*?)\1\s*\)""")
"""A description in zod's words."""
FOR_GENERATORS = re.compile(
    r"^(?:!\[[^\]]+\]|\[[^\]\s]+\])(?!\()|(?<!\S)@{1,2}\w+\.[\w.]+(?:\(.*\))?|(?<!\S)@{1,2}\w+\(.*\)"
)
"""The type of a JSON column, `[Address]`, and directives: `@zod.import([...])`, `@HideField()`."""
OF_FIELD = re.compile(r"^@(?:property|prop|param)\s+(?:\{[^}]*\}\s*)?(\w+)\s*(?:[-:–]\s*)?(.*)$")  # noqa: RUF001  # as people write it
"""A field's documentation in its model's, as JSDoc has it."""
OF_PRISMA = re.compile(
    r"//pris\.ly/d/|^The underlying (?:table|view) does not contain a valid unique identifier"
)
"""What `prisma db pull` writes to who runs migrations: of row level security, checks, and the like."""


def spoken(docs: str) -> str:
    """In one line."""
    lines = (line.strip() for line in docs.splitlines())
    said = (_spoken(line) for line in lines if not OF_FIELD.match(line) and not OF_PRISMA.search(line))
    return " ".join(" ".join(said).split())


def spoken_of_fields(docs: str) -> Mapping[str, str]:
    """What a model's documentation says of its fields."""
    found = (OF_FIELD.match(line.strip()) for line in docs.splitlines())
    return {match[1]: spoken(match[2]) for match in found if match}


def _spoken(line: str) -> str:
    described = " ".join(match[2] for match in DESCRIBED.finditer(line))
    return f"{FOR_GENERATORS.sub('', line)} {described}"
