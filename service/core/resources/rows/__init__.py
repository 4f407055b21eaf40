"""Rows of a model in statements: their key, the rows that belong to them, and what a payload sets."""
