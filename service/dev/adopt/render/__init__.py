"""Renders the plans as the Python files of slices."""
