"""python -m tests.support.slow_serve: as `serve`, where each worker takes seconds until it has imported everything."""

import sys
import time

if __name__ == "__mp_main__":
    time.sleep(6)

from service.__main__ import main

if __name__ == "__main__":
    sys.exit(main("tests.support.serve:create_app"))
