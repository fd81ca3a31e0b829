"""Metrics are data, folded over events."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from voicepipe.events import (
    BackgroundError,
    FloodWaited,
    JobConcluded,
    RecordingRefused,
    RecordsRebuilt,
    ServiceReady,
    TaskDone,
)
from voicepipe.metrics import DECLARED, MOST_SERIES, OTHER, STANDARD, Kind, Metric, Metrics, Sample, declare
from voicepipe.workers.lifecycle import Ending


@pytest.fixture(autouse=True)
def _declared_as_before() -> Iterator[None]:
    before = dict(DECLARED)
    yield
    DECLARED.clear()
    DECLARED.update(before)


def concluded(outcome: str, audio_seconds: float | None) -> JobConcluded:
    return JobConcluded(
        chat_id=7,
        message_id=1,
        outcome=outcome,
        audio_seconds=audio_seconds,
        queue_seconds=0.5,
        compute_seconds=2.0,
        total_seconds=3.0,
    )


def samples(metrics: Metrics, name: str) -> list[Sample]:
    return next(found for metric, found in metrics.read() if metric.name == name)


def test_counter_counts_events_by_their_labels() -> None:
    metrics = Metrics()
    for reason in ("too_long", "banned", "too_long"):
        metrics.fold(RecordingRefused(7, 1, reason))
    name = "voicepipe_recordings_refused_total"
    assert [sample for sample in samples(metrics, name) if sample.value] == [
        Sample(name, (("reason", "banned"),), 1),
        Sample(name, (("reason", "too_long"),), 2),
    ]


def test_counter_adds_values_and_leaves_out_events_without_one() -> None:
    metrics = Metrics()
    for seconds in (4.0, 5.5, None):
        metrics.fold(concluded("recognised", seconds))
    name = "voicepipe_recording_audio_seconds_total"
    assert [each for each in samples(metrics, name) if each.value] == [Sample(name, (("outcome", "recognised"),), 9.5)]


def test_counter_without_labels_begins_at_zero() -> None:
    metrics = Metrics()
    name = "voicepipe_records_rebuilt_total"
    assert samples(metrics, name) == [Sample(name, (), 0)]
    metrics.fold(RecordsRebuilt("damaged", 10, 0.1))
    assert samples(metrics, name) == [Sample(name, (), 1)]


def test_gauge_is_the_latest_value() -> None:
    metrics = Metrics()
    for seconds in (9.0, 2.5):
        metrics.fold(ServiceReady("@bot", seconds, 2))
    assert samples(metrics, "voicepipe_start_seconds") == [Sample("voicepipe_start_seconds", (), 2.5)]


def test_summary_is_sum_and_count() -> None:
    metrics = Metrics()
    for _ in range(3):
        metrics.fold(TaskDone(worker=1, parts=2, audio_seconds=4.0, wall_seconds=1.5))
    name = "voicepipe_task_wall_seconds"
    assert samples(metrics, name) == [Sample(f"{name}_sum", (), 4.5), Sample(f"{name}_count", (), 3)]


def test_histogram_counts_what_is_at_most_so_large() -> None:
    metrics = Metrics()
    for parts in (1, 2, 3, 17):
        metrics.fold(TaskDone(worker=1, parts=parts, audio_seconds=4.0, wall_seconds=1.5))
    name = "voicepipe_task_parts"
    bounds = {"1.0": 1, "2.0": 2, "4.0": 3, "8.0": 3, "16.0": 3, "+Inf": 4}
    assert samples(metrics, name) == [
        *(Sample(f"{name}_bucket", (("le", bound),), count) for bound, count in bounds.items()),
        Sample(f"{name}_sum", (), 23),
        Sample(f"{name}_count", (), 4),
    ]


def test_known_labels_begin_at_zero() -> None:
    name = "voicepipe_worker_deaths_total"
    assert {dict(sample.labels)["cause"]: sample.value for sample in samples(Metrics(), name)} == dict.fromkeys(
        Ending, 0
    )


def test_readings_are_taken_when_they_are_asked_for() -> None:
    metrics, queue = Metrics(), [3]
    name = "voicepipe_queue_recordings"
    assert samples(metrics, name) == []
    metrics.supply(name, lambda: queue[0])
    queue[0] = 4
    assert samples(metrics, name) == [Sample(name, (), 4)]
    metrics.supply("voicepipe_worker_memory_bytes", lambda: {("2",): 7, ("1",): 5})
    assert [sample.labels for sample in samples(metrics, "voicepipe_worker_memory_bytes")] == [
        (("worker", "1"),),
        (("worker", "2"),),
    ]


@pytest.mark.parametrize("name", ["voicepipe_tasks", "voicepipe_records_rebuilt_total"])
def test_nothing_else_can_be_supplied(name: str) -> None:
    with pytest.raises(KeyError):
        Metrics().supply(name, lambda: 1)


def test_labels_of_endless_variety_do_not_fill_the_memory() -> None:
    metrics = Metrics()
    for number in range(10 * MOST_SERIES):
        metrics.fold(BackgroundError(f"what {number}", "cause"))
    found = samples(metrics, "voicepipe_background_errors_total")
    assert len(found) == MOST_SERIES + 1
    assert sum(sample.value for sample in found) == 10 * MOST_SERIES
    assert max(found, key=lambda sample: sample.value).labels == (("what", OTHER),)


def test_events_that_nothing_counts_are_no_trouble() -> None:
    metrics = Metrics()
    metrics.fold(FloodWaited("messages.SendMessage", 3.0))
    assert samples(metrics, "voicepipe_flood_wait_seconds_total")[0].value == 3.0


@pytest.mark.parametrize("metric", STANDARD, ids=lambda metric: metric.name)
def test_names_are_prometheus_s(metric: Metric) -> None:
    assert re.fullmatch(r"voicepipe_[a-z_]+", metric.name)
    assert metric.name.endswith("_total") == (metric.kind is Kind.COUNTER)
    assert metric.help


def test_no_label_could_name_anybody() -> None:
    assert {label for metric in STANDARD for label in metric.labels} == {
        *("kind", "reason", "outcome", "stage", "cause", "method", "what", "lane", "state", "worker", "file"),
        *("version", "model", "profile"),
        "host",  # a machine's name, which its operator has chosen
    }


def test_declarations_that_make_no_sense_are_refused() -> None:
    with pytest.raises(ValueError, match="has no colour"):
        declare(Metric(name="voicepipe_probe_total", help="A probe", event=FloodWaited, labels=("colour",)))
    with pytest.raises(ValueError, match="declared twice"):
        declare(STANDARD[0])
    with pytest.raises(ValueError, match="rising bounds"):
        declare(Metric(name="voicepipe_probe", help="A probe", event=FloodWaited, kind=Kind.HISTOGRAM))
    with pytest.raises(ValueError, match="a value for every label"):
        declare(Metric(name="voicepipe_probe_total", help="A probe", event=FloodWaited, known=(("a",),)))
