"""Decides what becomes of each file, and merges those that both sides changed."""

from dataclasses import dataclass, field

from service.dev.adopt.merge.formatted import Formatted
from service.dev.adopt.merge.jobs import Job
from service.dev.adopt.merge.lines import MARKER, merge_lines
from service.dev.adopt.merge.outcome import Clash, Outcome
from service.dev.adopt.merge.python.imports import Where
from service.dev.adopt.merge.python.modules import merge_sources
from service.dev.adopt.merge.python.nodes import Sides, lines_of


@dataclass(slots=True)
class Decider:
    """Decides file by file; what must be merged waits for `finish`, so that ruff formats all of it at once."""

    formatted: Formatted
    where: Where
    outcome: Outcome
    texts: dict[str, str | None] = field(default_factory=dict[str, str | None])
    pending: list[tuple[Job, Sides]] = field(default_factory=list[tuple[Job, Sides]])

    def decide(self, job: Job) -> None:
        """Decide what becomes of one file."""
        written, theirs = self.formatted.written, self.formatted.theirs
        if job.theirs is None:
            self._missing(job)
        elif job.base is None:
            self._unknown(job)
        elif job.now is None:
            self._no_longer(job)
        elif MARKER.search(job.theirs):
            self._clash(job, job.theirs)
        elif written(job.base) == written(job.now) or theirs(job) == written(job.now):
            self._write(job, self.formatted.as_it_is(job))
        elif self.formatted.untouched(job):
            self.outcome.say("updated", f"{job.target} is written anew.")
            self._write(job, written(job.now))
        else:
            self._merge(job)
        if job.kept and job.written is not None and written(job.kept.text) == written(job.written):
            job.advance = False

    def finish(self) -> None:
        """Format the merged files, and put conflict markers where both sides changed the same."""
        for job, sides in self.formatted.merged(self.pending):
            text = merge_lines(sides) if sides.clash else sides.theirs
            if MARKER.search(text):
                self._clash(job, text)
            elif text == self.formatted.theirs(job):
                self._write(job, self.formatted.as_it_is(job))
                continue
            else:
                self.outcome.say("merged", f"{job.target} is merged.")
            self._write(job, text)

    def _missing(self, job: Job) -> None:
        if job.now is None:
            return
        if job.base is None:
            self.outcome.say("written", f"{job.target} is new.")
            self.texts[job.target] = self.formatted.written(job.now)
        else:
            job.advance = False
            if job.kept and not job.kept.deleted:
                self.outcome.say("deleted", f"{job.target} was deleted, and stays so.")

    def _unknown(self, job: Job) -> None:
        if job.now is None or self.formatted.theirs(job) == self.formatted.written(job.now):
            self._write(job, self.formatted.as_it_is(job))
        elif job.loose:
            job.base = ""
            self._merge(job)
        else:
            self.outcome.say(
                "left",
                f"{job.target} was there before and is left as it is; what changes from now on is merged into it.",
            )

    def _no_longer(self, job: Job) -> None:
        if self.formatted.untouched(job):
            self.outcome.say("removed", f"{job.source} is no longer written, and removed.")
            self.texts[job.source] = None
        else:
            self.outcome.say(
                "left",
                f"{job.source} is no longer written, but was edited: delete it, or keep it as your own.",
            )

    def _merge(self, job: Job) -> None:
        base, now = self.formatted.written(job.base or ""), self.formatted.written(job.now or "")
        theirs = self.formatted.theirs(job)
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

    def _clash(self, job: Job, text: str) -> None:
        job.advance = job.advance and text != job.theirs
        lines = [number for number, line in enumerate(lines_of(text), 1) if MARKER.match(line)]
        self.outcome.clashes.append(Clash(job.target, tuple(lines)))

    def _write(self, job: Job, text: str) -> None:
        self.texts[job.target] = text
        if job.source != job.target:
            self.texts.setdefault(job.source, None)
