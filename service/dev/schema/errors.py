"""What can be wrong with a Prisma schema.

SchemaError
├── SchemaNotFoundError
└── SchemaSyntaxError
"""


class SchemaError(ValueError):
    """A Prisma schema cannot be used; the message says where and why."""


class SchemaNotFoundError(SchemaError):
    """There is no Prisma schema; the message says where one was looked for."""


class SchemaSyntaxError(SchemaError):
    """A schema file cannot be read; the message says where, and what should stand there."""

    def __init__(self, file: str, line: int, column: int, message: str) -> None:
        super().__init__(f"{file}:{line}:{column}: {message}")
