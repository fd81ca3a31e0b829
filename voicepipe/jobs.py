"""The words of a job, shared by every layer of the supervisor: plain immutable data, no behaviour beyond arithmetic.

A job is the durable record that a recording was accepted and must be answered. Its key is (chat_id, message_id).
All seconds of quota are whole seconds of audio; instants are UTC-aware datetimes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True, order=True)
class JobKey:
    """What makes a job unique: the chat (Telegram's bot-API style id, negative for groups) and the message in it."""

    chat_id: int
    message_id: int


class RecordingKind(StrEnum):
    """What sort of media a recording came as."""

    VOICE = "voice"
    VIDEO_NOTE = "video_note"
    AUDIO = "audio"
    VIDEO = "video"
    DOCUMENT = "document"


class JobState(StrEnum):
    """The durable states of a job; each change of state is one transaction together with its entries."""

    ACCEPTED = "accepted"
    """Quota is reserved; the recording must be fetched and recognised."""
    CONCLUDED = "concluded"
    """The outcome is recorded and the quota settled or refunded; the answer is not known to be in the chat yet."""
    DONE = "done"
    """The answer is in the chat; its text is deleted."""


class FailureReason(StrEnum):
    """Why an accepted recording got no text. Nothing is charged for any of them."""

    NO_SPEECH = "no_speech"
    """It was decoded and holds no speech."""
    NO_AUDIO = "no_audio"
    """The file has no audio track, or not a single sample could be decoded from it."""
    UNREADABLE = "unreadable"
    """The file is empty, damaged or no media at all."""
    TOO_LONG = "too_long"
    """It is longer than the limit per recording, whatever its metadata said."""
    OVER_QUOTA = "over_quota"
    """It is longer than its metadata said, and the user's quota does not cover the rest."""
    FETCH_FAILED = "fetch_failed"
    """Telegram did not give us the file."""
    DISK_FULL = "disk_full"
    """There was no room to keep it while it was recognised."""
    POISON = "poison"
    """It ended its worker process twice (crash, hang or memory)."""
    INTERNAL = "internal"
    """An error of ours."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of recognised speech; start and end in seconds from the recording's beginning."""

    start: float
    end: float
    text: str


@dataclass(frozen=True, slots=True)
class Transcript:
    """What was recognised in a recording."""

    text: str
    language: str
    """ISO 639-1 code, as Whisper names it."""
    language_probability: float
    audio_seconds: float
    """Seconds really decoded from the file, whatever its metadata says."""
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class Failure:
    """Why there is no transcript, with the facts that the user is told."""

    reason: FailureReason
    audio_seconds: float | None = None
    """Seconds decoded (or at least decoded, when the limit stopped it); None where nothing was."""


@dataclass(frozen=True, slots=True)
class Timings:
    """Where the time of a recognised recording went, in seconds."""

    queue_seconds: float
    """From acceptance to the start of recognition."""
    compute_seconds: float
    """CPU time the worker spent on it."""
    total_seconds: float
    """From acceptance to the outcome."""
    predicted_seconds: float | None = None
    """What `total_seconds` was expected to be when the recording was accepted; None where nobody could tell."""


@dataclass(frozen=True, slots=True)
class Person:
    """A Telegram user as far as the service needs to know one."""

    user_id: int
    username: str | None
    language: str | None
    """Telegram's language code of the user's client, as `ru` or `en-GB`; None when Telegram does not tell."""


@dataclass(frozen=True, slots=True)
class Recording:
    """A recording as it came in, before anything was decided about it."""

    key: JobKey
    person: Person
    kind: RecordingKind
    is_private: bool
    declared_seconds: int | None
    file_bytes: int
    sent_at: datetime
    source: object
    """Where the media can be fetched from; only the Telegram adapter looks inside."""


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

    @property
    def left_seconds(self) -> int:
        return self.daily_left_seconds + self.extra_left_seconds


@dataclass(frozen=True, slots=True)
class Job:
    """A job as the journal holds it."""

    key: JobKey
    user_id: int
    kind: RecordingKind
    is_private: bool
    """Whether the chat is the user's own chat with the bot."""
    language: str | None
    """The user's Telegram language code, for the texts of the answer."""
    declared_seconds: int | None
    """Duration that the metadata claims; None where it claims nothing."""
    file_bytes: int
    reservation: Reservation
    accepted_at: datetime
    state: JobState = JobState.ACCEPTED
    deaths: int = 0
    """Worker processes this recording has ended so far."""
    status_message_id: int | None = None
    """The bot's own message that says the job is in work and that becomes the answer."""
    outcome: Transcript | Failure | None = None
    """Set when CONCLUDED; a transcript's text is gone when DONE."""


def hours_and_minutes_until(instant: datetime) -> tuple[int, int]:
    """How long it is from now to an instant, rounded up to the minute; (0, 0) when it has passed."""
    seconds = max(0.0, (instant - datetime.now(UTC)).total_seconds())
    return divmod(math.ceil(seconds / 60), 60)
