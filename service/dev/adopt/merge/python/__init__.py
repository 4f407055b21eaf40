"""Merges three versions of a Python file: as it was written, as it would be written now, and as the team has it."""
