"""What the figures were measured on, and how much of it processes take."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

LIBRARIES = ("voicepipe", "faster-whisper", "ctranslate2", "pywhispercpp")
BYTES_PER_KIB = 1024
BYTES_PER_MB = 1e6


def describe_machine() -> dict[str, object]:
    """What a reader must know to judge the figures; `load` is how many processes wanted a CPU before we did."""
    return {
        "cpu": _cpu_name(),
        "cores": cores(),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9, 1),
        "system": f"{platform.system()} {platform.release().split('-')[0]} {platform.machine()}",
        "python": platform.python_version(),
        "libraries": {name: version for name in LIBRARIES if (version := _version(name))},
        "load": [round(value, 1) for value in os.getloadavg()],
    }


def cores() -> int:
    """The CPUs this process may use."""
    return len(os.sched_getaffinity(0))


def _cpu_name() -> str:
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""


@dataclass(frozen=True, slots=True)
class Memory:
    """Of one process, in MB (a million bytes)."""

    proportional: float
    """PSS: what is shared counts by its share."""
    unique: float
    """USS: what would be free if it ended."""


def memory_of(pid: int) -> Memory:
    """Raises OSError when the process is gone or is not ours to look into."""
    sizes: dict[str, float] = {}
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="utf-8").splitlines()[1:]:
        name, amount, *_ = line.split()
        sizes[name.rstrip(":")] = int(amount) * BYTES_PER_KIB / BYTES_PER_MB
    return Memory(sizes["Pss"], sizes["Private_Clean"] + sizes["Private_Dirty"])
