"""Merges what `nox -s adopt` renders into files that a team owns."""

from service.dev.adopt.merge.merging import merge
from service.dev.adopt.merge.outcome import Clash, Event, MergeError, Outcome
from service.dev.adopt.merge.rendered import Rendered, Slice

__all__ = ["Clash", "Event", "MergeError", "Outcome", "Rendered", "Slice", "merge"]
