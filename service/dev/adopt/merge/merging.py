"""Merges what is rendered now into the team's files: what changed is changed, and every edit of the team stays."""

from collections.abc import Collection, Mapping
from pathlib import Path

from service.dev.adopt.adopted import Adopted, Kept, KeptSlice, read_adopted
from service.dev.adopt.merge.checkout import Checkout
from service.dev.adopt.merge.decide import Decider
from service.dev.adopt.merge.formatted import Formatted
from service.dev.adopt.merge.jobs import Job
from service.dev.adopt.merge.outcome import Outcome
from service.dev.adopt.merge.places import home
from service.dev.adopt.merge.planner import Planner
from service.dev.adopt.merge.ruff import Ruff
from service.dev.adopt.render.rendered import Rendered


def merge(
    root: Path, now: Rendered, left_out: Mapping[str, str] | None = None, anew: Collection[str] = ()
) -> Outcome:
    """Merge what is rendered `now` into the team's files, and keep it as the next merge's base. Raises `MergeError`.

    `left_out` are models of the schema that get no slice, each with the reason. The slices of the models in `anew` are
    written even where the team deleted them.
    """
    checkout, outcome, ruff = Checkout(root), Outcome(), Ruff(root)
    adopted = read_adopted(checkout.read)
    before = set(adopted.write())
    planner = Planner(adopted, now, checkout, outcome, anew)
    planner.plan()
    jobs = [*(job for each in planner.slices.values() for job in each), *planner.loose, *planner.own]
    formatted = Formatted(ruff)
    formatted.read([*jobs, *(job for each in planner.gone.values() for job in each)])
    decider = Decider(formatted, planner.moves.where, outcome)
    for job in jobs:
        decider.decide(job)
    left = _go(planner, decider, left_out or {})
    decider.finish()
    after = _adopted(planner, ruff, left)
    kept: dict[str, str | None] = dict.fromkeys(before)
    kept |= after.write()
    if not after.every_file():
        kept = dict.fromkeys(before)
    checkout.write({**decider.texts, **kept}, {job.target: job.source for job in jobs})
    return outcome


def _go(planner: Planner, decider: Decider, left_out: Mapping[str, str]) -> list[str]:
    """Remove the slices of models that are gone or left out; returns those whose slices stay because they were edited."""
    left: list[str] = []
    known = {file.at for file in planner.adopted.every_file().values()}
    for model, jobs in planner.gone.items():
        there = [job for job in jobs if job.theirs is not None]
        kept = planner.adopted.slices[model]
        if not there:
            continue
        folder = home(kept, planner.checkout)
        why = f"is left out ({left_out[model]})" if model in left_out else "is gone from the schema"
        own = set(planner.checkout.folder_of([job.source for job in there])) - known
        if kept.state == "gone" or own or not all(decider.formatted.untouched(job) for job in there):
            left.append(model)
            planner.outcome.gone[folder] = model
            if kept.state != "gone":
                planner.outcome.say(
                    "left",
                    f"{model} {why}, but {folder} was edited. It is no longer registered: take what you need from it "
                    "and delete it, or keep it as your own.",
                )
        else:
            decider.texts |= {job.source: None for job in there}
            planner.outcome.say("removed", f"{model} {why}, and {folder} is gone.")
    return left


def _adopted(planner: Planner, ruff: Ruff, left: list[str]) -> Adopted:
    """What the next merge takes for its base."""
    after = Adopted(planner.now.generator, ruff.settings())
    for model, jobs in planner.slices.items():
        files = _kept(jobs)
        after.slices[model] = KeptSlice(planner.now.slices[model].folder, "kept", files)
    after.slices |= planner.deleted
    for model in left:
        after.slices[model] = planner.adopted.slices[model]
        after.slices[model].state = "gone"
    after.loose = _kept(planner.loose)
    return after


def _kept(jobs: list[Job]) -> dict[str, Kept]:
    files: dict[str, Kept] = {}
    for job in jobs:
        if job.written is None:
            continue
        text = job.kept.text if job.kept and not job.advance else job.written
        files[job.path] = Kept(text, job.target, deleted=bool(job.kept) and job.theirs is None)
    return files
