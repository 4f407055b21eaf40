"""Lists at the end of a run what could not be judged, and takes the options of the fuzzing."""

from collections.abc import Iterator

import pytest

NOTE = "conformance"

# So that the failure of a check says which values were compared.
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
    # Where rules that only the database knows refuse made-up rows, a check cannot judge.
    notes = sorted(set(_notes(terminalreporter)))
    if notes:
        terminalreporter.section(f"conformance: {len(notes)} not judged")
        for note in notes:
            terminalreporter.write_line(note)


def _notes(reporter: pytest.TerminalReporter) -> Iterator[str]:
    for reports in reporter.stats.values():
        for report in reports:
            # A report brings its properties along, whichever process ran the test.
            if isinstance(report, pytest.TestReport) and report.when == "call":
                yield from (str(note) for name, note in report.user_properties if name == NOTE)
