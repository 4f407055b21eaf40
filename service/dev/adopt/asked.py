"""The models that `nox -s resource` is given, and those that it therefore leaves alone."""

from collections.abc import Collection, Iterable, Mapping

from service.dev.adopt.merge.store import Adopted
from service.dev.adopt.options import ModelOptionError
from service.dev.adopt.resource import Plans


def waiting_of(
    plans: Plans, adopted: Adopted, renamed: Mapping[str, str], asked: Collection[str]
) -> list[str]:
    """The models that have no resource, where those of others are asked for."""
    new = [each.name for each in plans.resources if each.name not in adopted.slices]
    return [name for name in new if asked and name not in asked and name not in renamed]


def refuse_left_out(asked: Iterable[str], plans: Plans) -> None:
    """Raises `ModelOptionError` where there can be no resource of one of them."""
    if said := [
        f"{name} gets no resource: {plans.left_out[name]}" for name in asked if name in plans.left_out
    ]:
        raise ModelOptionError("\n".join(said))
