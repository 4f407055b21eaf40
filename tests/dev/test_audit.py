"""What pip-audit found, or that it could not look."""

import subprocess
from subprocess import CompletedProcess

import pytest

from service.dev import audit

FOUND = "Name  Version  ID\n----- -------- ---------------\nthing 1.0      PYSEC-2026-1"
UNREACHED = "requests.exceptions.SSLError: HTTPSConnectionPool(host='advisories.example', port=443): Max retries exceeded"


@pytest.mark.parametrize(
    ("done", "ends", "says"),
    [
        (CompletedProcess([], 1, FOUND, "Found 1 known vulnerability in 1 package"), 1, "PYSEC-2026-1"),
        (
            CompletedProcess([], 1, FOUND, f"WARNING: {UNREACHED}\nFound 1 known vulnerability in 1 package"),
            1,
            "PYSEC-2026-1",
        ),
        (
            CompletedProcess([], 1, "", f"Traceback (most recent call last):\n{UNREACHED}"),
            0,
            "NOT AUDITED: the advisory service",
        ),
        (CompletedProcess([], 1, "", "Traceback (most recent call last):\nLookupError"), 1, "LookupError"),
        (
            CompletedProcess([], 0, "thing could not be audited: thing (1.0)", ""),
            0,
            "NOT AUDITED: no advisories for 1 packages",
        ),
        (CompletedProcess([], 0, "", "No known vulnerabilities found"), 0, "No known vulnerabilities found"),
    ],
)
def test_a_finding_fails_and_an_audit_that_cannot_be_made_says_so(
    done: "CompletedProcess[str]",
    ends: int,
    says: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def run(*_: object, **__: object) -> "CompletedProcess[str]":
        return done

    monkeypatch.setattr(subprocess, "run", run)
    assert audit.main() == ends
    assert says in capsys.readouterr().out
