"""The application as the processes that serve make it."""

import os
import subprocess
import sys

SETTINGS = {"ENVIRONMENT": "local", "SECRET_KEY": "s" * 64, "DATABASE_URL": "postgresql://a:b@127.0.0.1:1/c"}
SHOW = """
import gc
from service.start import create_app
app = create_app()
print(gc.isenabled(), len(gc.get_objects()))
"""


def test_the_garbage_collector_never_looks_through_what_stands() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SHOW],
        env=os.environ | SETTINGS,
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    is_enabled, looked_through = done.stdout.split()
    assert is_enabled == "True"
    assert int(looked_through) < 1000
