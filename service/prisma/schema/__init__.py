"""A reader of schema.prisma."""

from service.prisma.schema.document import Schema
from service.prisma.schema.lexer import SchemaSyntaxError
from service.prisma.schema.nodes import Enum, EnumValue, Field, Model, Relation
from service.prisma.schema.parser import parse_schema
from service.prisma.schema.reader import SchemaNotFoundError, read_schema
from service.prisma.schema.values import Attribute, Call, Expression, Word

__all__ = [
    "Attribute",
    "Call",
    "Enum",
    "EnumValue",
    "Expression",
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
