"""Admission: whether a recording is accepted, and what it costs. Pure: no clock, no I/O, no state.

Telegram's durations are whole seconds, rounded somehow, and the metadata may lie; what is decoded decides. So a
recording reserves one second more than it declares (as far as the balance allows), and is charged for what was decoded.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from voicepipe.config import LimitsConfig
from voicepipe.domain.quota import Balance, Reservation

ROUNDING_SECONDS = 1
"""How much longer a recording may be than the whole seconds it declares."""
LEAST_OFFER_SECONDS = 5
"""Less of a recording's beginning is not worth a button."""
_MIB = 1024 * 1024


class RefusalReason(StrEnum):
    """Why a recording is not accepted, in the order in which the reasons are looked for."""

    TOO_OFTEN = "too_often"
    BANNED = "banned"
    PAUSED = "paused"
    """Nothing is accepted, because an operator has said so."""
    TOO_OLD = "too_old"
    TOO_LARGE = "too_large"
    TOO_LONG = "too_long"
    USER_QUEUE_FULL = "user_queue_full"
    QUEUE_FULL = "queue_full"
    DISK_FULL = "disk_full"
    OVER_QUOTA = "over_quota"


@dataclass(frozen=True, slots=True)
class Claim:
    """What a recording asks for."""

    declared_seconds: int | None
    """Duration its metadata claims; None where it claims nothing."""
    file_bytes: int
    age_seconds: float
    """Time since it was sent."""


@dataclass(frozen=True, slots=True)
class Load:
    """What the service has at hand at the moment, and what room there is for more."""

    admitted_jobs: int
    users_jobs: int
    """Those of them that are this user's."""
    free_disk_bytes: int
    is_paused: bool = False
    """Whether an operator lets nothing be accepted."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """The recording is accepted, and this is set aside for it."""

    reservation: Reservation


@dataclass(frozen=True, slots=True)
class Refused:
    """The recording is not accepted, with the facts that the user is told."""

    reason: RefusalReason
    seconds: int | None = None
    """Length of the recording, where it is known and matters."""
    limit: int | None = None
    """The limit that was passed: seconds (TOO_LONG: per recording, OVER_QUOTA: per day, TOO_OLD: age), MiB (TOO_LARGE)
    or jobs (USER_QUEUE_FULL: one user's, QUEUE_FULL: all users')."""
    left: int | None = None
    """Seconds that the user has left (OVER_QUOTA)."""
    resets_at: datetime | None = None
    """When the day's quota is whole again (OVER_QUOTA)."""


def longest_seconds(balance: Balance, limits: LimitsConfig) -> int:
    """How long one recording of the user's may be."""
    return limits.max_recording_seconds if balance.longest_seconds is None else balance.longest_seconds


def decide(
    claim: Claim, balance: Balance, load: Load, *, limits: LimitsConfig, max_age_seconds: float
) -> Accepted | Refused:
    """Accept the recording with a reservation, or refuse it for the first reason that applies."""
    refusal = _refusal(claim, balance, load, limits=limits, max_age_seconds=max_age_seconds)
    return refusal or _reserve(claim.declared_seconds, balance, limits)


def offered_seconds(declared_seconds: int | None, balance: Balance, limits: LimitsConfig) -> int | None:
    """How much of the beginning of a recording that is too long could be recognised instead; None for too little.

    Also None where nobody knows whether it is too long.
    """
    most = longest_seconds(balance, limits)
    if not balance.is_unlimited:
        most = min(most, balance.left_seconds)
    return most if LEAST_OFFER_SECONDS <= most < (declared_seconds or 0) else None


def decide_known(
    age_seconds: float, balance: Balance, load: Load, *, limits: LimitsConfig, max_age_seconds: float
) -> Accepted | Refused:
    """The same for a recording whose text is there already: it takes nothing, neither seconds nor room."""
    claim = Claim(declared_seconds=None, file_bytes=0, age_seconds=age_seconds)
    refusal = _refusal(claim, balance, load, limits=limits, max_age_seconds=max_age_seconds)
    return refusal or Accepted(Reservation(balance.quota_day, 0, 0))


def charge(decoded_seconds: float, reservation: Reservation) -> int:
    """Seconds to charge for a recognised recording: rounded half up, at least 1, never above the reservation.

    For an unlimited user, whose reservation is empty, that is 0.
    """
    return min(max(1, math.floor(decoded_seconds + 0.5)), reservation.seconds)


