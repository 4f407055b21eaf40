"""controller.py of a slice."""

from service.dev.adopt.plan.names import in_words
from service.dev.adopt.plan.resource import ResourcePlan
from service.dev.adopt.render.class_names import SliceNames
from service.dev.adopt.render.imports import of_slice, with_imports
from service.dev.adopt.render.text import docstring


def render_controller(plan: ResourcePlan, names: SliceNames) -> str:
    def dto(name: str) -> str:
        return of_slice(plan.folder, "dto", name)

    given = [of_slice(plan.folder, "repository", names.repository), dto(names.dto), dto(names.query)]
    if not plan.read_only:
        given.append("§Absent" if plan.no_create else dto(names.create))
        given += ["§Absent"] * 2 if plan.no_change else [dto(names.replace), dto(names.update)]
    if plan.has_item:
        given.append(dto(names.item))
    base = "§ReadController" if plan.read_only else "§CrudController"
    docs = plan.source.docs or f"{in_words(plan.path).capitalize()}."
    body = f"""class {names.controller}({base}[{", ".join(given)}]):
    {docstring(docs)}

    path = "/{plan.path}"
"""
    return with_imports(f"{in_words(plan.path).capitalize()} over HTTP.", body, {names.controller})
