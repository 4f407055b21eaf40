"""Statements that write rows, and what must hold before and after."""
