"""Entries: the numbered, immutable facts from which the records and the balances are made.

An entry holds numbers and enumerated words only, never a text that a person said, and of those that they wrote only
what they have set as a preference; what that was before is blanked. What a person is called stands in the journal's
`people`; an entry of kind PERSON only says that it changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum

from voicepipe.domain.jobs import JobKey, RecordingKind
from voicepipe.domain.quota import Reservation


class EntryKind(StrEnum):
    """What an entry says; the sign of its seconds is the change of what the user may still use."""

    RESERVE = "reserve"
    """Seconds are set aside for a job (negative)."""
    SETTLE = "settle"
    """A job was charged; what it had reserved above that comes back (zero or positive)."""
    REFUND = "refund"
    """A job's whole reservation comes back, or what it was charged for an answer that nobody got (zero or positive)."""
    GRANT = "grant"
    """The operator gave seconds to the extra pot."""
    PURCHASE = "purchase"
    """The user bought seconds for the extra pot: `name` is the charge, `value` its price in Stars."""
    TAKE_BACK = "take_back"
    """Bought seconds that are not used are taken back, as they are paid back (zero or negative)."""
    USAGE = "usage"
    """A recording was recognised: what it took."""
    REFUSAL = "refusal"
    """A recording was not accepted: `name` says why, `audio_seconds` how long it says it is."""
    OPERATION = "operation"
    """An operator did something to a job: `name` says what."""
    PERSON = "person"
    """The user was seen for the first time, or under another name or language."""
    SETTING = "setting"
    """Something was set for a user or chat: a name and a value, None for the default again."""


Value = int | bool | str | None
"""What a setting may be."""

DAILY_QUOTA, PLAN = "daily_quota_seconds", "plan"
IS_UNLIMITED, IS_BANNED = "is_unlimited", "is_banned"
"""The settings that the service itself goes by; only an operator changes them."""

SUBSCRIPTION = "subscription"
"""The quota plan that a user has paid for, and until when, as `subscription_value` writes it."""

RENEWAL = "subscription_renewal"
"""What comes after the subscription, as Telegram told last: a `Renewal`'s value; None for one that renews itself."""

PAUSED = "is_paused"
"""A setting of nobody: whether no recording is accepted, as an operator or administrator has said."""

KEEPS_TEXTS = "keep_texts"
"""A setting that users and chats choose; once it is False, what is kept of theirs is gone."""

NOBODY = 0
"""The user of entries whose user was forgotten. Their seconds and recordings still count in the service's sums. Also
whose the settings are that are the whole service's."""

CANCELLED, RETRIED = "cancel", "retry"
"""What operators do to jobs."""

BY_OPERATOR = 0
"""Who made a change by the command line."""

LEDGER_KINDS = (
    EntryKind.RESERVE,
    EntryKind.SETTLE,
    EntryKind.REFUND,
    EntryKind.GRANT,
    EntryKind.PURCHASE,
    EntryKind.TAKE_BACK,
)
"""The kinds that move seconds: the ledger."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One fact, as a row of the journal's `entries`; fields that its kind does not use are None or 0."""

    kind: EntryKind
    user_id: int
    at: datetime
    quota_day: date
    """The day whose pot `seconds` belongs to; for other kinds the day it happened on."""
    seconds: int = 0
    """Change of the day's pot."""
    extra_seconds: int = 0
    """Change of the extra pot."""
    key: JobKey | None = None
    name: str | None = None
    """Of a SETTING or an OPERATION, the reason of a REFUSAL, or the charge of a PURCHASE or TAKE_BACK."""
    value: Value = None
    recording: RecordingKind | None = None
    model: str | None = None
    language: str | None = None
    audio_seconds: float | None = None
    queue_seconds: float | None = None
    compute_seconds: float | None = None
    total_seconds: float | None = None
    predicted_seconds: float | None = None
    made_by: int | None = None
    """The administrator who had it made; BY_OPERATOR for an operator at the command line; None for everybody else."""


def reserved(user_id: int, key: JobKey, reservation: Reservation, at: datetime) -> Entry:
    """The entry that sets a reservation aside."""
    daily, extra = -reservation.daily_seconds, -reservation.extra_seconds
    return Entry(EntryKind.RESERVE, user_id, at, reservation.quota_day, daily, extra, key)


def released(kind: EntryKind, user_id: int, key: JobKey, reservation: Reservation, charged: int, at: datetime) -> Entry:
    """The entry (SETTLE or REFUND) that gives back what a reservation held above the `charged` seconds."""
    kept = reservation.settled_to(charged)
    daily = reservation.daily_seconds - kept.daily_seconds
    extra = reservation.extra_seconds - kept.extra_seconds
    return Entry(kind, user_id, at, reservation.quota_day, daily, extra, key)


def operation(name: str, user_id: int, key: JobKey, at: datetime, day: date, by: int) -> Entry:
    """The entry that says who did what to a user's job."""
    return Entry(EntryKind.OPERATION, user_id, at, day, key=key, name=name, made_by=by)


def given_back(user_id: int, key: JobKey, charged: Reservation, at: datetime) -> Entry:
    """The entry (REFUND) that gives back what a settled job was charged."""
    return Entry(EntryKind.REFUND, user_id, at, charged.quota_day, charged.daily_seconds, charged.extra_seconds, key)


def subscription_value(plan: str, until: datetime) -> str:
    """A plan until an instant, as a setting holds it."""
    return f"{plan} {int(until.timestamp())}"


def subscription_of(value: Value, now: datetime) -> tuple[str, datetime] | None:
    """The plan that such a setting gives at an instant, and until when; None for none, or none any more."""
    plan, _, until = str(value or "").partition(" ")
    return (plan, datetime.fromtimestamp(int(until), UTC)) if until and now.timestamp() < int(until) else None
