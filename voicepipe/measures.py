"""How long, and how much, as a person reads it."""

from __future__ import annotations


def show_duration(seconds: float) -> str:
    """Seconds as a person reads them: `7 s`, `3 min 20 s`, `2 h 05 min`, `3 d 4 h`."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    if whole < 48 * 3600:
        return f"{whole // 3600} h {whole % 3600 // 60:02d} min"
    return f"{whole // 86_400} d {whole % 86_400 // 3600} h"


def show_size(size_bytes: float) -> str:
    mib = size_bytes / 2**20
    if mib < 1:
        return f"{size_bytes / 1024:.0f} KiB"
    return f"{mib:.0f} MiB" if mib < 10 * 1024 else f"{mib / 1024:.0f} GiB"
