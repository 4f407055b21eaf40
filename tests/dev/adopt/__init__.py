"""What a Prisma folder becomes, tried piece by piece."""
