"""Renders the files of all slices, formatted as this repository is; `merge` writes them."""

from collections.abc import Collection, Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

from service.dev.adopt.layout import RESOURCES, SLICES
from service.dev.adopt.plan.names import free
from service.dev.adopt.plan.plurals import singular
from service.dev.adopt.plan.resource import ResourcePlan
from service.dev.adopt.render.class_names import ClassNames, SliceNames
from service.dev.adopt.render.controller import render_controller
from service.dev.adopt.render.dto import render_dto
from service.dev.adopt.render.rendered import Rendered, Slice
from service.dev.adopt.render.repository import render_repository
from service.dev.adopt.render.resource_list import render_resource_list
from service.dev.generator.names import OF_THE_DOCUMENT, pascal
from service.dev.ruff import house_style, ruff

GENERATOR = "11"
"""The version of what is written: it rises when other code is written for the same model."""
Files = dict[str, str]


def render(resources: Iterable[ResourcePlan], enums: Collection[str]) -> Rendered:
    """The slice of each model, and the list of all resources.

    `enums` are the names of the enums, which no class of a slice may have.
    """
    resources = list(resources)
    classes = ClassNames([*enums, *OF_THE_DOCUMENT])
    slices: dict[str, Files] = {}
    controllers: list[tuple[ResourcePlan, str]] = []
    # Names of models are given first, so that a class that is made for another model gives way to them.
    dtos = {plan.name: classes.give(pascal(plan.name) or "Row") for plan in resources}
    for plan in resources:
        names = _names(plan, dtos[plan.name], classes)
        folder = f"{SLICES}/{plan.folder}"
        slices[plan.name] = {
            f"{folder}/__init__.py": "",
            f"{folder}/dto.py": render_dto(plan, names, enums),
            f"{folder}/repository.py": render_repository(plan, names),
            f"{folder}/controller.py": render_controller(plan, names),
        }
        controllers.append((plan, names.controller))
    slices[""] = {RESOURCES: render_resource_list(controllers)}
    tidy = _tidied(slices)
    loose = tidy.pop("")
    return Rendered(
        GENERATOR,
        {
            plan.name: Slice(
                f"{SLICES}/{plan.folder}",
                {Path(name).name: text for name, text in tidy[plan.name].items()},
            )
            for plan in resources
        },
        loose,
    )


def _names(plan: ResourcePlan, dto: str, classes: ClassNames) -> SliceNames:
    create = classes.give(f"{dto}Create")
    replace = classes.give(f"{dto}Replace")
    update = classes.give(f"{dto}Update")
    query = classes.give(f"{dto}Query")
    # Many schemas have a model `OrderItem` beside `Order`.
    item = classes.give(f"{dto}Item", f"{dto}ListItem") if plan.has_item else dto
    # A model may be called `InvoiceCustomer`, too: the two get different names.
    related = {relation.name: classes.give(f"{dto}{_ending(relation.name)}") for relation in plan.nested}
    return SliceNames(
        dto=dto,
        create=create,
        replace=replace,
        update=update,
        query=query,
        item=item,
        # These two are no schemas of the API document, so they give way to the class of related rows of that name.
        repository=free(f"{dto}Repository", related.values(), "2"),
        controller=free(f"{dto}Controller", related.values(), "2"),
        related=related,
    )


def _ending(relation: str) -> str:
    return "".join(word.capitalize() for word in singular(relation).split("_"))


def _tidied(slices: dict[str, Files]) -> dict[str, Files]:
    """The files, formatted, with their imports sorted and without those that nothing uses."""
    with TemporaryDirectory() as folder:
        root = Path(folder)
        for files in slices.values():
            for name, text in files.items():
                path = root / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, "utf-8")
        for command in (["check", "--fix", "--exit-zero", "--select=F401,I001,F811"], ["format"]):
            ruff(*command, *house_style(), ".", folder=root)
        return {
            model: {name: (root / name).read_text("utf-8") for name in files}
            for model, files in slices.items()
        }
