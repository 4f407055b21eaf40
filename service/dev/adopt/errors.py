"""The error of whatever keeps the command from merging."""


class MergeError(Exception):
    """The merge cannot be done: nothing was merged, and nothing was written; the message says why."""
