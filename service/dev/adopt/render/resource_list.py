"""service/resources.py, the list of all resources."""

from collections.abc import Iterable

from service.dev.adopt.plan.resource import ResourcePlan
from service.dev.adopt.render.imports import of_slice, with_imports


def render_resource_list(resources: Iterable[tuple[ResourcePlan, str]]) -> str:
    """The source of the module; each plan with the name of its controller."""
    resources = list(resources)
    lines = "".join(f"    {of_slice(plan.folder, 'controller', name)},\n" for plan, name in resources)
    body = f"RESOURCES: §Sequence[type[§ResourceController]] = (\n{lines})\n"
    own = [name for _, name in resources]
    return with_imports("The resources that are served, each named in one line.", body, own)
