"""Everything that knows Prisma."""