def reserve_more(
    decoded_seconds: float, job_reservation: Reservation, balance: Balance, limits: LimitsConfig
) -> Accepted | Refused:
    """A reservation to replace `job_reservation` for a recording that proved to be longer.

    `decoded_seconds` is how much was decoded before the task was stopped; there may be more, so as much as a recording
    may need is reserved. `balance` is the user's now: it already lacks `job_reservation`, which counts as available. Of
    an older quota day only its extra seconds do: that day's pot is no use today. What is accepted is always more than
    before, so asking again and again comes to an end.
    """
    most = longest_seconds(balance, limits)
    longest = most + ROUNDING_SECONDS
    needed = max(math.ceil(decoded_seconds), job_reservation.seconds + 1)
    # The task of a job that reserves nothing was held to the longest already.
    is_too_long = job_reservation.seconds == 0 if balance.is_unlimited else needed > longest
    if is_too_long or decoded_seconds > longest:
        return Refused(RefusalReason.TOO_LONG, seconds=math.ceil(decoded_seconds), limit=most)
    if balance.is_unlimited:
        return Accepted(Reservation(balance.quota_day, 0, 0))
    is_of_today = job_reservation.quota_day == balance.quota_day
    daily = balance.daily_left_seconds + (job_reservation.daily_seconds if is_of_today else 0)
    left = daily + balance.extra_left_seconds + job_reservation.extra_seconds
    if needed > left:
        return _over_quota(needed, balance, left)
    return Accepted(_split(min(longest, left), daily, balance.quota_day))


def task_limit_seconds(reservation: Reservation, balance: Balance, limits: LimitsConfig) -> float:
    """How much audio may be decoded for a job before it is stopped as longer than what was reserved."""
    most = float(longest_seconds(balance, limits) + ROUNDING_SECONDS)
    if balance.is_unlimited:
        return most
    return min(float(reservation.seconds + ROUNDING_SECONDS), most)


def _refusal(
    claim: Claim, balance: Balance, load: Load, *, limits: LimitsConfig, max_age_seconds: float
) -> Refused | None:
    """The first reason other than the quota, if any."""
    if balance.is_banned:
        return Refused(RefusalReason.BANNED)
    if load.is_paused:
        return Refused(RefusalReason.PAUSED)
    if claim.age_seconds > max_age_seconds:
        return Refused(RefusalReason.TOO_OLD, limit=int(max_age_seconds))
    if claim.file_bytes > limits.max_file_mib * _MIB:
        return Refused(RefusalReason.TOO_LARGE, limit=limits.max_file_mib)
    most = longest_seconds(balance, limits)
    if claim.declared_seconds is not None and claim.declared_seconds > most:
        return Refused(RefusalReason.TOO_LONG, seconds=claim.declared_seconds, limit=most)
    if load.users_jobs >= limits.max_jobs_per_user:
        return Refused(RefusalReason.USER_QUEUE_FULL, limit=limits.max_jobs_per_user)
    if load.admitted_jobs >= limits.max_jobs:
        return Refused(RefusalReason.QUEUE_FULL, limit=limits.max_jobs)
    if load.free_disk_bytes - claim.file_bytes < limits.min_free_disk_mib * _MIB:
        return Refused(RefusalReason.DISK_FULL)
    return None


def _reserve(declared_seconds: int | None, balance: Balance, limits: LimitsConfig) -> Accepted | Refused:
    if balance.is_unlimited:
        return Accepted(Reservation(balance.quota_day, 0, 0))
    left = balance.left_seconds
    if declared_seconds is None:
        needed, wanted = 1, longest_seconds(balance, limits)
    else:
        needed = max(1, declared_seconds)
        wanted = needed + ROUNDING_SECONDS
    if needed > left:
        return _over_quota(declared_seconds, balance, left)
    return Accepted(_split(min(wanted, left), balance.daily_left_seconds, balance.quota_day))


def _split(seconds: int, daily_left: int, quota_day: date) -> Reservation:
    """A reservation that uses up the day's pot first."""
    daily = min(seconds, daily_left)
    return Reservation(quota_day, daily, seconds - daily)


def _over_quota(seconds: int | None, balance: Balance, left: int) -> Refused:
    return Refused(
        RefusalReason.OVER_QUOTA,
        seconds=seconds,
        limit=balance.daily_quota_seconds,
        left=left,
        resets_at=balance.resets_at,
    )
