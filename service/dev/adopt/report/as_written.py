"""Reads from the merged code what the command reports: in files that a team edited, it differs from the plan."""

import contextlib
import importlib
from collections.abc import Iterable, Sequence

from service.core.resources.controller import CrudController, ReadController, ResourceController
from service.core.schema import Absent
from service.dev.adopt.plan.columns import columns_of
from service.dev.adopt.plan.models import Source
from service.dev.adopt.plan.reasons import NOT_ASKED
from service.dev.adopt.plan.secret_words import SecretWords
from service.dev.adopt.report.report import Report, ResourceReport
from service.dev.declarations.undecided import undecided_columns, undecided_models

PAYLOADS = {"create": "CreateT", "update": "UpdateT"}
GONE = "service/resources.py names no controller of it"


def correct(report: Report) -> None:
    """Replace what was planned by what the merged code says, where that can be imported."""
    # With conflict markers it is no Python.
    resources = None if report.clashes else _import_resources()
    report.is_read = resources is not None
    if resources is not None:
        look(report, resources)


def with_reasons(columns: Iterable[str], sources: Iterable[Source]) -> list[str]:
    """The columns (`Model.field`), each with the reason to hide it, if there is one: whoever decides has to know."""
    secrets = SecretWords.read()
    hidden = {
        f"{source.name}.{column.wire}": column.hidden
        for source in sources
        for column in columns_of(source, secrets)
        if column.hidden
    }
    return [f"{name} ({hidden[name]})" if name in hidden else name for name in columns]


def _import_resources() -> Sequence[type[ResourceController]] | None:
    """The resources that are served; None where the module cannot be imported."""
    # It was written a moment ago.
    importlib.invalidate_caches()
    # Where the team's code names what the schema no longer has, the next step says so, with the place.
    with contextlib.suppress(Exception):
        return importlib.import_module("service.resources").RESOURCES
    return None


def look(report: Report, resources: Sequence[type[ResourceController]]) -> None:
    """Replace in `report` what was planned by what the merged code says."""
    report.undecided_columns = sorted(undecided_columns(resources))
    report.undecided_models = undecided_models(resources)
    controllers: dict[str, list[type[ResourceController]]] = {}
    for each in resources:
        # `issubclass` would make of it a type whose arguments pyright does not know.
        if ReadController in each.mro():
            mapping = each.repositories()["repository"].mapping
            controllers.setdefault(mapping.model.__name__, []).append(each)
    # A team may have written what the command was not asked for.
    report.left_out = {
        model: why for model, why in report.left_out.items() if why != NOT_ASKED or model not in controllers
    }
    report.left_out |= {line.model: GONE for line in report.resources if line.model not in controllers}
    report.resources = [line for line in report.resources if line.model in controllers]
    for line in report.resources:
        _look(line, _written_for(line, controllers[line.model]))


def _written_for(
    line: ResourceReport, controllers: Sequence[type[ResourceController]]
) -> type[ResourceController]:
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


def _look(line: ResourceReport, controller: type[ResourceController]) -> None:
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
