"""Checks what resources declare: each type, column and condition, before anybody is served."""
