"""Decides what becomes of each file, and merges those that both sides changed."""

import ast
import re
import subprocess
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from service.dev.adopt.errors import MergeError
from service.dev.adopt.merge.jobs import Job
from service.dev.adopt.merge.outcome import Clash, Outcome
from service.dev.adopt.merge.python.imports import Where
from service.dev.adopt.merge.python.modules import merge_sources
from service.dev.adopt.merge.python.nodes import Sides, lines_of
from service.dev.adopt.merge.ruff import Ruff

MARKER = re.compile(r"^<{7} ", re.MULTILINE)
LABELS = ("-L", "the team's", "-L", "adopted last", "-L", "adopted now")


@dataclass(slots=True)
class Decider:
    """Decides for many files at once, so that ruff starts only a few times."""

    ruff: Ruff
    where: Where
    outcome: Outcome
    texts: dict[str, str | None] = field(default_factory=dict[str, str | None])
    formatted: dict[str, str] = field(default_factory=dict[str, str])
    theirs: dict[str, str] = field(default_factory=dict[str, str])
    tidied: dict[str, str] = field(default_factory=dict[str, str])
    tidy: set[str] = field(default_factory=set[str])  # files whose imports the team keeps sorted
    pending: list[tuple[Job, Sides]] = field(default_factory=list[tuple[Job, Sides]])

    def format(self, jobs: Iterable[Job]) -> None:
        jobs = [job for job in jobs if job.python]
        ours = [
            text
            for job in jobs
            for text in (job.base, job.now, job.written, job.kept and job.kept.text)
            if text is not None
        ]
        self.formatted = self.ruff.format(ours, sort=True)
        edited = {job.theirs for job in jobs if job.theirs is not None} - set(self.formatted.values())
        self.theirs = self.ruff.format(sorted(text for text in edited if parses(text)), sort=False)
        edited = set(self.theirs.values()) - set(self.formatted.values())
        self.tidied = self.ruff.format(sorted(edited), sort=True)
        self.tidy = self._sorted(job for job in jobs if job.renamed_from is not None)

    def untouched(self, job: Job) -> bool:
        """Whether the team left a file as it was written, or deleted it."""
        return job.theirs is None or (job.base is not None and self._tidied(job) == self._of(job.base))

    def decide(self, job: Job) -> None:
        """Decide what becomes of one file; one that must be merged waits for `finish`."""
        if job.theirs is None:
            self._missing(job)
        elif job.base is None:
            self._unknown(job)
        elif job.now is None:
            self._no_longer(job)
        elif MARKER.search(job.theirs):
            self._clash(job, job.theirs)
        elif self._of(job.base) == self._of(job.now) or self._there(job) == self._of(job.now):
            self._write(job, self._as_it_is(job))
        elif self.untouched(job):
            self.outcome.say("updated", f"{job.target} is written anew.")
            self._write(job, self._of(job.now))
        else:
            self._merge(job)
        if job.kept and job.written is not None and self._of(job.kept.text) == self._of(job.written):
            job.advance = False

    def _missing(self, job: Job) -> None:
        if job.now is None:
            return
        if job.base is None:
            self.outcome.say("written", f"{job.target} is new.")
            self.texts[job.target] = self._of(job.now)
        else:
            job.advance = False
            if job.kept and not job.kept.deleted:
                self.outcome.say("deleted", f"{job.target} was deleted, and stays so.")

    def _unknown(self, job: Job) -> None:
        if job.now is None or self._there(job) == self._of(job.now):
            self._write(job, self._as_it_is(job))
        elif job.loose:
            job.base = ""
            self._merge(job)
        else:
            self.outcome.say(
                "left",
                f"{job.target} was there before and is left as it is; what changes from now on is merged into it.",
            )

    def _no_longer(self, job: Job) -> None:
        if self.untouched(job):
            self.outcome.say("removed", f"{job.source} is no longer written, and removed.")
            self.texts[job.source] = None
        else:
            self.outcome.say(
                "left",
                f"{job.source} is no longer written, but was edited: delete it, or keep it as your own.",
            )

    def _merge(self, job: Job) -> None:
        base, now, theirs = self._of(job.base or ""), self._of(job.now or ""), self._there(job)
        if not job.python:
            self.pending.append((job, Sides(theirs, base, now)))
            return
        try:
            sides, left_out = merge_sources(base, now, theirs, self.where)
        except SyntaxError as error:
            job.advance = False
            why = f"this is no Python ({error.msg}), so that nothing of the file is merged. Mend it, and adopt again."
            self.outcome.clashes.append(Clash(job.target, (error.lineno or 1,), why))
            return
        for name in left_out:
            self.outcome.say(
                "note",
                f"{job.target}: {name} is written differently now, but was taken out, and stays out.",
            )
        self.pending.append((job, sides))

    def finish(self) -> None:
        """Format the merged files, and put conflict markers where both sides changed the same."""
        tidy = self._sorted(job for job, _ in self.pending if job.python)
        final: dict[bool, dict[str, str]] = {}
        for sort in (True, False):
            sides = [side for job, sides in self.pending if (job.target in tidy) is sort for side in sides]
            final[sort] = self._formatted(sides, sort=sort)
        for job, sides in self.pending:
            chosen = Sides(*(final[job.target in tidy].get(side, side) for side in sides))
            if not job.python:
                chosen = sides
            text = _git(chosen) if chosen.clash else chosen.theirs
            if MARKER.search(text):
                self._clash(job, text)
            elif text == self._there(job):
                self._write(job, self._as_it_is(job))
                continue
            else:
                self.outcome.say("merged", f"{job.target} is merged.")
            self._write(job, text)

    def _formatted(self, texts: list[str], *, sort: bool) -> dict[str, str]:
        return self.ruff.format([text for text in set(texts) if parses(text)], sort=sort)

    def _clash(self, job: Job, text: str) -> None:
        job.advance = job.advance and text != job.theirs
        lines = [number for number, line in enumerate(lines_of(text), 1) if MARKER.match(line)]
        self.outcome.clashes.append(Clash(job.target, tuple(lines)))

    def _write(self, job: Job, text: str) -> None:
        self.texts[job.target] = text
        if job.source != job.target:
            self.texts.setdefault(job.source, None)

    def _sorted(self, jobs: Iterable[Job]) -> set[str]:
        """The files whose imports the team keeps sorted.

        Where a model's new name was put into a file, its text before that counts: the new name may sort elsewhere.
        """
        there = {
            job.target: self._there(job) if job.renamed_from is None else job.renamed_from for job in jobs
        }
        return self.ruff.sorted(there) if there else set()

    def _as_it_is(self, job: Job) -> str:
        """The team's text; formatted again where it holds a model's new name, since that has another length."""
        if job.renamed_from in {None, job.theirs}:
            return job.theirs or ""
        return self._tidied(job) if job.target in self.tidy else self._there(job)

    def _of(self, text: str) -> str:
        return self.formatted.get(text, text)

    def _tidied(self, job: Job) -> str:
        there = self._there(job)
        return self.tidied.get(there, there)

    def _there(self, job: Job) -> str:
        text = job.theirs or ""
        return self.theirs.get(text, text) if job.python else text


def parses(text: str) -> bool:
    try:
        ast.parse(text)
    except (SyntaxError, ValueError):
        return False
    return True


def _git(sides: Sides) -> str:
    """Merge line by line with git, which marks what clashes."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in zip("tbn", sides, strict=True):
            (Path(folder) / name).write_text(text, "utf-8", newline="\n")
        command = ["git", "merge-file", "-p", *LABELS, "t", "b", "n"]
        done = subprocess.run(command, capture_output=True, check=False, cwd=folder)  # noqa: S603  # our own files
    if done.returncode < 0 or done.returncode > 127:  # noqa: PLR2004  # up to that many clashes
        raise MergeError(f"git merge-file fails: {done.stderr.decode(errors='replace')}")
    return done.stdout.decode()
