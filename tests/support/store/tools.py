"""What the store's tests and their child process have in common."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from voicepipe.accounts.forgetting import Forgetting
from voicepipe.accounts.preferences import Preferences
from voicepipe.config import Config, PreferencesConfig, QuotaConfig
from voicepipe.control.performing import Operations
from voicepipe.control.ports import Live
from voicepipe.domain.jobs import Job, JobKey, RecordingKind
from voicepipe.domain.quota import Balance, Reservation
from voicepipe.domain.transcripts import Segment, Timings, Transcript
from voicepipe.events import Events
from voicepipe.store import Store, Usage

USER = 7
QUOTA = QuotaConfig(daily_seconds=60)
Opener = Callable[..., Awaitable[Store]]
"""Opens a store, closing the one that it opened before."""


@dataclass
class Clock:
    """An instant that moves only when told to, by a microsecond whenever it is read."""

    now: datetime = datetime(2026, 3, 1, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(microseconds=1)
        return self.now


def job(message_id: int, *, daily: int = 10, extra: int = 0, user_id: int = USER, at: Balance | None = None) -> Job:
    """An accepted job of a private chat that reserves these seconds."""
    accepted_at = datetime(2026, 3, 1, 12, tzinfo=UTC) + timedelta(seconds=message_id)
    day = at.quota_day if at else accepted_at.date()
    return Job(
        key=JobKey(user_id, message_id),
        user_id=user_id,
        kind=RecordingKind.VOICE,
        is_private=True,
        language="ru",
        declared_seconds=daily + extra,
        file_bytes=20_000,
        reservation=Reservation(day, daily, extra),
        accepted_at=accepted_at,
    )


def transcript(text: str = "привет", seconds: float = 4.2) -> Transcript:
    return Transcript(text, "ru", 0.98, seconds, (Segment(0.0, 1.5, text), Segment(1.5, seconds, "")))


def usage(seconds: float = 4.2, *, predicted: float | None = None) -> Usage:
    return Usage(RecordingKind.VOICE, "demo", "ru", seconds, Timings(0.5, 1.0, 2.0, predicted))


def left(keeper: Store, user_id: int = USER) -> tuple[int, int]:
    """The seconds that a user may still use today: of the day's, and of those granted."""
    balance = keeper.accounts.balance(user_id)
    return balance.daily_left_seconds, balance.extra_left_seconds


def operations(store: Store, live: Live | None = None) -> Operations:
    """An operator's desk at a store, with no messenger beside it."""
    return Operations(store, Config(), forgetting(store), preferences(store), live)


def preferences(store: Store) -> Preferences:
    """What is kept in a store, where the operator has set nothing."""
    return Preferences(store.accounts, PreferencesConfig)


def forgetting(store: Store) -> Forgetting:
    """Forgets in a store, with no messenger beside it."""

    async def forget_peer(user_id: int) -> None:
        pass

    return Forgetting(store, forget_peer, Events())
