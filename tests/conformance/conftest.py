"""What could not be judged is told at the end of a run, and the budget of the fuzzing."""

from collections.abc import Iterator

import pytest

NOTE = "conformance"

# What a check compared is what its failure says.
pytest.register_assert_rewrite(
    "tests.conformance.alone",
    "tests.conformance.links",
    "tests.conformance.reads",
    "tests.conformance.strangers",
    "tests.conformance.writes",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--examples", type=int, help="how many calls Schemathesis makes of a kind")
    parser.addoption("--seed", type=int, default=1, help="where its randomness begins")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    # A database's own rules refuse what nobody knew.
    notes = sorted(set(_notes(terminalreporter)))
    if notes:
        terminalreporter.section(f"conformance: {len(notes)} not judged")
        for note in notes:
            terminalreporter.write_line(note)


def _notes(reporter: pytest.TerminalReporter) -> Iterator[str]:
    for reports in reporter.stats.values():
        for report in reports:
            # Properties come with the report from whichever process ran the test.
            if isinstance(report, pytest.TestReport) and report.when == "call":
                yield from (str(note) for name, note in report.user_properties if name == NOTE)
