"""The options of an adoption, and the columns that were known then: kept in the checkout for the next time."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path

import msgspec
from msgspec.structs import replace

from service.dev.adopt.adopted import FOLDER, FROM_GIT
from service.dev.adopt.errors import MergeError

FILE = Path(FOLDER, "options.json")

NONE_LEFT = "The schema lacks every model that --only named the last time ({names}). Name others, or say `--only` alone, for all."
NO_TENANT = "The schema lacks {name}, which --tenant named the last time. Name another, or say `--tenant` alone, for none."


class ModelOptionError(LookupError):
    """An option names a model that the schema lacks, or that it cannot mean; the message says which."""


class Options(msgspec.Struct, rename="camel", kw_only=True, omit_defaults=True):
    """The options, as the checkout keeps them in JSON; `columns` are, by model, those that were decided on by then."""

    name: str = ""
    only: list[str] = []
    leave_out: list[str] = []
    read_only: list[str] = []
    tenant: str | None = None
    columns: Mapping[str, list[str]] = {}


def read_options(root: Path) -> Options | None:
    """The options of the last adoption; None where nothing was adopted yet. Raises `MergeError`."""
    path = root / FILE
    try:
        return msgspec.json.decode(path.read_bytes(), type=Options) if path.is_file() else None
    except msgspec.DecodeError as error:
        raise MergeError(f"{FILE} cannot be read ({error}). {FROM_GIT}") from None


def write_options(root: Path, options: Options) -> None:
    path = root / FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(msgspec.json.format(msgspec.json.encode(options), indent=1) + b"\n")


def refuse_unknown(names: Iterable[str], there: Collection[str]) -> None:
    """Raises `ModelOptionError` for names of models that the schema lacks."""
    if said := [*unknown(names, there)]:
        raise ModelOptionError("\n".join(said))


def unknown(names: Iterable[str], there: Collection[str], fields: Collection[str] = ()) -> Iterator[str]:
    """A sentence for each name that is no model that is `there`, and none of `fields`; it suggests similar ones."""
    by_lower = {name.lower(): name for name in (*fields, *there)}
    kind = "neither a model nor a required field" if fields else "no model"
    for name in sorted({*names} - {*there, *fields}):
        alike = [by_lower[each] for each in get_close_matches(name.lower(), by_lower)]
        instead = f": is it {' or '.join(alike)}?" if alike else f". It has {', '.join(sorted(there))}."
        yield f"schema.prisma has {kind} {name}{instead}"


def forget(
    options: Options, before: Options, there: Collection[str], fields: Collection[str] = ()
) -> tuple[Options, list[str]]:
    """Leave out models that were named the last time and are gone from the schema; also returns a line for each.

    A tenant may be one of `fields`, too.

    Raises `ModelOptionError` where leaving one out would serve more than was asked for.
    """
    if options.tenant and options.tenant == before.tenant and options.tenant not in {*there, *fields}:
        raise ModelOptionError(NO_TENANT.format(name=options.tenant))
    said: list[str] = []

    def left(option: str, names: list[str], known: list[str]) -> list[str]:
        gone = [name for name in names if name in known and name not in there]
        said.extend(f"{option} {name}: the schema has no such model any more." for name in gone)
        return [name for name in names if name not in gone]

    only = left("--only", options.only, before.only)
    if options.only and not only:
        raise ModelOptionError(NONE_LEFT.format(names=", ".join(options.only)))
    leave_out = left("--except", options.leave_out, before.leave_out)
    read_only = left("--read-only", options.read_only, before.read_only)
    return replace(options, only=only, leave_out=leave_out, read_only=read_only), said


def in_python(options: Options, classes: Mapping[str, str], fields: Collection[str]) -> Options:
    """The options with the names of classes in place of models' names. Raises `ModelOptionError`.

    The two differ where the generated code or Python needs the name itself, as with `Base` and `None`. The tenant may be
    one of `fields`, too, and is then left as it is.
    """
    known = {name: name for name in classes.values()} | dict(classes)
    named = {*options.only, *options.leave_out, *options.read_only}
    faults = [*unknown((name for name in named if name not in known), classes)]
    faults += unknown({options.tenant or ""} - {"", *known}, classes, fields)
    if faults:
        raise ModelOptionError("\n".join(faults))
    return replace(
        options,
        only=[known[name] for name in options.only],
        leave_out=[known[name] for name in options.leave_out],
        read_only=[known[name] for name in options.read_only],
        tenant=options.tenant and known.get(options.tenant, options.tenant),
    )
