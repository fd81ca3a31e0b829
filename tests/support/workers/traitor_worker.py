"""The real worker, taken over by its recordings: each names a crime, and the text says how that went.

What a crime meets is the real sandbox, in the process that the real boot has made.
"""

from __future__ import annotations

import ctypes
import errno
import mmap
import os
import resource
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from voicepipe.domain.transcripts import Segment
from voicepipe.wire.messages import Begun, Finished, Recognised
from voicepipe.worker.main import main
from voicepipe.worker.task import Task

LIBC = ctypes.CDLL(None, use_errno=True)
FILES = [-1, -1]
"""The media and the sound file that it has been handed."""


def must(result: int) -> None:
    if result < 0:
        raise OSError(ctypes.get_errno(), "")


def syscall(number: int, *arguments: int) -> None:
    must(LIBC.syscall(*(ctypes.c_long(each) for each in (number, *arguments))))


def connect(port: str) -> None:
    socket.create_connection(("127.0.0.1", int(port)), timeout=5).close()


def send_datagram(port: str) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.sendto(b"secret", ("127.0.0.1", int(port)))


def fork(_: str) -> None:
    if (child := os.fork()) == 0:
        os._exit(0)
    os.waitpid(child, 0)


def take_memory(mib: str) -> None:
    bytes(bytearray(int(mib) << 20))


def take_shared_memory(_: str) -> None:
    mmap.mmap(-1, 1 << 20).close()


def start_thread(_: str) -> None:
    thread = threading.Thread(target=os.getpid)
    thread.start()
    thread.join()


def truncate_by_opening(path: str) -> None:
    os.close(os.open(path, os.O_RDONLY | os.O_TRUNC))


CRIMES: dict[str, Callable[[str], object]] = {
    "connect": connect,
    "send_datagram": send_datagram,
    "socket_pair": lambda _: socket.socketpair(),
    "run": lambda program: subprocess.run([program], check=True),
    "spawn": lambda program: os.waitpid(os.posix_spawn(program, [program], {}), 0),
    "exec": lambda program: os.execv(program, [program]),
    "fork": fork,
    "make_file": lambda path: Path(path).write_bytes(b""),
    "make_directory": os.mkdir,
    "append": lambda path: Path(path).open("ab").close(),
    "change": lambda path: Path(path).open("r+b").close(),
    "truncate": lambda path: os.truncate(path, 0),
    "truncate_by_opening": truncate_by_opening,
    "remove": os.remove,
    "rename": lambda path: Path(path).rename(path + "2"),
    "link": lambda path: Path(path).symlink_to("/etc/passwd"),
    "mark": lambda path: Path(path).chmod(0o777),
    "read": lambda path: Path(path).read_bytes(),
    "list": os.listdir,
    "read_parents_memory": lambda _: Path(f"/proc/{os.getppid()}/mem").open("rb").close(),
    "read_parents_environment": lambda _: Path(f"/proc/{os.getppid()}/environ").read_bytes(),
    "signal_parent": lambda _: os.kill(os.getppid(), 0),
    "limit_parent": lambda _: resource.prlimit(os.getppid(), resource.RLIMIT_NOFILE, (3, 3)),
    "outlive_parent": lambda _: must(LIBC.prctl(1, 0)),
    "more_memory": lambda _: must(LIBC.setrlimit(resource.RLIMIT_DATA, (ctypes.c_long * 2)(-1, -1))),
    "take_memory": take_memory,
    "take_shared_memory": take_shared_memory,
    "memory_file": lambda _: os.close(os.memfd_create("x")),
    "ring": lambda _: syscall(425, 1, 0),
    "system_call": lambda number: syscall(int(number), 0, 0, 0, 0, 0),
    "start_thread": start_thread,
    "write_to_media": lambda _: os.write(FILES[0], b"x"),
    "write_sound": lambda position: os.pwrite(FILES[1], b"x", int(position)),
    "read_sound": lambda _: os.pread(FILES[1], 1, 0),
    "empty_sound": lambda _: os.ftruncate(FILES[1], 0),
    "open_media_again": lambda flags: os.open(f"/proc/self/fd/{FILES[0]}", int(flags)),
}


def commit(crime: str, argument: str) -> str:
    """ "done", or the name of the error."""
    try:
        CRIMES[crime](argument)
    except OSError as error:
        return errno.errorcode.get(error.errno or 0, "OSError")
    except MemoryError:
        return "MemoryError"
    return "done"


def obey(self: Task[Any]) -> None:
    """In place of opening the recording: commits what is written in it, and says how that went."""
    number = self._task.task_id
    self._end.send(Begun(number))
    FILES[:] = self._end.receive_files(2)
    text = commit(*os.read(FILES[0], 10_000).decode().split(" ", 1))
    self._end.send(Recognised(number, 0, (Segment(0.0, 1.0, text),), "en", 1.0, 1.0, 1.0, 0.0))
    self._end.send(Finished(number))


if __name__ == "__main__":
    Task.carry_out = obey  # type: ignore[method-assign]  # a traitor does otherwise
    main(sys.argv[1:])
