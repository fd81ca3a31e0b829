"""`voicepipe worker` with workers that take their time: `python -m tests.support.paced_host worker …`."""

import functools
from unittest import mock

from tests.support.paced import PROGRAM
from voicepipe.cli import main
from voicepipe.workers.local import local_seats

if __name__ == "__main__":
    with mock.patch("voicepipe.outpost.main.local_seats", functools.partial(local_seats, program=PROGRAM)):
        main()
