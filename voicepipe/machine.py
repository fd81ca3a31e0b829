"""What this machine gives: processors and their time, and room on its disks."""

from __future__ import annotations

import errno
import math
import os
import time
from pathlib import Path

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
"""Error numbers of a write that found no room: on the disk, within its owner's quota, or below the largest file."""
_SQLITE_FULL, _SQLITE_IO_ERROR = 13, 10
_FULL_BELOW_BYTES = 2**20
"""With less than this free, an I/O error of SQLite means a full disk."""
_CPU_CLOCK_OF_ALL_THREADS = 2


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


def usable_cpus(cgroups: Path = Path("/sys/fs/cgroup"), membership: Path = Path("/proc/self/cgroup")) -> int:
    """CPUs this process may use at once: its affinity, or its cgroup's quota where that is less (at least 1).

    A quota is rounded down: one more process than it covers makes the kernel pause them all, the supervisor too.
    """
    return max(1, math.floor(min(len(os.sched_getaffinity(0)), _cpu_quota(cgroups, membership))))


def _cpu_quota(cgroups: Path, membership: Path) -> float:
    """CPUs that the cgroups grant, of either version: the least from our group up to the root; infinite if none says.

    In a container the root is often our own group, while the membership still names it by its place outside.
    """
    try:
        lines = [line.split(":", 2) for line in membership.read_text().splitlines()]
    except OSError:
        return math.inf
    quotas = [math.inf]
    for _, controllers, own in (line for line in lines if len(line) == 3):
        if not controllers or "cpu" in controllers.split(","):
            root = cgroups / controllers if (cgroups / controllers).is_dir() else cgroups / "cpu"
            group = root / own.strip("/")
            quotas += [_quota_of(path) for path in (group, *group.parents) if path.is_relative_to(root)]
    return min(quotas)


def _quota_of(group: Path) -> float:
    try:
        quota, period = _quota_v2(group) if (group / "cpu.max").exists() else _quota_v1(group)
        return int(quota) / int(period) if int(quota) > 0 else math.inf
    except (OSError, ValueError, ZeroDivisionError):  # no such file, or "max"
        return math.inf


def _quota_v2(group: Path) -> tuple[str, str]:
    quota, period = (group / "cpu.max").read_text().split()
    return quota, period


def _quota_v1(group: Path) -> tuple[str, str]:
    """-1 stands for no quota."""
    return (group / "cpu.cfs_quota_us").read_text(), (group / "cpu.cfs_period_us").read_text()
