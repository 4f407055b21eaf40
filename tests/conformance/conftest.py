"""What could not be judged is told at the end of a run: a database's own rules refuse what nobody knew."""

from collections.abc import Iterator

import pytest

NOTE = "conformance"

# What a check compared is what its failure says.
pytest.register_assert_rewrite(
    "tests.conformance.links", "tests.conformance.reads", "tests.conformance.writes"
)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
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
