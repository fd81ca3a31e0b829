"""A real worker that takes its time over each window, so that how fast a machine is decides nothing.

Run by a pool as `python -m tests.support.workers.paced_worker …`, with the worker's own arguments.
"""

from __future__ import annotations

import os
import sys
import time

from voicepipe.wire.channel import WorkerEnd
from voicepipe.wire.messages import FromWorker, Recognised
from voicepipe.worker.main import main

PACE = "PACE_SECONDS"
"""The variable that says how long each window takes at least."""


def slow_down(pace_seconds: float) -> None:
    """Let so much time pass before each window's text is told."""
    send = WorkerEnd.send

    def send_slowly(end: WorkerEnd, message: FromWorker) -> None:
        if isinstance(message, Recognised):
            time.sleep(pace_seconds)
        send(end, message)

    setattr(WorkerEnd, "send", send_slowly)  # noqa: B010  mypy knows it for a method


if __name__ == "__main__":
    slow_down(float(os.environ[PACE]))
    main(sys.argv[1:])
