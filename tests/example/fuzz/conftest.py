"""The budget of the fuzzing."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--examples", type=int, default=4, help="how many calls Schemathesis makes of a kind")
    parser.addoption("--seed", type=int, default=1, help="where its randomness begins")
