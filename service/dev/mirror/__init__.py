"""Copies of app-web's Prisma folder: how one is made, and whether it is still what was copied."""
