"""python -m tests.example.bench.access_app KIND: this service, with pages under the condition that KIND names."""

import sys
from collections.abc import Mapping

from litestar import Litestar

import service.app
from service.__main__ import main
from service.api.v1.pages.repository import PageRepository
from service.core.resources.conditions import Condition, claim, everybody, policy_of
from service.core.resources.declarations import mappings_of
from service.models import tables

CONDITIONS: Mapping[str, Condition | None] = {
    "none": None,
    "holds for all": everybody("a bench"),
    "restricts": tables.Page.author_id == claim("sub"),
}


def application() -> Litestar:
    """The example, but for who may read and write its pages."""
    deciding = next(each for each in mappings_of([PageRepository]) if each.policy)
    deciding.policy = policy_of(CONDITIONS[sys.argv[1]], None)
    # Outside local the service does not start with undecided resources, and would be another in local.
    service.app.undecided_in = _nothing
    return service.app.create_app()


def _nothing(_: object) -> list[str]:
    return []


if __name__ == "__main__":
    sys.exit(main("tests.example.bench.access_app:application"))
