"""Merges what `nox -s adopt` renders into files that a team owns."""
