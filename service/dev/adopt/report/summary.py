"""Writes what the command prints when it is done."""

from collections.abc import Iterator, Mapping, Sequence

from service.dev.adopt.plan.reasons import NO_TABLE
from service.dev.adopt.report.report import Report, ResourceReport

HEADER = ("model", "path", "access", "hidden", "to know")
DECIDE = (
    "Somebody has to say who may read and write the rows of {models}: give each a `readable` in its repository.py, see "
    "'Who may see which rows' in the README. Until then they are served in local alone, and `nox -s check` names them."
)
WITHOUT = (
    " Without a resource of their own: {models}. Give the `readable` to a mapping that shows their rows in another resource. Where "
    "their rows are only counted, filtered by, or named by their keys, there is no such mapping: show them there, or remove what "
    "does so. A `through` that leads to them can be given the condition directly."
)

NEW = (
    "{columns}: show each in the DTO, or name it in `hidden` of the mapping; `nox -s resource -- MODEL` writes those that came "
    "with the schema as it would for a new model. Until then `nox -s check` names them."
)
NO_FOREIGN_KEY = (
    "The database has no foreign key for {relations}. Prisma Client does a foreign key's work itself (`relationMode`), this "
    "service does not: a DELETE leaves the rows that refer to the deleted one, whatever `onDelete` says, and a write may refer "
    "to a row that does not exist. Add the foreign keys by a migration, or write a DELETE of your own that does this."
)
MARKS = (
    "{columns}: rows that are marked so are shown like others, unless a list is asked for those that are not, and a DELETE takes "
    "a row away for good. Where your app only marks rows, have a DELETE do so too (`deletion_marks`: see 'Editing what was written' in the "
    "README), or have nobody write these: `--read-only`."
)
LINKS = (
    "{relations}: no write takes it, since it came with the schema and a PUT that leaves it out would empty it. Give the payloads "
    "the field when your clients know it, or have it written: nox -s resource -- MODEL"
)
REMEMBERED = "As the last time: {options} (given again, an option holds anew; without a model, for none)"
NO_TABLES = (
    "  Where the migrations do not make them, and a database of yours has them: DATABASE_URL=postgresql://... nox -s adopt -- "
    "PRISMA --baseline"
)
UNSHOWN = (
    "not shown yet: {fields} (only a single row can show it, and single rows still have the type of a list's items); to have "
    "two types written: nox -s resource -- {model}"
)
UNREAD = "  What else there is to decide, and what breaks clients, is told by the first run that finds none of these."

MEND = "It is not served yet. Mend what is named above, then: nox -s fix, and nox -s check"
AGAIN = (
    "It is not served yet. Mend what is named above, commit, and run this again; then: nox -s check. Do not run `nox -s "
    "fix` before: it writes the API document anew, and what breaks clients is found by comparison with the present one."
)


def left_out(models: Mapping[str, str]) -> list[str]:
    """A line for each model that got no resource, and what to do where its table is missing."""
    lines = [f"  {name}: {why}" for name, why in models.items()]
    return [*lines, NO_TABLES] if NO_TABLE in models.values() else lines


def summary(report: Report) -> str:
    """A table of the resources, the models that got none, and what a person has to decide."""
    rows = [
        (line.model, line.path, line.access, ", ".join(line.hidden) or "-", "; ".join(_to_know(line)) or "-")
        for line in report.resources
    ]
    parts = [_table([HEADER, *rows])]
    if hidden := [
        f"  {line.model}.{name}: {why}" for line in report.resources for name, why in line.hidden.items()
    ]:
        parts.append(
            "Hidden, since a column that nobody may see is neither read nor written:\n" + "\n".join(hidden)
        )
    if doubtful := [
        f"  {line.model}.{name}: {why}" for line in report.resources for name, why in line.doubtful.items()
    ]:
        parts.append(
            "To look at, since these are shown and may hold secrets (to hide one, name it in `hidden` in repository.py, and "
            "remove its fields in dto.py):\n" + "\n".join(doubtful)
        )
    if report.left_out:
        parts.append("\n".join(["Left out:", *left_out(report.left_out)]))
    if report.tenant:
        parts.append(report.tenant)
    if report.remembered:
        parts.append(REMEMBERED.format(options=" ".join(report.remembered)))
    if report.forgotten:
        parts.append(
            "Forgotten of what was asked for:\n" + "\n".join(f"  {each}" for each in report.forgotten)
        )
    if report.events:
        parts.append("Merged with what was there:\n" + "\n".join(f"  {event}" for event in report.events))
    if report.clashes:
        parts.append("Clashes:\n" + "\n".join(f"  {clash}" for clash in report.clashes) + "\n" + UNREAD)
    if report.faults:
        parts.append(
            "To mend, since checks find it:\n"
            + "\n".join(f"  {fault}" for fault in report.faults)
            + ("" if report.is_read else f"\n{UNREAD}")
        )
    if report.breaking:
        parts.append("What breaks clients:\n" + "\n".join(f"  {change}" for change in report.breaking))
    if decisions := [*_to_decide(report)]:
        parts.append("To decide:\n" + "\n".join(f"  {each}" for each in decisions))
    writes = sum(line.access == "read and write" for line in report.resources)
    counts = {
        "read and written": writes,
        "read only": len(report.resources) - writes,
        "models left out": len(report.left_out),
        "columns hidden": len(hidden),
        **({"resources to decide on": len(report.undecided_models)} if report.is_read else {}),
    }
    parts.append(
        f"Resources: {len(report.resources)}; "
        + ", ".join(f"{what}: {n}" for what, n in counts.items())
        + "."
    )
    return "\n\n".join(parts)


def _to_decide(report: Report) -> Iterator[str]:
    if report.without_foreign_key:
        yield NO_FOREIGN_KEY.format(relations=", ".join(report.without_foreign_key))
    if marks := [f"{line.model}.{name}" for line in report.resources for name in line.marks]:
        yield MARKS.format(columns=", ".join(marks))
    if report.undecided_columns:
        yield NEW.format(columns=", ".join(report.undecided_columns))
    if links := [f"{line.model}.{name}" for line in report.resources for name in line.waiting]:
        yield LINKS.format(relations=", ".join(links))
    if report.undecided_models:
        resources = {line.model for line in report.resources}
        is_all = len(resources) > 1 and {*report.undecided_models} == resources
        others = ", ".join(sorted({*report.undecided_models} - resources))
        yield (
            DECIDE.format(models="every model" if is_all else ", ".join(report.undecided_models))
            + (WITHOUT.format(models=others) if others else "")
        )


def next_step(report: Report, changed: int) -> str:
    """How many files changed, and what a person does next."""
    said = [f"Files changed: {changed}. See them: git diff --stat HEAD"] if changed else []
    if report.clashes or report.faults:
        said.append(AGAIN if report.clashes or not report.is_read else MEND)
    else:
        said.append("Serve it: nox -s run" if changed else "Nothing changed: all is as the schema has it.")
    return "\n".join(said)


def _to_know(line: ResourceReport) -> list[str]:
    lacks = [f"no {what}: {why}" for what, why in line.lacks.items()]
    unshown = [UNSHOWN.format(fields=", ".join(line.unshown), model=line.model)] if line.unshown else []
    return lacks + line.notes + unshown


def _table(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )
