"""Mirrors app-web's Prisma folder, and tells when the original or the mirror has changed since."""
