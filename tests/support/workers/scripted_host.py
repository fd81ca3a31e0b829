"""`voicepipe worker` with scripted workers: `python -m tests.support.workers.scripted_host LOG worker …`.

Its workers do as their windows say, and note their tasks in LOG; see `scripted_worker`.
"""

import functools
import sys
from pathlib import Path
from unittest import mock

from voicepipe.cli import main
from voicepipe.workers.local import local_seats

if __name__ == "__main__":
    program = (sys.executable, str(Path(__file__).parent / "scripted_worker.py"), sys.argv.pop(1))
    with mock.patch("voicepipe.outpost.main.local_seats", functools.partial(local_seats, program=program)):
        main()
