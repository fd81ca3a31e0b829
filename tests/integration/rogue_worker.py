"""A worker program that misbehaves in the way its first argument names: what the supervisor must survive."""

from __future__ import annotations

import os
import pickle
import signal
import sys
import threading
import time
from typing import NoReturn

from voicepipe.workers.channel import WorkerEnd
from voicepipe.workers.messages import (
    Begun,
    BootFailed,
    BootFailure,
    Check,
    Checked,
    Crashed,
    Heartbeat,
    Ready,
    Recognise,
    Stopped,
)


def main(way: str, task_fd: int, result_fd: int) -> NoReturn:
    end = WorkerEnd(task_fd, result_fd)
    end.receive()
    if way == "never_ready":
        hang()
    if way == "dies_at_boot":
        os._exit(3)
    if way == "refuses":
        end.send(BootFailed(BootFailure.MODEL_UNUSABLE, "it is a rogue"))
        hang()
    end.send(Ready("rogue", 0.0, ()))
    if way.endswith("after_a_while"):
        threading.Thread(target=beat, args=(end,), daemon=True).start()
    while True:
        message = end.receive()
        if isinstance(message, Recognise):
            if way == "dies_before_it_begins":
                os._exit(0)
            end.send(Begun(message.task_id))
            misbehave(way, end, message.task_id, result_fd)
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
            send_bytes(result_fd, pickle.dumps(Crashed(task, "a pickle")))
            hang()
        case "wrong_types":
            send_bytes(result_fd, b'["Crashed", "1", 2]')
            hang()
        case "half_a_letter":
            send_bytes(result_fd, f'["Crashed", {task}, "\\ud800"]'.encode())
            hang()
        case "answers_another_task":
            end.send(Crashed(task + 1, "not asked"))
            hang()
        case "answers_twice":
            end.send(Crashed(task, "once"))
            end.send(Crashed(task, "twice"))
            hang()
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
        case _:
            end.send(Crashed(task, "as asked"))


def send_bytes(fd: int, data: bytes) -> None:
    os.write(fd, len(data).to_bytes(4, "big") + data)


def hang() -> NoReturn:
    while True:
        time.sleep(60)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
