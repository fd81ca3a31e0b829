"""What tests look up about processes, in /proc, and how those that they start end with them."""

from __future__ import annotations

import ctypes
import signal
from pathlib import Path

_LIBC = ctypes.CDLL(None)
_PR_SET_PDEATHSIG = 1


def is_alive(pid: int) -> bool:
    """Whether the process runs; one that has ended and only waits to be reaped does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):  # it may go between the opening of the file and the reading
        return False


def children_of(pid: int) -> list[int]:
    """The processes that the main thread of a process has started, and that it has not reaped yet."""
    listed = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(child) for child in listed.read_text().split()] if listed.exists() else []


def resident_bytes(pid: int) -> int:
    """The memory that it has."""
    [line] = [line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmRSS:")]
    return int(line.split()[1]) << 10


def open_files() -> set[str]:
    """The file descriptors of this process, without the one that looking takes."""
    return {path.name for path in Path("/proc/self/fd").iterdir() if path.is_symlink()}


def die_with_parent() -> None:
    """Have this process killed when the thread that started it ends, as by the kill of a whole test run.

    To be called in a child between its fork and its program, where little else may be done.
    """
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
