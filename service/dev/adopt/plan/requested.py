"""What `nox -s resource` does with the models that it is given, and with all others."""

from collections.abc import Collection, Iterable, Mapping

from service.dev.adopt.adopted import Adopted
from service.dev.adopt.options import ModelOptionError
from service.dev.adopt.plan.plans import Plans


def waiting_of(
    plans: Plans, adopted: Adopted, renamed: Mapping[str, str], asked: Collection[str]
) -> list[str]:
    """The models without a resource that get none in this run, because the resources of others are asked for."""
    new = [each.name for each in plans.resources if each.name not in adopted.slices]
    return [name for name in new if asked and name not in asked and name not in renamed]


def refuse_left_out(asked: Iterable[str], plans: Plans) -> None:
    """Raises `ModelOptionError` where one of the models that are asked for can have no resource."""
    if said := [
        f"{name} gets no resource: {plans.left_out[name]}" for name in asked if name in plans.left_out
    ]:
        raise ModelOptionError("\n".join(said))
