"""What a merge did, as sentences to print."""

from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["written", "updated", "merged", "moved", "renamed", "removed", "left", "deleted", "note"]


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened to a file or folder."""

    kind: Kind
    sentence: str


MARKED = "both the team and the schema changed this. Decide, and remove the markers."


@dataclass(frozen=True, slots=True)
class Clash:
    """A file that cannot be merged, the lines at which to look, and why."""

    path: str
    lines: tuple[int, ...]
    why: str = MARKED

    def __str__(self) -> str:
        where = ", ".join(map(str, self.lines))
        return f"{self.path} at line {where}: {self.why}"


@dataclass(slots=True)
class Outcome:
    """What happened to each file and folder that does not stay as it is."""

    events: list[Event] = field(default_factory=list[Event])
    clashes: list[Clash] = field(default_factory=list[Clash])
    gone: dict[str, str] = field(default_factory=dict[str, str])  # the models of edited folders that stay

    def say(self, kind: Kind, sentence: str) -> None:
        self.events.append(Event(kind, sentence))

    def __str__(self) -> str:
        sentences = [event.sentence for event in self.events]
        return "\n".join([*sentences, *map(str, self.clashes)])
