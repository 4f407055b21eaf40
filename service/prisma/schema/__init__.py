"""A reader of schema.prisma."""

from service.prisma.schema.document import Schema
from service.prisma.schema.errors import SchemaError, SchemaNotFoundError, SchemaSyntaxError
from service.prisma.schema.nodes import Enum, EnumValue, Field, Model, Relation
from service.prisma.schema.parser import parse_schema
from service.prisma.schema.reader import read_schema, schema_files
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
    "SchemaError",
    "SchemaNotFoundError",
    "SchemaSyntaxError",
    "Word",
    "parse_schema",
    "read_schema",
    "schema_files",
]
