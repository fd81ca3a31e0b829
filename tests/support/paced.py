"""`voicepipe` with workers that take their time: `python -m tests.support.paced …`, see `workers.paced_worker`."""

import functools
import sys
from unittest import mock

from voicepipe.cli import main
from voicepipe.workers.local import local_seats

PROGRAM = (sys.executable, "-m", "tests.support.workers.paced_worker")

if __name__ == "__main__":
    with mock.patch("voicepipe.service.local_seats", functools.partial(local_seats, program=PROGRAM)):
        main()
