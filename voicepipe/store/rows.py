"""What crosses the store's boundary besides the words of `voicepipe.domain.jobs`: plain immutable rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from voicepipe.domain.jobs import JobKey, JobState, RecordingKind
from voicepipe.domain.transcripts import Timings, Transcript
from voicepipe.store.entries import EntryKind


@dataclass(frozen=True, slots=True)
class UpdateState:
    """How far Telegram's updates of one box are journaled."""

    box: int
    """0 is the account's common box; else the chat id of a channel or supergroup with a box of its own."""
    pts: int
    qts: int
    date: int
    """Telegram's own, in Unix seconds."""
    seq: int


@dataclass(frozen=True, slots=True)
class InboxMessage:
    """An incoming message as the journal remembers it."""

    key: JobKey
    is_recording: bool
    sent_at: datetime
    """By Telegram's clock."""
    user_id: int | None = None
    """Who sent it; not remembered. With None nobody is asked whether the sender was forgotten since."""
    original: bytes | None = None
    """The update that brought it, where Telegram can't be asked for it again; kept until it is answered."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What one recognised recording took."""

    kind: RecordingKind
    model: str
    language: str
    audio_seconds: float
    """Seconds really decoded."""
    timings: Timings


UNDELIVERABLE = "undeliverable"
"""The failure of a job whose answer nobody got, though there was a text."""


@dataclass(frozen=True, slots=True)
class JobRow:
    """A job as the operator sees one."""

    key: JobKey
    user_id: int
    kind: RecordingKind
    state: JobState
    declared_seconds: int | None
    accepted_at: datetime
    changed_at: datetime
    """When it came to its present state."""
    charged_seconds: int | None
    """None before it is concluded."""
    deaths: int
    failure: str | None
    """Why there is no text (a `FailureReason`'s value), or UNDELIVERABLE; None where there is one, or none yet."""
    is_cancelled: bool


@dataclass(frozen=True, slots=True)
class RefusalRow:
    """A recording that was not accepted."""

    user_id: int
    username: str | None
    at: datetime
    chat_id: int | None
    reason: str
    audio_seconds: float | None
    """How long it says it is."""


@dataclass(frozen=True, slots=True)
class UserRow:
    """A user as the operator sees one."""

    user_id: int
    username: str | None
    language: str | None
    daily_quota_seconds: int | None
    """The user's own; None means the configured default."""
    is_unlimited: bool
    is_banned: bool
    created_at: datetime
    used_today_seconds: int
    """Charged or reserved from today's pot."""
    extra_left_seconds: int
    recordings: int
    """Recordings recognised so far."""
    audio_seconds: float
    """Their length altogether."""


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One movement of a user's quota; negative seconds are taken, positive ones given (back)."""

    seq: int
    user_id: int
    at: datetime
    quota_day: date
    kind: EntryKind
    seconds: int
    """Change of the day's pot."""
    extra_seconds: int
    """Change of the extra pot."""
    key: JobKey | None


@dataclass(frozen=True, slots=True)
class UsageDay:
    """What was recognised on one quota day."""

    day: date
    recordings: int
    users: int
    audio_seconds: float
    compute_seconds: float
    mean_queue_seconds: float
    mean_total_seconds: float
    median_error_seconds: float | None
    """How far off the predicted times were, either way; None where none was predicted."""


@dataclass(frozen=True, slots=True)
class DaySoFar:
    """What was done on a quota day until a moment of it."""

    usage: UsageDay | None
    """None where nothing was recognised."""
    refused: int
    """Recordings that were not accepted."""


@dataclass(frozen=True, slots=True)
class UsageGroup:
    """What was recognised, or refused, of recordings that have something in common."""

    group: str
    """What they have in common: a day, a number of a user, a language…"""
    username: str | None
    """Of a user, where it is known."""
    recordings: int
    users: int
    audio_seconds: float
    compute_seconds: float | None
    """None for what was refused, as all that follows."""
    mean_queue_seconds: float | None
    mean_total_seconds: float | None
    median_error_seconds: float | None
    """How far off the predicted times were, either way; None where none was predicted."""


@dataclass(frozen=True, slots=True)
class Table:
    """What a question in SQL gave."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    is_cut: bool
    """Whether there are more rows."""


@dataclass(frozen=True, slots=True)
class UsageHour:
    """What was recognised within an hour."""

    begins_at: datetime
    recordings: int
    audio_seconds: float


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """Something that an operator or an administrator has changed."""

    at: datetime
    user_id: int
    """For whom; 0: for all."""
    what: str
    """The setting's name; `grant` for granted seconds."""
    value: int | bool | str | None
    by: int
    """The administrator's id; 0: an operator at the command line."""


@dataclass(frozen=True, slots=True)
class Trace:
    """What is kept of a forgotten user, under a keyed hash of the id."""

    quota_day: date
    taken_seconds: int
    """What was taken from the pot of that day."""
    is_banned: bool
    forgotten_at: datetime
    """Until when, by Telegram's clock, what the user sent leaves no trace."""
    message_id: int
    """The last such message in the private chat; 0 where none is known."""


@dataclass(frozen=True, slots=True)
class Pots:
    """What a user's entries amount to."""

    extra_seconds: int
    taken: Mapping[date, int]
    """Seconds charged or reserved, by quota day."""


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What came of forgetting a user."""

    unfinished: int
    """Recordings of theirs that are still to be answered; unless there is none, nothing was forgotten."""
    was_known: bool
    """Whether there was anything to forget, which then has to be erased."""


@dataclass(frozen=True, slots=True)
class Farewell:
    """A request to forget somebody, until it is known to be complete."""

    user_id: int
    message_id: int = 0
    """Their message that asked for it, in the private chat; 0 when the operator did."""
    language: str | None = None
    is_erased: bool = False
    """Whether no file of the store holds a byte of theirs any more."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How much the store holds."""

    inbox_received: int
    """Recordings received and not yet decided on."""
    inbox_accepted: int
    inbox_dismissed: int
    jobs_accepted: int
    jobs_concluded: int
    jobs_done: int
    entries: int
    """Number of the journal's last entry."""
    applied: int
    """Number of the last entry that the records hold; equal to `entries` when they are level."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Making:
    """Something that somebody wants made of a kept text."""

    key: JobKey
    """The recording's."""
    kind: str
    language: str
    """ISO 639-1 code of what is made."""
    by_model: bool
    """Whether a language model may be asked."""
    user_id: int
    """Who wants it."""
    said: JobKey
    """The message that it is said in reply to."""
    topic_id: int | None = None
    purpose: str
    """What makes it another message than the others in reply to the same one."""
    speaks: str | None
    """The Telegram language code of who wants it."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """Where an answer is, for whoever keeps its text."""

    messages: Sequence[JobKey] = ()
    """The bot's messages, in order, as far as they are known."""
    buttons_until: datetime | None = None
    """When the buttons under the last one go; None where there are none."""
    making: Making | None = None
    """What is to be made of the text without anybody's asking."""
    most_uses: int = 0
    """How often that may be in a day; 0: any number."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A text that is kept after its delivery."""

    key: JobKey
    """The recording's."""
    user_id: int
    """Whose recording it is."""
    language: str | None
    """The user's Telegram language code."""
    transcript: Transcript
    delivered_at: datetime
    messages: tuple[JobKey, ...]
    """The messages of the answer, in order."""
    is_protected: bool = False
    """Whether nobody may pass it on."""
