"""A worker program that answers every recording at once: what remains is the supervisor's own work.

Run by a pool as `python -m tests.bench.instant_worker`. It says as much as a real worker does about a short message.
"""

from __future__ import annotations

import sys

from voicepipe.jobs import Segment, Transcript
from voicepipe.workers.channel import WorkerEnd
from voicepipe.workers.messages import Begun, Boot, Check, Checked, Progress, Ready, Recognise, Recognised, Stopped

SECONDS = 5.0
TEXT = "what somebody says in five seconds: about twenty tokens, of which this sentence is a fair example"
TRANSCRIPT = Transcript(TEXT, "en", 1.0, SECONDS, (Segment(0.0, SECONDS, TEXT),))


def main(task_fd: int, result_fd: int) -> None:
    """Until it is told to stop, or the supervisor is gone."""
    end = WorkerEnd(task_fd, result_fd)
    while True:
        match end.receive():
            case Boot():
                end.send(Ready("instant", 0.0, ()))
            case Check():
                end.send(Checked())
            case Recognise(task_id=task):
                end.send(Begun(task))
                end.send(Progress(task, 0.0, SECONDS))
                end.send(Progress(task, SECONDS, SECONDS))
                end.send(Recognised(task, TRANSCRIPT, 0.0))
            case _:
                end.send(Stopped())
                return


if __name__ == "__main__":
    try:
        main(int(sys.argv[1]), int(sys.argv[2]))
    except (EOFError, OSError):
        sys.exit(0)
