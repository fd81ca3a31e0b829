"""What this machine gives: processors, and room on its disks."""

from __future__ import annotations

import errno
import math
import os
from pathlib import Path

DISK_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
"""Error numbers of a write that found no room: on the disk, within its owner's quota, or below the largest file."""


def is_disk_full(error: OSError) -> bool:
    """Whether a file could not be written for want of room."""
    return error.errno in DISK_FULL


def usable_cpus(cgroups: Path = Path("/sys/fs/cgroup"), membership: Path = Path("/proc/self/cgroup")) -> int:
    """CPUs this process may use at once: its affinity, or its cgroup's quota where that is less (at least 1).

    A quota is rounded down: one more process than it covers makes the kernel pause them all, the supervisor too.
    """
    return max(1, math.floor(min(len(os.sched_getaffinity(0)), _cpu_quota(cgroups, membership))))


def _cpu_quota(cgroups: Path, membership: Path) -> float:
    """CPUs that cgroup v2 grants: the least of `cpu.max` from our group up to the root; infinite if none says."""
    try:
        own = next(line[3:] for line in membership.read_text().splitlines() if line.startswith("0::"))
    except (OSError, StopIteration):
        return math.inf
    group = cgroups / own.strip("/")
    return min(_quota_of(path) for path in (group, *group.parents) if path.is_relative_to(cgroups))


def _quota_of(group: Path) -> float:
    try:
        quota, period = (group / "cpu.max").read_text().split()
        return int(quota) / int(period)
    except (OSError, ValueError):  # no such file, or "max"
        return math.inf
