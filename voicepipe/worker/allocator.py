"""The memory of a worker between two tasks; `workers.local` tells the C library what to keep of it, and how.

Where the C library or the kernel has nothing of the kind, nothing changes.
"""

from __future__ import annotations

import ctypes
import os

from voicepipe.machine import c_function

IDLE_SECONDS = 3.0
"""Nothing to do for so long: what only tasks take is given back. Measured (base, `scripts/bench --only real`): a worker
that takes 330 MB after notes keeps 162 MB, and the next note of 5 s takes 4 % more CPU time."""
MOST_GROWTH = 1.15
"""Times what it took after its first task. Now and then the large blocks of a window no longer fit between what
small ones have left, and it would stay as much larger for good. To give back after every task would save no more than
100 of 1500 MB that four workers and the supervisor take with a lecture and notes, and take 3 % to 5 % more time."""


def give_back_unused() -> bool:
    """Also what lies between blocks that are in use. Whether anything went back to the system.

    Loading a model in 16 bits leaves most: with `base` 190 MB.
    """
    trim = c_function("malloc_trim")
    return trim is not None and bool(trim(ctypes.c_size_t(0)))


class Heap:
    """What the process takes. Its file is opened at once: a sandboxed worker could not do it later."""

    def __init__(self) -> None:
        self._usual_bytes = 0
        try:
            self._sizes = os.open("/proc/self/statm", os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            self._sizes = -1

    @property
    def resident_bytes(self) -> int:
        """Of the process; 0 where the kernel does not tell."""
        return int(os.pread(self._sizes, 200, 0).split()[1]) * os.sysconf("SC_PAGE_SIZE") if self._sizes >= 0 else 0

    def task_done(self) -> None:
        """Gives back what is too much to keep for the next one."""
        taken = self.resident_bytes
        self._usual_bytes = self._usual_bytes or taken
        if taken > MOST_GROWTH * self._usual_bytes:
            give_back_unused()
