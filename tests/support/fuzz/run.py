"""Schemathesis against a served API: every check, every phase, runs over links included."""

import os
import subprocess
import sys
from pathlib import Path

from tenacity import retry, retry_if_exception_type, stop_after_attempt

from service.dev.openapi import FILE as DOCUMENT

CONFIG = Path(__file__).with_name("schemathesis.toml")
HOOKS = Path(__file__).with_name("hooks.py")
# In local, where SQLite is allowed, a call needs no token.
OPTIONS = {"local": ["--exclude-checks=ignored_auth,missing_required_header"], "production": []}
"""By environment: in local a call needs no token."""


# Its own process was seen to hang in its interpreter.
@retry(retry=retry_if_exception_type(subprocess.TimeoutExpired), stop=stop_after_attempt(2), reraise=True)
def run_schemathesis(*options: str, folder: Path, seconds: int) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "schemathesis.cli", f"--config-file={CONFIG}", "run", str(DOCUMENT)]
    return subprocess.run(
        [*command, *options],
        cwd=folder,
        env={**os.environ, "SCHEMATHESIS_HOOKS": str(HOOKS)},
        capture_output=True,
        text=True,
        check=False,
        timeout=seconds,
    )
