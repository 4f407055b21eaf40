"""Reads from the merged code what the command reports: in files that a team edited, it differs from the plan."""

from collections.abc import Sequence

from service.core.resources.controller import CrudController, ReadController, ResourceController
from service.core.schema import Absent
from service.dev.adopt.plan.resource import NOT_ASKED
from service.dev.adopt.report.report import Line, Told
from service.dev.decided import undecided_columns, undecided_models
from service.resources import RESOURCES

PAYLOADS = {"create": "CreateT", "update": "UpdateT"}
GONE = "service/resources.py names no controller of it"


def look(told: Told, resources: Sequence[type[ResourceController]] = RESOURCES) -> None:
    """Replace in `told` what was planned by what the merged code says."""
    told.columns = sorted(undecided_columns(resources))
    told.models = undecided_models(resources)
    controllers: dict[str, list[type[ResourceController]]] = {}
    for each in resources:
        # `issubclass` would make of it a type whose arguments pyright does not know.
        if ReadController in each.mro():
            mapping = each.repositories()["repository"].mapping
            controllers.setdefault(mapping.model.__name__, []).append(each)
    # A team may have written what the command was not asked for.
    told.left_out = {
        model: why for model, why in told.left_out.items() if why != NOT_ASKED or model not in controllers
    }
    told.left_out |= {line.model: GONE for line in told.lines if line.model not in controllers}
    told.lines = [line for line in told.lines if line.model in controllers]
    for line in told.lines:
        _look(line, _written_for(line, controllers[line.model]))


def _written_for(line: Line, controllers: Sequence[type[ResourceController]]) -> type[ResourceController]:
    """The controller that `adopt` wrote for a model: a team may have added others that serve the same rows."""
    name = f"{line.model}Controller"
    return max(
        controllers,
        key=lambda each: (
            each.__name__ == name,
            each.path == line.path,
            issubclass(each, CrudController),
        ),
    )


def _look(line: Line, controller: type[ResourceController]) -> None:
    line.path = controller.path or line.path
    repository = controller.repositories()["repository"]
    shown = repository.mapping.dto.__struct_encode_fields__
    in_lists = repository.reader.mapping.dto.__struct_encode_fields__
    line.doubtful = {name: why for name, why in line.doubtful.items() if name in {*shown, *in_lists}}
    line.unshown = [name for name in line.unshown if name not in shown]
    if issubclass(controller, CrudController):
        given = controller.signature_namespace
        absent = [what for what, payload in PAYLOADS.items() if given.get(payload) is Absent]
        payloads = [given[name] for name in (*PAYLOADS.values(), "ReplaceT")]
        taken = {name for payload in payloads for name in payload.__struct_encode_fields__}
        line.waiting = [name for name in line.waiting if name not in taken]
        line.access = "read and write"
        line.lacks = {what: line.lacks.get(what, "its payload is `Absent`") for what in absent}
    else:
        line.access = line.access if line.access != "read and write" else "read"
        line.lacks = {}
