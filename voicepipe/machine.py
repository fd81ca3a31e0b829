"""What this machine gives: processors and their time, memory, and room on its disks."""

from __future__ import annotations

import contextlib
import errno
import math
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

CGROUPS, MEMBERSHIP = Path("/sys/fs/cgroup"), Path("/proc/self/cgroup")
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
"""Error numbers of a write that found no room: on the disk, within its owner's quota, or below the largest file."""
_SQLITE_FULL, _SQLITE_IO_ERROR = 13, 10
_FULL_BELOW_BYTES = 2**20
"""With less than this free, an I/O error of SQLite means a full disk."""
_CPU_CLOCK_OF_ALL_THREADS = 2
_ARENA_MAX = -8
"""What glibc's `mallopt` calls the number of heaps that the threads of a process share."""


def free_bytes(directory: Path) -> int:
    """Bytes that this process may still write to the directory's disk."""
    disk = os.statvfs(directory)
    return disk.f_bavail * disk.f_frsize


def is_disk_full(error: Exception, directory: Path | None = None) -> bool:
    """Whether a file could not be written for want of room: waiting may cure that, and nothing is damaged.

    Knows the errors of the system, of SQLite, and of DuckDB, which passes on the system's words. `directory` is where
    the file lies: SQLite reports a full disk also as an I/O error (of its shared memory), which counts only while
    hardly anything is free there.
    """
    if isinstance(error, OSError):
        return error.errno in _NO_ROOM
    code: int | None = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return any(os.strerror(number) in str(error) for number in _NO_ROOM)
    primary = code & 0xFF
    if primary == _SQLITE_IO_ERROR and directory is not None:
        return free_bytes(directory) < _FULL_BELOW_BYTES
    return primary == _SQLITE_FULL


def cpu_seconds(pid: int) -> float:
    """How long all threads of a process were on a processor so far. Raises OSError when that is not to be known.

    A system call and no file: also the event loop may ask.
    """
    return time.clock_gettime(~pid << 3 | _CPU_CLOCK_OF_ALL_THREADS)  # how Linux numbers the clocks of processes


def c_function(name: str) -> Any:
    """A function of the C library, as `ctypes` has it; None where it has none of that name."""
    import ctypes  # commands that ask for none start without it

    try:
        return getattr(ctypes.CDLL(None), name)
    except (AttributeError, OSError, TypeError):
        return None


def share_one_heap() -> bool:
    """Have all threads take from one heap: each has its own else, and what it has freed is not there for the others.

    Whether it is in force; only glibc has more than one. Measured (`scripts/bench --only remote`, 3200 windows of
    640 kB read in threads): they add 7 MB to the supervisor; without, 16 to 50 MB.
    """
    mallopt = c_function("mallopt")
    return mallopt is not None and mallopt(_ARENA_MAX, 1) == 1


def renice(group: int, nice: int) -> bool:
    """Give all threads of a process group that niceness; whether that was allowed, and there is such a group.

    To be nicer is allowed to everybody. To be less nice again takes a right (CAP_SYS_NICE), or a limit (RLIMIT_NICE)
    that reaches so far.
    """
    try:
        os.setpriority(os.PRIO_PGRP, group, nice)
    except OSError:
        return False
    return True


def usable_cpus(cgroups: Path = CGROUPS, membership: Path = MEMBERSHIP) -> int:
    """CPUs this process may use at once: its affinity, or its cgroup's quota where that is less (at least 1).

    A quota is rounded down: one more process than it covers makes the kernel pause them all, the supervisor too.
    """
    quotas = map(_cpu_quota, _groups("cpu", cgroups, membership))
    return max(1, math.floor(min(len(os.sched_getaffinity(0)), *quotas, math.inf)))


def usable_memory_bytes(cgroups: Path = CGROUPS, membership: Path = MEMBERSHIP) -> float:
    """Memory that this process and its children may use: the machine's, or its cgroup's limit where that is less."""
    limits = (_memory_limit(path) for path in _groups("memory", cgroups, membership))
    return min(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"), *limits, math.inf)


def _groups(controller: str, cgroups: Path, membership: Path) -> Iterator[Path]:
    """The cgroups, of either version, that bound this process: from its own up to the root.

    In a container the root is often our own group, while the membership still names it by its place outside.
    """
    try:
        lines = [line.split(":", 2) for line in membership.read_text().splitlines()]
    except OSError:
        return
    for _, controllers, own in (line for line in lines if len(line) == 3):
        if not controllers or controller in controllers.split(","):
            root = cgroups / controllers if (cgroups / controllers).is_dir() else cgroups / controller
            group = root / own.strip("/")
            yield from (path for path in (group, *group.parents) if path.is_relative_to(root))


def _cpu_quota(group: Path) -> float:
    """CPUs that it grants; infinite where it says nothing, or "max"."""
    try:
        quota, period = _quota_v2(group) if (group / "cpu.max").exists() else _quota_v1(group)
        return int(quota) / int(period) if int(quota) > 0 else math.inf
    except (OSError, ValueError, ZeroDivisionError):
        return math.inf


def _quota_v2(group: Path) -> tuple[str, str]:
    quota, period = (group / "cpu.max").read_text().split()
    return quota, period


def _quota_v1(group: Path) -> tuple[str, str]:
    """-1 stands for no quota."""
    return (group / "cpu.cfs_quota_us").read_text(), (group / "cpu.cfs_period_us").read_text()


def _memory_limit(group: Path) -> float:
    """Bytes that it grants, of either version; infinite where it says nothing. Above `high` the kernel takes back."""
    limits = [math.inf]
    for name in ("memory.max", "memory.high", "memory.limit_in_bytes"):
        with contextlib.suppress(OSError, ValueError):
            limits.append(int((group / name).read_text()))
    return min(limits)
