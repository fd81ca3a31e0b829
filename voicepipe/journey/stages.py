"""Stages: what is told of how long each stage of a job's way took."""

from __future__ import annotations

from datetime import datetime

from voicepipe.domain.jobs import JobKey
from voicepipe.domain.transcripts import Timings
from voicepipe.events import Events, PredictionMet, StageDone


class Stages:
    """Tells of one job's."""

    def __init__(self, key: JobKey, events: Events) -> None:
        self._key = key
        self._events = events

    def tell(self, stage: str, seconds: float) -> None:
        """One is passed; its name as StageDone has it."""
        self._events.emit(StageDone(self._key.chat_id, self._key.message_id, stage, seconds, self._key.door))

    def tell_recognised(self, timings: Timings) -> None:
        """It has its text; how long that was predicted to take is compared with how long it took."""
        key, predicted = self._key, timings.predicted_seconds
        self.tell("recognised", max(0.0, timings.total_seconds - timings.queue_seconds))
        if predicted is not None:
            error_seconds = abs(timings.total_seconds - predicted)
            self._events.emit(PredictionMet(key.chat_id, key.message_id, predicted, error_seconds, key.door))


def seconds_between(begin: datetime, end: datetime) -> float:
    """A clock that was set back meanwhile makes no time pass."""
    return max(0.0, (end - begin).total_seconds())
