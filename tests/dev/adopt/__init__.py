"""Tests of what adoption makes of a Prisma folder, piece by piece."""
