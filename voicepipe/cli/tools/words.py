"""How commands say a user, a duration, an instant, a size."""

from __future__ import annotations

from typing import TYPE_CHECKING

from voicepipe.measures import show_duration, show_size

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from voicepipe.control.messages import UserReport

__all__ = ["NOT_SEEN", "show_duration", "show_instant", "show_seconds", "show_size", "show_user"]

NOT_SEEN = "has not written to the bot yet"
"""Said of a user whom only an operator has named: the id may be a slip."""


def show_user(user: UserReport) -> str:
    """The id, and the username where one is known."""
    return f"{user.user_id}" + (f" (@{user.username})" if user.username else "")


def show_seconds(seconds: int) -> str:
    """A number of seconds exactly, and if it is large also as a person reads it: `86399 s (23 h 59 min)`."""
    return f"{seconds} s" + (f" ({show_duration(seconds)})" if seconds >= 3600 else "")


def show_instant(instant: datetime, zone: tzinfo) -> str:
    """Date and time to the minute, with the zone's name or offset."""
    return instant.astimezone(zone).strftime("%Y-%m-%d %H:%M %Z")
