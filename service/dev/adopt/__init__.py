"""nox -s adopt: a Prisma folder becomes a served API over its models."""
