"""The connection to SQLite: it knows the functions of PostgreSQL's that statements and defaults call."""

import sqlite3
from typing import Any

from tests.sqlite.functions import FUNCTIONS
from tests.sqlite.portable_sql import quoted

FAR = 1_000_000
"""Farther than any test counts: what is beyond it, a row brought along, which moves no sequence."""


class Connection(sqlite3.Connection):
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, function in FUNCTIONS.items():
            self.create_function(name, -1, function, deterministic=True)
        self.create_function("following", 3, self._following)

    def _following(self, schema: str, table: str, column: str) -> int:
        """What a sequence would count to; rows of the same INSERT are there already."""
        number = quoted(column)
        rows = f"{quoted(schema)}.{quoted(table)} WHERE {number} < {FAR}"
        highest = f"SELECT coalesce(max({number}), 0) FROM {rows}"  # the names are quoted
        found = self.execute(highest).fetchone()
        return int(found[0]) + 1
