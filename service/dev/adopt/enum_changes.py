"""What became of the values of enums: a new one breaks clients that know those of before alone, and so does one that went."""

from collections.abc import Collection, Iterator

from service.dev.schema import Schema


def enum_changes(before: Schema, now: Schema, left_out: Collection[str]) -> Iterator[str]:
    """A sentence for each change of an enum that fields of models have, but for those of models that are `left_out`."""
    used = {field.type for model in now.models if model.name not in left_out for field in model.fields}
    for enum in now.enums:
        old = before.enum(enum.name)
        if old is None or enum.name not in used:
            continue
        had, has = ([value.name for value in each.values] for each in (old, enum))
        if gone := [name for name in had if name not in has]:
            yield f"{enum.name}: without {', '.join(gone)} now, which is refused where it is sent."
        if come := [name for name in has if name not in had]:
            yield f"{enum.name}: with {', '.join(come)} now, which clients may meet in answers and not know."
