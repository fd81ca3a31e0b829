"""How commands say a user, a duration, an instant, a size."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from voicepipe.measures import show_duration, show_size

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from voicepipe.config import Config
    from voicepipe.control.messages import UserReport

__all__ = [
    "NOT_SEEN",
    "operators_zone",
    "show_duration",
    "show_instant",
    "show_moment",
    "show_person",
    "show_seconds",
    "show_size",
    "show_user",
]

NOT_SEEN = "has not written to the bot yet"
"""Said of a user whom only an operator has named: the id may be a slip."""


def show_user(user: UserReport) -> str:
    """The id, and the username where one is known."""
    return f"{user.user_id}" + (f" (@{user.username})" if user.username else "")


def show_seconds(seconds: int) -> str:
    """A number of seconds exactly, and if it is large also as a person reads it: `86399 s (23 h 59 min)`."""
    return f"{seconds} s" + (f" ({show_duration(seconds)})" if seconds >= 3600 else "")


def operators_zone(config: Config) -> tzinfo:
    """The time zone that times are shown in: that of the terminal where it names one (`TZ`), else the quota's."""
    try:
        return ZoneInfo(os.environ["TZ"].removeprefix(":"))
    except (KeyError, ValueError, OSError):
        return config.quota.zone


def show_moment(instant: datetime, zone: tzinfo) -> str:
    """Date and time to the second, short, for tables."""
    return instant.astimezone(zone).strftime("%m-%d %H:%M:%S")


def show_person(user_id: int, username: str | None) -> str:
    """The username where one is known, else the id."""
    return f"@{username}" if username else str(user_id)


def show_instant(instant: datetime, zone: tzinfo) -> str:
    """Date and time to the minute, with the zone's name or offset."""
    return instant.astimezone(zone).strftime("%Y-%m-%d %H:%M %Z")
