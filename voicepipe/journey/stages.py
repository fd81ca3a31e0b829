"""Stages: how long each stage of a job's way takes, and what is told of that."""

from __future__ import annotations

from datetime import UTC, datetime

from voicepipe.domain.jobs import Job
from voicepipe.domain.transcripts import Timings
from voicepipe.events import Events, PredictionMet, StageDone


class Stages:
    """The clock of one job."""

    def __init__(self, job: Job, events: Events) -> None:
        self._key = job.key
        self._accepted_at = job.accepted_at
        self._events = events
        self._begun_at: datetime | None = None
        self.predicted_seconds: float | None = None
        """How long it was said to take, when it was accepted."""

    @property
    def is_begun(self) -> bool:
        """Whether a worker has had it."""
        return self._begun_at is not None

    @property
    def waited_seconds(self) -> float:
        """Since its acceptance, until a worker has it."""
        return _seconds(self._accepted_at, self._begun_at or datetime.now(UTC))

    def begin(self) -> None:
        """A worker has it. The first time counts: a part whose worker was lost waits once more."""
        if self._begun_at is None:
            self._begun_at = datetime.now(UTC)
            self.tell("waited", self.waited_seconds)

    def timings(self, compute_seconds: float) -> Timings:
        """What it has taken until now."""
        return Timings(
            queue_seconds=self.waited_seconds,
            compute_seconds=compute_seconds,
            total_seconds=_seconds(self._accepted_at, datetime.now(UTC)),
            predicted_seconds=self.predicted_seconds,
        )

    def tell(self, stage: str, seconds: float) -> None:
        """A stage is passed; its name as StageDone has it."""
        self._events.emit(StageDone(self._key.chat_id, self._key.message_id, stage, seconds, self._key.door))

    def tell_recognised(self, timings: Timings) -> None:
        """It has its text; how long that was predicted to take is compared with how long it took."""
        key, predicted = self._key, timings.predicted_seconds
        self.tell("recognised", max(0.0, timings.total_seconds - timings.queue_seconds))
        if predicted is not None:
            error_seconds = abs(timings.total_seconds - predicted)
            self._events.emit(PredictionMet(key.chat_id, key.message_id, predicted, error_seconds, key.door))


def _seconds(begin: datetime, end: datetime) -> float:
    """A clock that was set back meanwhile makes no time pass."""
    return max(0.0, (end - begin).total_seconds())
