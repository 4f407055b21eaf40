"""Writes service/models from the database and schema.prisma. Only developers run it."""
