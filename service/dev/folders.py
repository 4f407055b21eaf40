"""The folders of a checkout. It imports the standard library alone, since `port` runs before anything is installed."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOCAL = Path(os.environ.get("LOCAL_FOLDER", ROOT / ".local"))
"""Files that stay on this machine, outside of git: embedded databases, the secret key."""
