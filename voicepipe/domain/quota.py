"""Seconds that a user may have recognised: what is set aside for a job, and what is left. Plain immutable data.

All seconds are whole seconds of audio; instants are UTC-aware.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Reservation:
    """Seconds set aside for a job, by pot: first from what the day allows, then from granted seconds."""

    quota_day: date
    daily_seconds: int
    extra_seconds: int

    @property
    def seconds(self) -> int:
        return self.daily_seconds + self.extra_seconds

    def settled_to(self, seconds: int) -> Reservation:
        """What of this reservation stays charged when `seconds` were used: the day's pot is used up first."""
        daily = min(self.daily_seconds, seconds)
        return Reservation(self.quota_day, daily, min(self.extra_seconds, seconds - daily))


class Renewal(StrEnum):
    """What comes after the time that a subscription is paid for."""

    ITSELF = "itself"
    """It is renewed by itself."""
    CANCELED = "canceled"
    """It ends: who pays for it, or the bot, wants no more of it."""
    FAILED = "failed"
    """It ends: Telegram could not take the Stars."""


@dataclass(frozen=True, slots=True)
class Balance:
    """What a user may still have recognised, at one instant."""

    daily_quota_seconds: int
    daily_left_seconds: int
    """Never negative."""
    extra_left_seconds: int
    """Granted or bought seconds, used after the day's and kept until used."""
    resets_at: datetime
    quota_day: date
    is_unlimited: bool
    is_banned: bool
    plan: str | None = None
    """The quota plan that the user has, if it is configured."""
    longest_seconds: int | None = None
    """How long one recording may be by that plan; None: as long as anybody's."""
    plan_until: datetime | None = None
    """How long the plan is paid for; None for one that was given."""
    renewal: Renewal = Renewal.ITSELF
    """What comes after that."""

    @property
    def left_seconds(self) -> int:
        return self.daily_left_seconds + self.extra_left_seconds


def hours_and_minutes_until(instant: datetime) -> tuple[int, int]:
    """How long it is from now to an instant, rounded up to the minute; (0, 0) when it has passed."""
    seconds = max(0.0, (instant - datetime.now(UTC)).total_seconds())
    return divmod(math.ceil(seconds / 60), 60)


def quota_facts(balance: Balance) -> dict[str, int]:
    """What a text about a user's quota may mention, by the names that texts have for it."""
    hours, minutes = hours_and_minutes_until(balance.resets_at)
    return {
        "left": balance.left_seconds,
        "daily": balance.daily_quota_seconds,
        "extra": balance.extra_left_seconds,
        "hours": hours,
        "minutes": minutes,
    }
