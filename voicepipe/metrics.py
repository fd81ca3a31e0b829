"""Metrics: what is counted while the service runs, declared as data over events and kept in memory.

To add a metric, declare it here: it is counted and shown by `voicepipe status --json`. Names, kinds and labels are as
Prometheus has them. All begin at zero with the process.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from enum import StrEnum

from voicepipe.events import (
    BackgroundError,
    CaughtUp,
    DiskIsFull,
    Event,
    FloodWaited,
    InvariantBroken,
    JobAccepted,
    JobConcluded,
    JobDelivered,
    JobUndeliverable,
    PositionLost,
    RecordingRefused,
    RecordsRebuilt,
    RequestRetried,
    ServiceReady,
    SessionRestarted,
    TaskDone,
    WorkerDied,
    WorkerFailed,
    WorkerReady,
)

MOST_SERIES = 100
"""Most combinations of labels that a metric keeps apart; what comes after them is counted as OTHER."""
OTHER = "other"

Labels = tuple[tuple[str, str], ...]


class Kind(StrEnum):
    """How a metric is folded over its events."""

    COUNTER = "counter"
    """The sum of the values."""
    GAUGE = "gauge"
    """The latest value."""
    SUMMARY = "summary"
    """The sum of the values, and how many there were."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """Something to be counted."""

    name: str
    help: str
    event: type[Event]
    kind: Kind = Kind.COUNTER
    value: str = ""
    """The field of the event that is added; empty: each event counts 1. An event without a value (None) is left out."""
    labels: tuple[str, ...] = ()
    """The fields of the event by which it is counted apart: only such as have few values."""


DECLARED: dict[str, Metric] = {}
"""Every metric by its name, in the order in which they are shown."""


def declare(metric: Metric) -> Metric:
    """Have something counted by every `Metrics` made from now on. Raises ValueError for one that makes no sense."""
    known = {each.name for each in fields(metric.event)}
    if unknown := {metric.value, *metric.labels} - known - {""}:
        raise ValueError(f"{metric.name}: {metric.event.__name__} has no {', '.join(sorted(unknown))}")
    if metric.name in DECLARED:
        raise ValueError(f"{metric.name} is declared twice")
    DECLARED[metric.name] = metric
    return metric


@dataclass(frozen=True, slots=True)
class Sample:
    """One number, under the name and the labels that it has for Prometheus."""

    name: str
    labels: Labels
    value: float


@dataclass(slots=True)
class _Series:
    """The numbers of one metric, by their labels."""

    metric: Metric
    values: dict[Labels, float] = field(default_factory=lambda: defaultdict(float))
    counts: Counter[Labels] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        if not self.metric.labels:
            self.values[()] = 0.0

    def fold(self, event: Event) -> None:
        value = getattr(event, self.metric.value) if self.metric.value else 1
        if value is None:
            return
        labels = self._labels(event)
        self.counts[labels] += 1
        self.values[labels] = value if self.metric.kind is Kind.GAUGE else self.values[labels] + value

    def _labels(self, event: Event) -> Labels:
        labels = tuple((name, str(getattr(event, name))) for name in self.metric.labels)
        if labels not in self.values and len(self.values) >= MOST_SERIES:
            return tuple((name, OTHER) for name in self.metric.labels)
        return labels

    def samples(self) -> Iterator[Sample]:
        name, is_summary = self.metric.name, self.metric.kind is Kind.SUMMARY
        for labels, value in sorted(self.values.items()):
            yield Sample(f"{name}_sum" if is_summary else name, labels, value)
            if is_summary:
                yield Sample(f"{name}_count", labels, self.counts[labels])


class Metrics:
    """Counts what is declared. Subscribe `fold` to the events."""

    def __init__(self) -> None:
        self._series = [_Series(metric) for metric in DECLARED.values()]
        self._by_event: dict[type[Event], list[_Series]] = defaultdict(list)
        for series in self._series:
            self._by_event[series.metric.event].append(series)

    def fold(self, event: Event) -> None:
        """Take an event into account; O(metrics of its type)."""
        for series in self._by_event.get(type(event), ()):
            series.fold(event)

    def read(self) -> list[tuple[Metric, list[Sample]]]:
        """Every metric with its numbers as they are now; one with labels has none before its first event."""
        return [(series.metric, list(series.samples())) for series in self._series]


STANDARD = (
    # Recordings
    Metric(
        name="voicepipe_recordings_accepted_total",
        help="Recordings that became jobs",
        event=JobAccepted,
        labels=("kind",),
    ),
    Metric(
        name="voicepipe_recordings_refused_total",
        help="Recordings that were refused",
        event=RecordingRefused,
        labels=("reason",),
    ),
    Metric(
        name="voicepipe_recordings_concluded_total",
        help="Jobs whose outcome is recorded",
        event=JobConcluded,
        labels=("outcome",),
    ),
    Metric(
        name="voicepipe_recording_audio_seconds_total",
        help="Seconds of audio in concluded jobs, as far as they were decoded",
        event=JobConcluded,
        value="audio_seconds",
        labels=("outcome",),
    ),
    Metric(
        name="voicepipe_recording_compute_seconds_total",
        help="CPU seconds that workers spent on recognised recordings",
        event=JobConcluded,
        value="compute_seconds",
    ),
    Metric(
        name="voicepipe_recording_queue_seconds",
        help="Seconds from a recording's acceptance until a worker had it",
        event=JobConcluded,
        kind=Kind.SUMMARY,
        value="queue_seconds",
    ),
    Metric(
        name="voicepipe_recording_total_seconds",
        help="Seconds from a recording's acceptance until its outcome was recorded",
        event=JobConcluded,
        kind=Kind.SUMMARY,
        value="total_seconds",
    ),
    Metric(name="voicepipe_answers_delivered_total", help="Answers put into chats", event=JobDelivered),
    Metric(
        name="voicepipe_answers_undeliverable_total",
        help="Answers and refusals that Telegram does not let into the chat any more",
        event=JobUndeliverable,
    ),
    # Workers
    Metric(name="voicepipe_worker_starts_total", help="Workers that became ready", event=WorkerReady),
    Metric(
        name="voicepipe_worker_deaths_total",
        help="Worker processes that ended though they should not",
        event=WorkerDied,
        labels=("cause",),
    ),
    Metric(name="voicepipe_workers_given_up_total", help="Workers that died too often", event=WorkerFailed),
    Metric(name="voicepipe_tasks_total", help="Tasks that workers have answered", event=TaskDone),
    Metric(
        name="voicepipe_task_parts_total",
        help="Parts of recordings in these tasks; above one a task, they were done together",
        event=TaskDone,
        value="parts",
    ),
    Metric(
        name="voicepipe_task_wall_seconds",
        help="Seconds that workers took for a task",
        event=TaskDone,
        kind=Kind.SUMMARY,
        value="wall_seconds",
    ),
    # Telegram
    Metric(
        name="voicepipe_flood_waits_total",
        help="Times that Telegram asked for a pause",
        event=FloodWaited,
        labels=("method",),
    ),
    Metric(
        name="voicepipe_flood_wait_seconds_total",
        help="Seconds of these pauses",
        event=FloodWaited,
        value="seconds",
    ),
    Metric(
        name="voicepipe_request_retries_total",
        help="Requests to Telegram that were sent again",
        event=RequestRetried,
        labels=("cause",),
    ),
    Metric(
        name="voicepipe_sessions_restarted_total",
        help="Connections to Telegram that were made anew because it did not answer",
        event=SessionRestarted,
    ),
    Metric(
        name="voicepipe_messages_caught_up_total",
        help="Messages that were fetched because Telegram had not pushed them",
        event=CaughtUp,
        value="messages",
    ),
    Metric(
        name="voicepipe_positions_lost_total",
        help="Times that Telegram could not tell what was missed",
        event=PositionLost,
    ),
    # The store and the service
    Metric(
        name="voicepipe_records_rebuilt_total",
        help="Times that the records were built again from the journal",
        event=RecordsRebuilt,
    ),
    Metric(
        name="voicepipe_disk_full_total",
        help="Times that something could not be kept because the disk was full",
        event=DiskIsFull,
    ),
    Metric(
        name="voicepipe_invariants_broken",
        help="Contradictions that the latest check of the books found",
        event=InvariantBroken,
        kind=Kind.GAUGE,
        value="violations",
    ),
    Metric(
        name="voicepipe_background_errors_total",
        help="Unimportant things that failed",
        event=BackgroundError,
        labels=("what",),
    ),
    Metric(
        name="voicepipe_start_seconds",
        help="How long the start of the service took",
        event=ServiceReady,
        kind=Kind.GAUGE,
        value="start_seconds",
    ),
)

for _metric in STANDARD:
    declare(_metric)
