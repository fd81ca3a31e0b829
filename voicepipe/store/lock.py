"""The lock that makes one process the owner of a state directory.

A file of its own: opening and closing a database's file would drop the locks that the database itself holds on it.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from voicepipe.errors import StoreLocked


class StateLock:
    """An exclusive flock on a file that holds the owner's pid. The kernel releases it when the process ends."""

    def __init__(self, path: Path) -> None:
        """Take the lock at once; StoreLocked, with the holder's pid, when another process has it."""
        self._fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pid = _read_pid(self._fd)
            os.close(self._fd)
            raise StoreLocked(pid=pid) from None
        except BaseException:
            os.close(self._fd)
            raise
        os.ftruncate(self._fd, 0)
        os.pwrite(self._fd, b"%d\n" % os.getpid(), 0)

    def release(self) -> None:
        """Give the lock back. The file stays: removing it would let two processes lock two files of one name."""
        os.ftruncate(self._fd, 0)
        os.close(self._fd)


def _read_pid(fd: int) -> int | None:
    # Empty for an instant after the holder took the lock and before it wrote its pid.
    text = os.pread(fd, 32, 0).strip()
    return int(text) if text.isdigit() else None
