"""What happens to recordings and their texts."""

from __future__ import annotations

from dataclasses import dataclass

from voicepipe.events.base import Event


@dataclass(frozen=True, slots=True)
class RecordingRefused(Event):
    chat_id: int
    message_id: int
    reason: str
    door: str = ""


@dataclass(frozen=True, slots=True)
class JobAccepted(Event):
    chat_id: int
    message_id: int
    kind: str
    declared_seconds: int | None
    file_bytes: int
    door: str = ""


@dataclass(frozen=True, slots=True)
class PartCrashed(Event):
    """A part of a recording raised an error in its worker that is no verdict on the recording: it is one of ours."""

    chat_id: int
    message_id: int
    part: int
    """0 for the opening and n for the n-th further window."""
    error: str
    """The exception's type and where it was raised."""
    door: str = ""


@dataclass(frozen=True, slots=True)
class JobConcluded(Event):
    chat_id: int
    message_id: int
    outcome: str
    audio_seconds: float | None
    queue_seconds: float
    compute_seconds: float
    total_seconds: float
    door: str = ""


@dataclass(frozen=True, slots=True)
class StageDone(Event):
    """A job has passed a stage of its way."""

    severity = "debug"
    chat_id: int
    message_id: int
    stage: str
    """`waited` (from its acceptance until a worker had it), `fetched`, `recognised` (from then on until its outcome was
    recorded) or `delivered` (until nothing was left to do for it)."""
    seconds: float
    door: str = ""


@dataclass(frozen=True, slots=True)
class PredictionMet(Event):
    """A recording is recognised for which a time had been predicted."""

    severity = "debug"
    chat_id: int
    message_id: int
    predicted_seconds: float
    error_seconds: float
    """How far the time it took is from that, either way."""
    door: str = ""


@dataclass(frozen=True, slots=True)
class JobDelivered(Event):
    chat_id: int
    message_id: int
    door: str = ""


@dataclass(frozen=True, slots=True)
class TextMade(Event):
    """A text processor is through with a text."""

    kind: str
    """What was wanted, as `summary`."""
    outcome: str
    """Who made it: `built_in`, `model` or, for a model that is away, `stand_in`; `kept`: it was there; else why not."""
    seconds: float


@dataclass(frozen=True, slots=True)
class JobUndeliverable(Event):
    """Telegram does not let the bot write to the chat any more: the recording stays unanswered and costs nothing."""

    severity = "warning"
    chat_id: int
    message_id: int
    cause: str
    door: str = ""


@dataclass(frozen=True, slots=True)
class JobWithdrawn(Event):
    """The recording was deleted from its group: nothing is published there, and nothing charged."""

    chat_id: int
    message_id: int
    door: str = ""
