"""The texts of many files as ruff lays them out, so that a change of layout alone is no change."""

import ast
from collections.abc import Iterable
from dataclasses import dataclass, field

from service.dev.adopt.merge.jobs import Job
from service.dev.adopt.merge.python.nodes import Sides
from service.dev.adopt.merge.ruff import Ruff


@dataclass(slots=True)
class Formatted:
    """Formats the texts of all jobs at once, since ruff takes long to start."""

    ruff: Ruff
    _written: dict[str, str] = field(default_factory=dict[str, str], init=False)
    _theirs: dict[str, str] = field(default_factory=dict[str, str], init=False)
    _theirs_sorted: dict[str, str] = field(default_factory=dict[str, str], init=False)
    _keep_sorted: set[str] = field(
        default_factory=set[str], init=False
    )  # files whose imports the team keeps sorted

    def read(self, jobs: Iterable[Job]) -> None:
        """Format the texts of these jobs, each of which can be asked for from then on."""
        jobs = [job for job in jobs if job.python]
        ours = [
            text
            for job in jobs
            for text in (job.base, job.now, job.written, job.kept and job.kept.text)
            if text is not None
        ]
        self._written = self.ruff.format(ours, sort=True)
        edited = {job.theirs for job in jobs if job.theirs is not None} - set(self._written.values())
        self._theirs = self.ruff.format(sorted(text for text in edited if _parses(text)), sort=False)
        edited = set(self._theirs.values()) - set(self._written.values())
        self._theirs_sorted = self.ruff.format(sorted(edited), sort=True)
        self._keep_sorted = self._sorted(job for job in jobs if job.renamed_from is not None)

    def written(self, text: str) -> str:
        """A text that was rendered, now or the last time."""
        return self._written.get(text, text)

    def theirs(self, job: Job) -> str:
        """The team's text, with its imports in the team's order."""
        text = job.theirs or ""
        return self._theirs.get(text, text) if job.python else text

    def untouched(self, job: Job) -> bool:
        """Whether the team left a file as it was written, or deleted it."""
        if job.theirs is None:
            return True
        return job.base is not None and self._sorted_theirs(job) == self.written(job.base)

    def as_it_is(self, job: Job) -> str:
        """The team's text; formatted again where it holds a model's new name, since that has another length."""
        if job.renamed_from in {None, job.theirs}:
            return job.theirs or ""
        return self._sorted_theirs(job) if job.target in self._keep_sorted else self.theirs(job)

    def merged(self, merged: Iterable[tuple[Job, Sides]]) -> list[tuple[Job, Sides]]:
        """What was merged, formatted, with imports sorted in the files in which the team keeps them so."""
        merged = list(merged)
        keep_sorted = self._sorted(job for job, _ in merged if job.python)
        final: dict[bool, dict[str, str]] = {}
        for sort in (True, False):
            texts = {
                side
                for job, sides in merged
                if job.python and (job.target in keep_sorted) is sort
                for side in sides
            }
            final[sort] = self.ruff.format([text for text in texts if _parses(text)], sort=sort)
        return [
            (job, Sides(*(final[job.target in keep_sorted].get(side, side) for side in sides)))
            if job.python
            else (job, sides)
            for job, sides in merged
        ]

    def _sorted_theirs(self, job: Job) -> str:
        there = self.theirs(job)
        return self._theirs_sorted.get(there, there)

    def _sorted(self, jobs: Iterable[Job]) -> set[str]:
        """The files whose imports the team keeps sorted.

        Where a model's new name was put into a file, its text before that counts: the new name may sort elsewhere.
        """
        there = {
            job.target: self.theirs(job) if job.renamed_from is None else job.renamed_from for job in jobs
        }
        return self.ruff.sorted(there) if there else set()


def _parses(text: str) -> bool:
    try:
        ast.parse(text)
    except (SyntaxError, ValueError):
        return False
    return True
