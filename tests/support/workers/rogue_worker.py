"""A worker program that misbehaves in the way its first argument names: what the supervisor must survive."""

from __future__ import annotations

import os
import pickle
import signal
import sys
import threading
import time
from typing import NoReturn

from voicepipe.wire.channel import WorkerEnd
from voicepipe.wire.messages import (
    Begun,
    BootFailed,
    BootFailure,
    Capabilities,
    Check,
    Checked,
    Crashed,
    Finished,
    Found,
    Heartbeat,
    Ready,
    Recognise,
    Span,
    Stopped,
    Window,
)

WINDOW = Window((Span(0, 16_000),), 0)


def main(way: str, task_fd: int, result_fd: int, files_fd: int) -> NoReturn:
    end = WorkerEnd(task_fd, result_fd, files_fd)
    end.receive()
    if way == "never_ready":
        hang()
    if way == "dies_at_boot":
        os._exit(3)
    if way == "refuses":
        end.send(BootFailed(BootFailure.MODEL_UNUSABLE, "it is a rogue"))
        hang()
    end.send(Ready(Capabilities(window_seconds=30.0, batch_size=2, is_batch_cheap=False), 0.0, ()))
    if way.endswith("after_a_while"):
        threading.Thread(target=beat, args=(end,), daemon=True).start()
    while True:
        message = end.receive()
        if isinstance(message, Recognise):
            if way == "dies_before_it_begins":
                os._exit(0)
            end.send(Begun(message.task_id))
            misbehave(way, end, message.task_id, result_fd)
            for part in range(len(message.openings) + len(message.further)):
                end.send(Crashed(message.task_id, part, "as asked"))
            end.send(Finished(message.task_id))
        elif isinstance(message, Check):
            check(way, end)
        elif way == "deaf_to_stop":
            hang()
        else:
            end.send(Stopped())
            os._exit(0)


def beat(end: WorkerEnd) -> None:
    while True:
        end.send(Heartbeat(1))
        time.sleep(0.05)


def check(way: str, end: WorkerEnd) -> None:
    if way == "stuck_after_a_while":
        hang()
    if way == "breaks_after_a_while":
        raise RuntimeError
    end.send(Checked())


def misbehave(way: str, end: WorkerEnd, task: int, result_fd: int) -> None:
    match way:
        case "half_message_and_hangs":
            os.write(result_fd, (1000).to_bytes(4, "big") + b'["Recog')
            hang()
        case "half_message_and_dies":
            os.write(result_fd, (1000).to_bytes(4, "big") + b'["Recog')
            os.kill(os.getpid(), signal.SIGKILL)
        case "half_header_and_hangs":
            os.write(result_fd, b"\0\0")
            hang()
        case "huge_message":
            os.write(result_fd, (2**31 - 1).to_bytes(4, "big"))
            hang()
        case "noise":
            os.write(result_fd, bytes(range(255, -1, -1)) * 8)
            hang()
        case "pickle":
            send_bytes(result_fd, pickle.dumps(Crashed(task, 0, "a pickle")))
            hang()
        case "wrong_types":
            send_bytes(result_fd, b'["Crashed", "1", 0, 2]')
            hang()
        case "half_a_letter":
            send_bytes(result_fd, f'["Crashed", {task}, 0, "\\ud800"]'.encode())
            hang()
        case "answers_another_task":
            end.send(Crashed(task + 1, 0, "not asked"))
            hang()
        case "answers_another_item":
            end.send(Crashed(task, 1, "not asked"))
            hang()
        case "answers_an_item_below_all":
            end.send(Crashed(task, -1, "not asked"))
            hang()
        case "answers_nothing":
            end.send(Finished(task))
            hang()
        case "finds_a_window_too_long":
            end.send(Found(task, 0, (Window((Span(0, 31 * 16_000),), 0),), "en"))
            hang()
        case "finds_a_window_of_nothing":
            end.send(Found(task, 0, (Window((), 0),), "en"))
            hang()
        case "finds_a_window_before_the_beginning":
            end.send(Found(task, 0, (Window((Span(-1, 5),), 0),), "en"))
            hang()
        case "finds_windows_without_end":
            while True:
                end.send(Found(task, 0, (WINDOW,) * 100, "en"))
        case "answers_twice":
            end.send(Crashed(task, 0, "once"))
            end.send(Crashed(task, 0, "twice"))
            hang()
        case "finds_after_its_answer":
            end.send(Crashed(task, 0, "once"))
            end.send(Found(task, 0, (WINDOW,), "en"))
            hang()
        case "finishes_twice":
            end.send(Crashed(task, 0, "once"))
            end.send(Finished(task))
        case "closes_its_pipe":
            os.close(result_fd)
            hang()
        case "dies":
            os.kill(os.getpid(), signal.SIGKILL)
        case "exits":
            os._exit(0)
        case "hangs":
            hang()
        case "floods":
            while True:
                end.send(Heartbeat(1))


def send_bytes(fd: int, data: bytes) -> None:
    os.write(fd, len(data).to_bytes(4, "big") + data)


def hang() -> NoReturn:
    while True:
        time.sleep(60)


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:5]))
