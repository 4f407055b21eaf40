"""All that serving needs to know of Prisma."""
