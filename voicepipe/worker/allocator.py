"""The memory of a process, tuned for an engine that takes and returns the same large blocks again and again.

The encoder's attention takes blocks larger than glibc ever keeps: each would be asked of the kernel, filled with zeros
page by page, and returned at once. Told to keep what it has, the C library hands the same memory out again. What it
then has in use for good is joined to large pages, of which the processor needs to look up far fewer.

Where the C library or the kernel has nothing of the kind, nothing changes.
"""

from __future__ import annotations

import contextlib
import ctypes
import mmap
import os
import re

from voicepipe.machine import ARENA_MAX, c_function, tune_heap

TRIM_THRESHOLD, TOP_PAD, MMAP_MAX = -1, -2, -4
"""Numbers of glibc's `mallopt`."""
SETTINGS = {ARENA_MAX: 1, MMAP_MAX: 0, TRIM_THRESHOLD: 2**31 - 1, TOP_PAD: 64 << 20}

COLLAPSE = 25
"""Number of the advice to `madvise`, which Linux knows from 6.1 on."""
PAGE_BYTES, LARGE_PAGE_BYTES = 4096, 2 << 20
ENTRY_BYTES = 8
"""What `pagemap` has for a page; the highest bit says whether the page is there."""
JOINED_AFTER = (1, 8, 64)
"""Tasks: the first takes what all take, later ones what some do."""
MOST_GROWTH, LEAST_TASKS_BETWEEN = 1.15, 16
"""Times what it took after its first task. Now and then the large blocks of a window no longer fit between what
small ones have left, and it would stay as much larger for good. Measured (base, 300 s of Russian speech by three
workers): 391 MB for the largest without, 310 MB with it. What is given back comes again in 40 ms to 70 ms, so
that is done once in so many tasks at most."""


def keep_memory() -> bool:
    """To be called before the engine is imported, which takes the first large block; whether it is in force."""
    return tune_heap(SETTINGS)


def give_back_unused() -> bool:
    """To be called once a model is loaded: what was converted on the way is kept else, with `base` in 16 bits 190 MB.

    Whether anything went back to the system.
    """
    trim = c_function("malloc_trim")
    return trim is not None and bool(trim(ctypes.c_size_t(0)))


class Heap:
    """The memory that the C library keeps. Its files are opened at once: a sandboxed worker could not do it later."""

    def __init__(self) -> None:
        self._tasks = 0
        self._since = LEAST_TASKS_BETWEEN
        """Tasks since something was given back: the first time is at once."""
        self._usual_pages = 0
        self._maps = self._pages = self._sizes = -1
        with contextlib.suppress(OSError):
            self._maps = os.open("/proc/self/maps", os.O_RDONLY | os.O_CLOEXEC)
            self._pages = os.open("/proc/self/pagemap", os.O_RDONLY | os.O_CLOEXEC)
            self._sizes = os.open("/proc/self/statm", os.O_RDONLY | os.O_CLOEXEC)

    def task_done(self) -> None:
        """Joins pages now and then, which takes some tenths of a second the first time; gives back what is too much."""
        self._tasks += 1
        if self._tasks in JOINED_AFTER:
            self.join_pages()
        self._since += 1
        taken = self._resident_pages()
        self._usual_pages = self._usual_pages or taken
        if taken > MOST_GROWTH * self._usual_pages and self._since > LEAST_TASKS_BETWEEN:
            give_back_unused()
            self._tasks = self._since = 0

    def _resident_pages(self) -> int:
        """Of the process; 0 where the kernel does not tell."""
        return int(os.pread(self._sizes, 100, 0).split()[1]) if self._sizes >= 0 else 0

    def join_pages(self) -> int:
        """Joins what is all in use, so that it takes no more memory than before; returns how many large pages it is."""
        joined = 0
        if self._pages < 0 or mmap.PAGESIZE != PAGE_BYTES:
            return joined
        madvise = ctypes.CDLL(None).madvise
        for start in self._large_pages():
            if self._is_in_use(start):
                if madvise(ctypes.c_void_p(start), ctypes.c_size_t(LARGE_PAGE_BYTES), ctypes.c_int(COLLAPSE)) != 0:
                    break  # not this kernel, or not enough memory in one piece
                joined += 1
        return joined

    def _large_pages(self) -> list[int]:
        """Where they could begin."""
        os.lseek(self._maps, 0, os.SEEK_SET)
        with open(self._maps, encoding="utf-8", errors="replace", closefd=False) as maps:
            areas = re.findall(r"^(\w+)-(\w+) .*\[heap\]$", maps.read(), re.MULTILINE)
        return [
            start
            for first, end in areas
            for start in range(
                -(-int(first, 16) // LARGE_PAGE_BYTES) * LARGE_PAGE_BYTES,
                int(end, 16) - LARGE_PAGE_BYTES + 1,
                LARGE_PAGE_BYTES,
            )
        ]

    def _is_in_use(self, start: int) -> bool:
        count = LARGE_PAGE_BYTES // PAGE_BYTES
        entries = os.pread(self._pages, count * ENTRY_BYTES, start // PAGE_BYTES * ENTRY_BYTES)
        return len(entries) == count * ENTRY_BYTES and min(entries[ENTRY_BYTES - 1 :: ENTRY_BYTES]) >= 0x80
