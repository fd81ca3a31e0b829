"""A worker program that does what its recordings say, at once: what comes of it is the supervisor's doing.

A recording is a file of JSON: `[text, …]`, the text of each of its windows. Between opening and recognising, a window's
text lies in the sound file, as a real one's sound does. Words in it are obeyed:

    die           kill this process
    die-once:PATH the same, unless the file exists, which is then made
    wait:PATH     go on when the file exists
    pause:SECONDS take so long
    crash         raise an error
    reject        the recording is at fault

Each task is noted in the file that the first argument names: a line with its texts.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from pathlib import Path

from voicepipe.domain.transcripts import Failure, FailureReason, Segment
from voicepipe.wire.channel import WorkerEnd
from voicepipe.wire.messages import (
    Begun,
    Boot,
    Capabilities,
    Check,
    Checked,
    Crashed,
    Finished,
    Found,
    FurtherWindow,
    Opened,
    Opening,
    Ready,
    Recognise,
    Recognised,
    Rejected,
    Span,
    Stopped,
    Window,
)

WINDOW_SAMPLES = 20 * 16_000
"""What each window has, but the first."""


def main(log: Path, task_fd: int, result_fd: int, files_fd: int) -> None:
    end = WorkerEnd(task_fd, result_fd, files_fd)
    while True:
        match end.receive():
            case Boot():
                end.send(Ready(Capabilities(window_seconds=30.0, batch_size=2, is_batch_cheap=False), 0.0, ()))
            case Check():
                end.send(Checked())
            case Recognise() as task:
                do(end, task, log)
            case _:
                end.send(Stopped())
                return


def do(end: WorkerEnd, task: Recognise, log: Path) -> None:
    end.send(Begun(task.task_id))
    items: list[Opening | FurtherWindow] = [*task.openings, *task.further]
    texts = [read(end, task.task_id, number, part) for number, part in enumerate(items)]
    with log.open("a") as file:
        file.write(json.dumps(texts) + "\n")
    for number, (part, text) in enumerate(zip(items, texts, strict=True)):
        answer(end, task.task_id, number, part, text)
    end.send(Finished(task.task_id))


def read(end: WorkerEnd, task: int, number: int, part: Opening | FurtherWindow) -> str:
    if isinstance(part, FurtherWindow):
        (sound,) = end.receive_files(1)
        return os.pread(sound, 1000, part.window.offset * 2).split(b"\0")[0].decode()
    media, sound = end.receive_files(2)
    texts = json.loads(os.pread(media, 1 << 20, 0))
    first, *rest = texts if part.recognises else ("", *texts)
    for index, text in enumerate(rest):
        start = index * WINDOW_SAMPLES
        os.pwrite(sound, text.encode() + b"\0", 2 * start)
        os.ftruncate(sound, 2 * (start + WINDOW_SAMPLES))
        # The first second is the first window's.
        span = Span(16_000 + start, 16_000 + start + WINDOW_SAMPLES)
        end.send(Found(task, number, (Window((span,), start),), "en" if part.recognises else None))
    return str(first)


def answer(end: WorkerEnd, task: int, number: int, part: Opening | FurtherWindow, text: str) -> None:
    for word in text.split():
        command, _, path = word.partition(":")
        if command == "crash":
            end.send(Crashed(task, number, "as asked"))
            return
        if command == "reject":
            end.send(Rejected(task, number, Failure(FailureReason.TOO_LONG, 99.0)))
            return
        obey(command, Path(path))
    if isinstance(part, Opening) and not part.recognises:
        end.send(Opened(task, number, 100.0, 0.25))
        return
    audio_seconds = 100.0 if isinstance(part, Opening) else 0.0
    seconds = 1.0 if isinstance(part, Opening) else WINDOW_SAMPLES / 16_000
    segments = (Segment(0.0, 1.0, f" {text}"),) if text else ()
    end.send(Recognised(task, number, segments, "en", 0.5, seconds, audio_seconds, 0.25))


def obey(command: str, path: Path) -> None:
    if command == "die" or (command == "die-once" and not path.exists()):
        if command == "die-once":
            path.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    if command == "pause":
        time.sleep(float(str(path)))
    while command == "wait" and not path.exists():
        time.sleep(0.005)


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1]), *map(int, sys.argv[2:5]))
    except (EOFError, OSError):
        sys.exit(0)
