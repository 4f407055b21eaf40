"""Reports the plans: what there is to tell of each model before anything is merged."""

from collections.abc import Mapping
from types import MappingProxyType

from service.dev.adopt.adopted import KeptSlice
from service.dev.adopt.plan.foreign_keys import without_foreign_key
from service.dev.adopt.plan.names import wire_of
from service.dev.adopt.plan.plans import Plans
from service.dev.adopt.plan.previous import hidden_in
from service.dev.adopt.plan.resource import ResourcePlan
from service.dev.adopt.plan.soft_delete import marks_deleted
from service.dev.adopt.report.report import Report, ResourceReport

UNHIDDEN = "it was hidden until now"


def report_of(plans: Plans, before: Mapping[str, KeptSlice] = MappingProxyType({})) -> Report:
    """What there is to tell of the models. `before` are, by model, the slices that were written the last time."""
    return Report(
        [_of(each, before.get(each.name)) for each in plans.resources],
        plans.left_out,
        without_foreign_key=without_foreign_key(each.source for each in plans.resources),
    )


def _of(each: ResourcePlan, old: KeptSlice | None) -> ResourceReport:
    hidden = hidden_in(old) if old else set[str]()
    doubts = {column.wire: UNHIDDEN if column.name in hidden else column.doubt for column in each.shown}
    writes = not each.read_only
    lacks = {"create": each.no_create, "update": each.no_change} if writes else {}
    waiting = [one for one in each.linked if writes and one.name in each.undecided]
    shown = [one.wire for one in each.linked if not one.is_written and one not in waiting]
    return ResourceReport(
        model=each.name,
        path=f"/{each.path}",
        access=f"read ({each.read_only})" if each.read_only else "read and write",
        hidden={column.wire: column.hidden or "" for column in each.hidden},
        doubtful={name: doubt for name, doubt in doubts.items() if doubt},
        lacks={what: why for what, why in lacks.items() if why},
        waiting=[wire_of(one.beside) for one in waiting],
        unshown=[one.wire if one.is_one else wire_of(one.beside) for one in each.unshown],
        notes=[
            *([f"no ids in writes: {', '.join(shown)}"] if writes and shown else []),
            *([f"a DELETE fails: {each.no_delete}"] if writes and each.no_delete else []),
        ],
        # By now a DELETE may be the team's own.
        marks=[] if old or not writes else [column.wire for column in each.shown if marks_deleted(column)],
    )
