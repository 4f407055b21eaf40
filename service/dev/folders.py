"""Where things lie in a checkout. The standard library alone: `port` runs before anything is installed."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOCAL = Path(os.environ.get("LOCAL_FOLDER", ROOT / ".local"))
"""What stays on this machine."""
