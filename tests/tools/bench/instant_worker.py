"""A worker program that answers every recording at once: what remains is the supervisor's own work.

Run by a pool as `python -m tests.tools.bench.instant_worker`. It says as much as a real worker does about a
short message.
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import time

from voicepipe.domain.transcripts import Segment
from voicepipe.wire.channel import WorkerEnd
from voicepipe.wire.messages import (
    Begun,
    Boot,
    Capabilities,
    Check,
    Checked,
    Finished,
    Heartbeat,
    Ready,
    Recognise,
    Recognised,
    Stopped,
)

SECONDS = 5.0
TEXT = "what somebody says in five seconds: about twenty tokens, of which this sentence is a fair example"
SEGMENTS = (Segment(0.0, SECONDS, TEXT),)
FILES_OF_OPENING = 2


def main(task_fd: int, result_fd: int, files_fd: int) -> None:
    """Until it is told to stop, or the supervisor is gone."""
    end = WorkerEnd(task_fd, result_fd, files_fd)
    while True:
        match end.receive():
            case Boot() as boot:
                threading.Thread(target=_beat, args=(end, boot.heartbeat_seconds), daemon=True).start()
                end.send(Ready(Capabilities(window_seconds=30.0, batch_size=2, is_batch_cheap=False), 0.0, ()))
            case Check():
                end.send(Checked())
            case Recognise() as task:
                _answer(end, task)
            case _:
                end.send(Stopped())
                return


def _beat(end: WorkerEnd, interval_seconds: float) -> None:
    """Or it would be taken for dead while it is idle."""
    with contextlib.suppress(OSError):
        while True:
            time.sleep(interval_seconds)
            end.send(Heartbeat(0))


def _answer(end: WorkerEnd, task: Recognise) -> None:
    """Whoever sends recordings here sends short ones: all are openings of one window."""
    end.send(Begun(task.task_id))
    for part in range(len(task.openings)):
        for file in end.receive_files(FILES_OF_OPENING):
            os.close(file)
        end.send(Recognised(task.task_id, part, SEGMENTS, "en", 1.0, SECONDS, SECONDS, 0.0))
    end.send(Finished(task.task_id))


if __name__ == "__main__":
    try:
        main(*map(int, sys.argv[1:4]))
    except (EOFError, OSError):
        sys.exit(0)
