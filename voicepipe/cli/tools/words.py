"""How commands say a user, a duration, an instant, a size."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from voicepipe.control.messages import UserReport

NOT_SEEN = "has not written to the bot yet"
"""Said of a user whom only an operator has named: the id may be a slip."""


def show_user(user: UserReport) -> str:
    """The id, and the username where one is known."""
    return f"{user.user_id}" + (f" (@{user.username})" if user.username else "")


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


def show_seconds(seconds: int) -> str:
    """A number of seconds exactly, and if it is large also as a person reads it: `86399 s (23 h 59 min)`."""
    return f"{seconds} s" + (f" ({show_duration(seconds)})" if seconds >= 3600 else "")


def show_instant(instant: datetime, zone: tzinfo) -> str:
    """Date and time to the minute, with the zone's name or offset."""
    return instant.astimezone(zone).strftime("%Y-%m-%d %H:%M %Z")


def show_size(size_bytes: float) -> str:
    mib = size_bytes / 2**20
    if mib < 1:
        return f"{size_bytes / 1024:.0f} KiB"
    return f"{mib:.0f} MiB" if mib < 10 * 1024 else f"{mib / 1024:.0f} GiB"
