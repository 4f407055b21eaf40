"""Part of nox -s check: known vulnerabilities of what pdm.lock installs."""

import subprocess
import sys
from argparse import ArgumentParser

UNREACHABLE = (
    "ConnectionError",
    "ConnectTimeout",
    "ProxyError",
    "SSLError",
    "Max retries",
    "ServiceError",
    "ReadTimeout",
)


def main() -> int:
    """pip-audit's exit code, not 0 on a finding. Where the advisory service cannot be reached: a message, and 0."""
    done = subprocess.run(
        [sys.executable, "-m", "pip_audit", "--local", "--progress-spinner", "off", "--timeout", "10"],
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    output = f"{done.stdout}\n{done.stderr}".strip()
    # Findings stand on standard output, where pip-audit prints nothing of an audit that failed.
    if done.returncode and not done.stdout.strip() and any(sign in done.stderr for sign in UNREACHABLE):
        print("NOT AUDITED: the advisory service cannot be reached from here.")
        return 0
    unknown = output.count("could not be audited")
    print(
        output
        if done.returncode or not unknown
        else f"NOT AUDITED: no advisories for {unknown} packages from here."
    )
    return done.returncode


if __name__ == "__main__":
    ArgumentParser(prog="python -m service.dev.audit", description=__doc__).parse_args()
    sys.exit(main())
