"""What breaks clients, why, and what to do about it."""

from dataclasses import dataclass
from enum import Enum


class Breaks(Enum):
    """How a change breaks clients: why, and what to do instead of it."""

    REQUESTS = (
        "Clients that send what they may send today would be refused, or be taken for saying something else.",
        "Go on taking what was taken.",
    )
    ANSWERS = (
        "Clients that know what was promised would meet what they do not know, or miss what they need.",
        "Go on showing what was shown, and show what is new beside it, under a name of its own.",
    )
    NAMES = (
        "Generated clients name their functions and types after it, and programs would not compile.",
        "Keep it as it is, and put what is new beside it.",
    )
    GONE = (
        "Clients that use it would find nothing there.",
        "Keep it, marked as deprecated, beside what takes its place.",
    )
    UNKNOWN = (
        "Nobody can say here whether it breaks clients: service/dev/contract has no rule for it.",
        "Write the rule.",
    )


@dataclass(frozen=True)
class Finding:
    """One change that breaks clients."""

    place: str
    change: str
    breaks: Breaks

    def __str__(self) -> str:
        why, instead = self.breaks.value
        return f"{self.place}: {self.change}\n    {why}\n    {instead} Or raise the major version."
