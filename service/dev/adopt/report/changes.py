"""Sentences on what a person should look at in the plans, because it is not as it was the last time."""

from collections.abc import Mapping

from msgspec.structs import replace

from service.dev.adopt.merge.renamed import renamed_columns
from service.dev.adopt.options import Options
from service.dev.adopt.plan.names import wire_of
from service.dev.adopt.plan.plans import Inputs, Plans, plan_all
from service.dev.adopt.plan.previous import ways_of
from service.dev.adopt.plan.tenants import ways_in
from service.dev.adopt.render.slices import render


def new_models(plans: Plans, inputs: Inputs, renamed: Mapping[str, str]) -> list[str]:
    """A line that names the new models, where there were others: in a long table nobody sees which these are."""
    before = inputs.adopted.slices
    new = [each.name for each in plans.resources if each.name not in before and each.name not in renamed]
    return [f"New, each with a resource now: {', '.join(new)}."] if new and before else []


def other_ways(plans: Plans, inputs: Inputs, renamed: Mapping[str, str]) -> list[str]:
    """A line for each model whose way to the tenant is another column or relation, since the former is gone."""
    said: list[str] = []
    for each in plans.resources:
        old = inputs.adopted.slices.get(renamed.get(each.name, each.name))
        before = [*ways_of(old)] if old else []
        now = [*ways_in(f"readable={(each.readable or '').replace('§', '')}")]
        if before and now and not {*now} <= {*before}:
            said.append(
                f"{each.name}.{now[0]} says whose its rows are; until now {before[0]} did. Is that so?"
            )
    return said


def perhaps_renamed(plans: Plans, inputs: Inputs, options: Options, renamed: Mapping[str, str]) -> list[str]:
    """A line for each new column that may be a renamed one: no schema says whether it is."""
    waiting = {each.name: each for each in plans.resources if each.undecided}
    if not waiting:
        return []
    everything = plan_all(inputs, replace(options, columns={}), renamed)
    whole = render([each for each in everything.resources if each.name in waiting], []).slices
    said: list[str] = []
    for model, each in waiting.items():
        former = renamed.get(model, model)
        pairs = renamed_columns(inputs.adopted.slices[former], whole[model], former, model)
        said += [
            f"{model}.{wire_of(came)} is new, and the only one of the type of {wire_of(went)}, which is gone. If it is that "
            f"under another name, put `{came}` where `{went}` was, see git diff; it waits until then."
            for came, went in pairs.items()
            if came in each.undecided
        ]
    return said
