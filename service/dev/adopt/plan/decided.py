"""The columns on which somebody has decided: the options keep them from run to run; a column that came since is undecided."""

from collections.abc import Collection, Iterable, Mapping

from service.dev.adopt.adopted import Adopted
from service.dev.adopt.options import Options
from service.dev.adopt.plan.models import Source


def decided_before(options: Options, adopted: Adopted, asked: Collection[str]) -> dict[str, list[str]]:
    """By model, the columns that were there when its slice was written.

    A model that is asked for, or that has no slice since it was left out, has none: it is written like a new one.
    """
    models = adopted.slices.keys() - set(asked)
    return {model: names for model, names in options.columns.items() if model in models}


def undecided_columns(source: Source, decided: Collection[str]) -> set[str]:
    """The columns that came since the model's slice was written: a person has to say what becomes of them.

    Columns of the key are never among them, since no row could be found without its key.
    """
    return {*source.columns} - {*decided} - {*source.key}


def decided_now(
    options: Options, sources: Iterable[Source], planned: Collection[str], renamed: Mapping[str, str]
) -> dict[str, list[str]]:
    """By model, the columns that are decided on: all, where it was just written; else the earlier ones still there.

    `planned` are the models that have a resource. A column that goes and comes back counts as new.
    """
    found: dict[str, list[str]] = {}
    for source in sources:
        there = sorted(source.columns)
        if (known := options.columns.get(renamed.get(source.name, source.name))) is not None:
            found[source.name] = [name for name in there if name in known]
        elif source.name in planned:
            found[source.name] = there
    return found
