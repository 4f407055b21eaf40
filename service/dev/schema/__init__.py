"""A reader of schema.prisma."""

from service.dev.schema.document import Schema
from service.dev.schema.errors import SchemaError, SchemaNotFoundError, SchemaSyntaxError
from service.dev.schema.nodes import Enum, EnumValue, Field, Model, Relation
from service.dev.schema.parser import parse_schema
from service.dev.schema.reader import read_schema, schema_files
from service.dev.schema.values import Attribute, Call, Expression, Word

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
