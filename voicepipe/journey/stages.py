"""Stages: how long each stage of a job's way takes, and what is told of that."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from voicepipe.domain.jobs import Job, JobKey, JobState
from voicepipe.domain.transcripts import Timings
from voicepipe.events import Events, PredictionMet, StageDone
from voicepipe.scheduling.gate import Place


class Stage(StrEnum):
    """Where a job is on its way."""

    QUEUED = "queued"
    """It waits for its turn to be fetched."""
    FETCHING = "fetching"
    FETCHED = "fetched"
    """It waits for a worker."""
    RECOGNISING = "recognising"
    DELIVERING = "delivering"


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a job has come."""

    key: JobKey
    stage: Stage
    before: int | None
    """How many recordings that no worker has yet go before it; None once a worker has it."""
    share_done: float | None
    """How much of the speech found in it is recognised, from 0 to 1; None where nobody knows."""
    predicted_seconds: float | None
    """How long it was said to take, when it was accepted."""


class Stages:
    """The clock of one job."""

    def __init__(self, job: Job, events: Events) -> None:
        self._key = job.key
        self._accepted_at = job.accepted_at
        self._events = events
        self._begun_at: datetime | None = None
        self.predicted_seconds: float | None = None
        """How long it was said to take, when it was accepted."""
        self.place: Place | None = None
        """Its place at the gate, once it has one."""
        self.share_done: float | None = None
        """As in `Standing`."""
        self._is_fetched = False

    def standing(self, job: Job) -> Standing:
        """How far the job, as it is by now, has come."""
        stage = self._stage(job)
        before = self.place.before if self.place and stage in _NOT_BEGUN else None
        return Standing(job.key, stage, before, self.share_done, self.predicted_seconds)

    def _stage(self, job: Job) -> Stage:
        if job.state is not JobState.ACCEPTED:
            return Stage.DELIVERING
        if self.is_begun:
            return Stage.RECOGNISING
        if self._is_fetched:
            return Stage.FETCHED
        return Stage.QUEUED if self.place is None or self.place.is_wanted else Stage.FETCHING

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
        self._is_fetched = self._is_fetched or stage == "fetched"
        self._events.emit(StageDone(self._key.chat_id, self._key.message_id, stage, seconds, self._key.door))

    def tell_recognised(self, timings: Timings) -> None:
        """It has its text; how long that was predicted to take is compared with how long it took."""
        key, predicted = self._key, timings.predicted_seconds
        self.tell("recognised", max(0.0, timings.total_seconds - timings.queue_seconds))
        if predicted is not None:
            error_seconds = abs(timings.total_seconds - predicted)
            self._events.emit(PredictionMet(key.chat_id, key.message_id, predicted, error_seconds, key.door))


_NOT_BEGUN = (Stage.QUEUED, Stage.FETCHING, Stage.FETCHED)


def _seconds(begin: datetime, end: datetime) -> float:
    """A clock that was set back meanwhile makes no time pass."""
    return max(0.0, (end - begin).total_seconds())
