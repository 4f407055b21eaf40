"""What the command reports, as data: it crosses from the process that merges to the one that prints."""

import msgspec


class ResourceReport(msgspec.Struct):
    """What became of one model's resource."""

    model: str
    path: str
    access: str
    hidden: dict[str, str]
    """The hidden columns, each with the reason."""
    doubtful: dict[str, str]
    """The columns that are shown and may hold secrets, each with the reason."""
    lacks: dict[str, str]
    """Each kind of write that is not offered, with the reason."""
    notes: list[str]
    marks: list[str] = []
    """The columns by which rows count as deleted that are there."""
    waiting: list[str] = []
    """The fields for the keys of relations that came after the model was written, and that no payload takes yet."""
    unshown: list[str] = []
    """The fields, not shown yet, of relations that came after the model was written, and that only single rows show."""


class Report(msgspec.Struct):
    """What the command prints."""

    resources: list[ResourceReport]
    left_out: dict[str, str]
    events: list[str] = []
    """A line for what became of each file that was there, and for what is new, moved or perhaps renamed."""
    clashes: list[str] = []
    breaking: list[str] = []
    remembered: list[str] = []
    """What was asked for the last time and holds."""
    tenant: str = ""
    """What --tenant was taken for, where that is no model."""
    forgotten: list[str] = []
    """The options of the last time that no longer name anything."""
    gone: dict[str, str] = {}
    """The folders of models that are gone, each with its model; they are left because they were edited."""
    faults: list[str] = []
    """What checks found, and a person has to mend."""
    without_foreign_key: list[str] = []
    """The relations that no foreign key of the database holds."""
    undecided_columns: list[str] = []
    """The columns that are neither shown, taken nor hidden."""
    is_read: bool = True
    """Whether the merged code could be imported, and its API document written. Those say what is left to decide and
    what breaks clients; without them, all that stands here is the plan's."""
    undecided_models: list[str] = []
    """The models of which nobody has said who may read their rows."""
