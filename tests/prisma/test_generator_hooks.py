"""sqlacodegen's hooks are not documented: what the generator overrides must be there."""

import inspect
import re
from importlib.metadata import version
from unittest.mock import Mock

import pytest
import sqlalchemy as sa
from sqlacodegen.generators import DeclarativeGenerator

from service.dev.generator.declarative import PrismaGenerator

HOOKS = [
    name
    for name, value in vars(PrismaGenerator).items()
    if inspect.isfunction(value) and name != "__init__" and (not name.startswith("_"))
]


def test_the_version_is_the_one_that_was_read() -> None:
    assert version("sqlacodegen").startswith("4.0.")


@pytest.mark.parametrize("name", HOOKS)
def test_each_overridden_hook_exists_with_the_same_parameters(name: str) -> None:
    ours, theirs = getattr(PrismaGenerator, name), getattr(DeclarativeGenerator, name)
    assert list(inspect.signature(ours).parameters) == list(inspect.signature(theirs).parameters)


def test_generate_calls_the_hooks() -> None:
    source = inspect.getsource(DeclarativeGenerator.generate)
    for name in (
        "generate_base",
        "fix_column_types",
        "generate_models",
        "render_enum_classes",
        "group_imports",
    ):
        assert f"self.{name}(" in source


def test_constraints_that_say_the_same_come_by_their_names() -> None:
    """In the order of SQLAlchemy's set they would be written differently from run to run."""
    names = [f"check_{letter}" for letter in "hcagfdeb"]
    checks = [sa.CheckConstraint("a <= b", name=name) for name in names]
    table = sa.Table("spans", sa.MetaData(), sa.Column("a", sa.Integer), sa.Column("b", sa.Integer), *checks)
    plan = Mock(reflection=Mock(metadata=table.metadata))
    written = PrismaGenerator(plan, Mock(), "", views=False).render_table_args(table)
    assert re.findall(r"check_\w", written) == sorted(names)
