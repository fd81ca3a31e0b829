"""`voicepipe run` with workers that answer at once: `python -m tests.tools.bench.instant_service`."""

import functools
import sys
from unittest import mock

from voicepipe.cli import main
from voicepipe.workers.local import local_seats

PROGRAM = (sys.executable, "-m", "tests.tools.bench.instant_worker")

if __name__ == "__main__":
    with mock.patch("voicepipe.service.local_seats", functools.partial(local_seats, program=PROGRAM)):
        main()
