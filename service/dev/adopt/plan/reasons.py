"""Reasons why a model gets no resource, which others recognise. It imports nothing: what prints them loads no models."""

NOT_ASKED = "it has no resource yet, and none was asked for"
NO_TABLE = "the database has no such table or view, or nothing in it identifies its rows"
"""Its table was not found."""
