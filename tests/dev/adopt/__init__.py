"""Tests of what `nox -s adopt` makes of a Prisma folder, piece by piece."""
