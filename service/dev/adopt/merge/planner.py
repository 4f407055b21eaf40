"""Plans what is merged with what: each model's files of the last time, those of now, and those of the team."""

from collections.abc import Collection
from dataclasses import dataclass, field

from service.dev.adopt.adopted import Adopted, Kept, KeptSlice
from service.dev.adopt.layout import RESOURCES, module_of
from service.dev.adopt.merge.checkout import Checkout
from service.dev.adopt.merge.jobs import Job, Moves, follow_classes, follow_names
from service.dev.adopt.merge.outcome import Outcome
from service.dev.adopt.merge.places import home, locate
from service.dev.adopt.merge.python.identifiers import (
    NewName,
    model_renamer,
    names_in,
    prefix_of,
    rename,
    rename_imported,
)
from service.dev.adopt.merge.renamed import renamed_models
from service.dev.adopt.registration import without
from service.dev.adopt.render.rendered import Rendered, Slice


@dataclass(slots=True)
class Planner:
    """Makes a job of each file, from what was adopted the last time and what is rendered now."""

    adopted: Adopted
    now: Rendered
    checkout: Checkout
    outcome: Outcome
    anew: Collection[str] = ()
    """The models whose slices are written even where the team deleted them."""
    slices: dict[str, list[Job]] = field(default_factory=dict[str, list[Job]])
    loose: list[Job] = field(default_factory=list[Job])
    """The files outside of the slices."""
    own: list[Job] = field(default_factory=list[Job])
    """The files that the team made, where what they name or hold changes."""
    gone: dict[str, list[Job]] = field(default_factory=dict[str, list[Job]])
    """The files of models that get no slice any more."""
    deleted: dict[str, KeptSlice] = field(default_factory=dict[str, KeptSlice])
    """The slices that the team deleted."""
    moves: Moves = field(default_factory=Moves)
    models: dict[str, str] = field(default_factory=dict[str, str])
    """The new name of each renamed model."""
    modules_written: dict[str, tuple[str, NewName]] = field(default_factory=dict[str, tuple[str, NewName]])
    """The modules of renamed models as they were written, each with its new name and that of what it defines."""
    modules_there: dict[str, tuple[str, NewName]] = field(default_factory=dict[str, tuple[str, NewName]])
    """The same of the modules as the team has them."""

    def plan(self) -> None:
        before = {path: file.at for path, file in self.adopted.every_file().items()}
        locate(self.adopted, self.checkout)
        self._say_moved(before)
        renamed = renamed_models(self.adopted, self.now, self.checkout.read)
        self.models = {former: model for model, former in renamed.items()}
        for model, new in sorted(self.now.slices.items()):
            self._plan_slice(model, new, renamed.get(model))
        for model, old in self.adopted.slices.items():
            if model not in self.now.slices and model not in renamed.values():
                self.gone[model] = self._jobs(old, None)
        for path in sorted(self.now.loose.keys() | self.adopted.loose.keys()):
            self._plan_loose(path)
        self._follow()

    def _plan_loose(self, path: str) -> None:
        """Plan a file outside of the slices, such as the list of resources."""
        kept, text = self.adopted.loose.get(path), self.now.loose.get(path)
        place = kept.at if kept else path
        job = self._job(path, place, place, kept, text)
        self._rename_imports(job)
        if path == RESOURCES:
            # What was never written, the team cannot have taken out.
            job.base = job.base and without(job.base, self._controllers_anew())
        job.loose = True
        self.loose.append(job)

    def _rename_imports(self, job: Job) -> None:
        """Give a file outside of the slices the new names of what it imports from those of renamed models."""
        if not job.python:
            return
        job.base = job.base and rename_imported(job.base, self.modules_written)
        theirs = job.theirs and rename_imported(job.theirs, self.modules_there)
        if theirs != job.theirs:
            job.renamed_from, job.theirs = job.theirs, theirs

    def _controllers_anew(self) -> set[str]:
        asked = [self.now.slices[model].folder for model in self.anew]
        return {module_of(f"{folder}/controller.py") for folder in asked}

    def _plan_slice(self, model: str, new: Slice, former: str | None) -> None:
        old = self.adopted.slices.get(former or model)
        new_name = self._renamer(former, model, old, new) if old and former else None
        if old and old.files and all(self.checkout.read(file.at) is None for file in old.files.values()):
            if model not in self.anew:
                self._stay_deleted(model, old, new if former else None)
                return
            old = None
        jobs = self._jobs(old, new)
        if old and former and new_name:
            self._carry_over(former, model, old, jobs, new_name)
        self.slices[model] = jobs

    def _renamer(self, former: str, model: str, old: KeptSlice, new: Slice) -> NewName:
        """What gives the classes of a renamed model their new names; notes what becomes of its modules."""
        known = {name for path, text in new.files.items() if path.endswith(".py") for name in names_in(text)}
        prefixes = (
            prefix_of(former, [kept.text for kept in old.files.values()]),
            prefix_of(model, new.files.values()),
        )
        new_name = model_renamer((former, model), prefixes, (old.folder, new.folder), known)
        for path in old.files:
            goal = path.replace(f"{old.folder}/", f"{new.folder}/", 1)
            self.modules_written[module_of(path)] = (module_of(goal), new_name)
        return new_name

    def _stay_deleted(self, model: str, old: KeptSlice, new: Slice | None) -> None:
        if old.state != "deleted":
            self.outcome.say(
                "deleted",
                f"{old.folder} was deleted, so {model} stays without it. To have it back: from git as it was, or anew by "
                f"`nox -s resource -- {model}`.",
            )
        files = old.files
        if new:
            files = {f"{new.folder}/{name}": Kept(text, "", deleted=True) for name, text in new.files.items()}
            for path, file in files.items():
                file.at = path
        self.deleted[model] = KeptSlice(new.folder if new else old.folder, "deleted", files)

    def _jobs(self, old: KeptSlice | None, new: Slice | None) -> list[Job]:
        now = {f"{new.folder}/{name}": text for name, text in new.files.items()} if new else {}
        folder = new.folder if new else old.folder if old else ""
        place = folder
        jobs: list[Job] = []
        if old:
            at = home(old, self.checkout)
            place = at if at != old.folder else folder
            for path, kept in old.files.items():
                goal = path.replace(f"{old.folder}/", f"{folder}/", 1)
                stays = kept.at != path or (goal != path and self.checkout.read(goal) is not None)
                jobs.append(self._job(goal, kept.at, kept.at if stays else goal, kept, now.pop(goal, None)))
        for path, text in now.items():
            target = path.replace(f"{folder}/", f"{place}/", 1)
            jobs.append(self._job(path, target, target, None, text))
        return jobs

    def _job(self, path: str, source: str, target: str, kept: Kept | None, now: str | None) -> Job:
        theirs = self.checkout.read(source)
        base = kept.text if kept else None
        return Job(path, source, target, base, now, theirs, written=now, kept=kept)

    def _carry_over(
        self, former: str, model: str, old: KeptSlice, jobs: list[Job], new_name: NewName
    ) -> None:
        new, place = self.now.slices[model], home(old, self.checkout)
        self.outcome.say(
            "renamed",
            f"{former} is gone and {model} has come with nearly the same columns, so it is taken for {former} under "
            f"a new name: what the team changed in {place} stays, and so does its path. If that is wrong, undo it in "
            f"git, adopt with `--except {model}`, and then `nox -s resource -- {model}`.",
        )
        sources = {job.source for job in jobs}
        others = {file.at for file in self.adopted.every_file().values()}
        at_home = [job.source for job in jobs if job.source.startswith(f"{place}/")]
        if any(path.startswith(f"{place}/") for path in others - sources):
            # In a folder of several slices, nothing tells to which of them the team's own files belong.
            at_home = []
        for path in self.checkout.folder_of(at_home):
            if path not in sources | others:
                target = path.replace(f"{old.folder}/", f"{new.folder}/", 1)
                taken = self.checkout.read(target) is not None
                text = self.checkout.read(path) or ""
                theirs = rename(text, new_name, self.models)
                own = Job("", path, path if taken else target, None, None, theirs, renamed_from=text)
                self.own.append(own)
                self.modules_there[module_of(own.source)] = (module_of(own.target), new_name)
        for job in jobs:
            self.modules_there[module_of(job.source)] = (module_of(job.target), new_name)
            if job.python:
                job.base = job.base and rename(job.base, new_name, self.models)
                job.renamed_from = job.theirs
                job.theirs = job.theirs and rename(job.theirs, new_name, self.models)

    def _follow(self) -> None:
        """Apply the team's moves of modules and classes, and its names of classes."""
        everything = [job for jobs in self.slices.values() for job in jobs]
        sources = {job.source for job in (*everything, *self.loose)}
        gone = [job for jobs in self.gone.values() for job in jobs]
        for job in (*everything, *self.loose, *gone):
            if job.python and job.path != job.target:
                self.moves.modules[module_of(job.path)] = module_of(job.target)
        for jobs in self.slices.values():
            mine = {job.source for job in jobs}
            follow_names(jobs, self.loose, self.checkout)
            self.own.extend(follow_classes(jobs, self.checkout, self.moves, sources - mine))

    def _say_moved(self, before: dict[str, str]) -> None:
        for path, file in self.adopted.every_file().items():
            if before[path] != file.at:
                self.outcome.say("moved", f"{before[path]} is now {file.at}, and is merged there.")
