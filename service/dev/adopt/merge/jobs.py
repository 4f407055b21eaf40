"""The files to merge, each as it was written the last time, as it is written now, and as the team has it."""

from dataclasses import dataclass, field
from pathlib import PurePosixPath

from service.dev.adopt.adopted import Kept
from service.dev.adopt.layout import module_of
from service.dev.adopt.merge.checkout import Checkout
from service.dev.adopt.merge.python.carve import append, carve, classes_of
from service.dev.adopt.merge.python.identifiers import renamed_classes, replaced
from service.dev.adopt.merge.python.imports import Binding


@dataclass(slots=True)
class Job:
    """A file to merge: `source` is where the team has it, `target` where it will be.

    `base` is its text as it was written the last time, `now` as it is written now, `theirs` as the team has it.
    """

    path: str  # for which it was rendered; empty for a file that the renderer does not write
    source: str
    target: str
    base: str | None
    now: str | None
    theirs: str | None
    loose: bool = False
    written: str | None = None  # `now` as it was rendered, without the names that the team gave
    kept: Kept | None = None
    renamed_from: str | None = None  # the team's text before a model's new name was put into `theirs`
    advance: bool = True  # whether the next merge starts from what is written now

    @property
    def python(self) -> bool:
        return self.target.endswith(".py")


@dataclass(slots=True)
class Moves:
    """Where the team moved modules and classes that the renderer writes elsewhere."""

    modules: dict[str, str] = field(default_factory=dict[str, str])
    classes: dict[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])

    def where(self, binding: Binding) -> Binding:
        """The binding with the module from which its name comes by now."""
        module = self.classes.get((binding.module, binding.name))
        if module:
            return Binding(module, binding.name, binding.local)
        whole = self.modules.get(f"{binding.module}.{binding.name}")
        if whole:
            module, _, name = whole.rpartition(".")
            return Binding(module, name, name if binding.local == binding.name else binding.local)
        return Binding(self.modules.get(binding.module, binding.module), binding.name, binding.local)


def follow_names(jobs: list[Job], loose: list[Job], checkout: Checkout) -> None:
    """Give the classes of the rendered versions the names that the team gave them."""
    names: dict[str, str] = {}
    for job in jobs:
        if job.python and job.base is not None and job.theirs is not None and job.base != job.theirs:
            moved = {name for name in classes_of(job.base) if checkout.classes.get(name)}
            names |= renamed_classes(job.base, job.theirs, moved)
    if names:
        for job in (*jobs, *loose):
            if job.python:
                job.base = job.base and replaced(job.base, names)
                job.now = job.now and replaced(job.now, names)


def follow_classes(jobs: list[Job], checkout: Checkout, moves: Moves, others: set[str]) -> list[Job]:
    """Have each class merged in the file to which the team moved it; returns jobs for files that the team made."""
    there = {job.source: job for job in jobs}
    own: list[Job] = []
    for job in list(jobs):
        if not job.python or job.base is None or job.base == job.theirs:
            continue
        lost = set(classes_of(job.base)) - set(classes_of(job.theirs or ""))
        for name in sorted(lost):
            places = _near(checkout.classes.get(name, []), job.source, others)
            if len(places) != 1:
                continue
            place = places[0]
            if place not in there:
                text = checkout.read(place)
                there[place] = Job("", place, place, "", "", text)
                own.append(there[place])
            _carry(job, there[place], name)
            moves.classes[module_of(job.path), name] = module_of(place)
    return own


def _near(places: list[str], source: str, others: set[str]) -> list[str]:
    """The places in the slice's own folder, else those in no other slice, which may have such a class of its own."""
    folder = f"{PurePosixPath(source).parent}/"
    near = [path for path in places if path.startswith(folder) and path != source]
    return near or [path for path in places if path not in others and path != source]


def _carry(job: Job, to: Job, name: str) -> None:
    if not classes_of(to.theirs or ""):
        return
    job.base, base = carve(job.base or "", {name})
    to.base = append(to.base or "", base)
    if job.now is not None:
        job.now, now = carve(job.now, {name})
        to.now = append(to.now or "", now)
