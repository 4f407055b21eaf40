"""What the command tells."""

import msgspec

NO_TABLE = "the database has no such table or view, or nothing in it identifies its rows"
"""Why a model is left out whose tables were not found."""


class Line(msgspec.Struct):
    """What became of one model."""

    model: str
    path: str
    access: str
    hidden: dict[str, str]
    """Each column with the reason."""
    doubtful: dict[str, str]
    """The columns that are shown and may hold secrets, each with the reason."""
    lacks: dict[str, str]
    """Each kind of write that is not offered, with the reason."""
    notes: list[str]
    marks: list[str] = []
    """The columns by which rows count as deleted that are there."""
    waiting: list[str] = []
    """The keys of relations that came since, which no payload takes."""
    unshown: list[str] = []
    """What a single row alone would show of relations that came since."""


class Told(msgspec.Struct):
    """What the command prints."""

    lines: list[Line]
    left_out: dict[str, str]
    events: list[str] = []
    """What became of files that were there."""
    clashes: list[str] = []
    breaking: list[str] = []
    forgotten: list[str] = []
    """What was asked for the last time and means nothing any more."""
    gone: dict[str, str] = {}
    """The folders that are left of models that are gone, since they were edited: each with its model."""
    faults: list[str] = []
    """What checks found, where it is a person's to mend."""
    without_foreign_key: list[str] = []
    """The relations that no foreign key of the database holds."""
    columns: list[str] = []
    """Those that are neither shown nor hidden."""
    is_read: bool = True
    """Whether what was merged could be read and its document written, which say what is left to decide, and what breaks
    clients; else these are the plan's."""
    models: list[str] = []
    """Those of which nobody has said who may read their rows."""
