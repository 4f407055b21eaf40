"""A reader of schema.prisma."""

from service.prisma.schema.nodes import Call, Enum, EnumValue, Field, Model, Relation, Schema, Word
from service.prisma.schema.parser import SchemaSyntaxError, parse_schema
from service.prisma.schema.reader import SchemaNotFoundError, read_schema

__all__ = [
    "Call",
    "Enum",
    "EnumValue",
    "Field",
    "Model",
    "Relation",
    "Schema",
    "SchemaNotFoundError",
    "SchemaSyntaxError",
    "Word",
    "parse_schema",
    "read_schema",
]
