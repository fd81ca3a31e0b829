"""What was recognised of late, by hour, also those in which nothing was."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.support.store.tools import Clock, job, operations, transcript, usage
from voicepipe.control.messages import ShowActivity
from voicepipe.domain.jobs import RecordingKind
from voicepipe.store import Store, Usage


async def recognise(keeper: Store, number: int, taken: Usage) -> None:
    made = job(number, daily=0, extra=0)
    await keeper.jobs.accept(made)
    await keeper.jobs.conclude(made, transcript(), charged_seconds=0, usage=taken)


async def test_hours_of_late(keeper: Store, clock: Clock) -> None:
    clock.now = datetime(2026, 3, 1, 10, 59, 59, tzinfo=UTC)
    await recognise(keeper, 1, usage(4.0))
    clock.now = datetime(2026, 3, 1, 11, 0, 0, tzinfo=UTC)
    await recognise(keeper, 2, usage(5.0))
    await recognise(keeper, 3, Usage(RecordingKind.VOICE, "demo", "en", 6.0, usage().timings))
    clock.now += timedelta(hours=2, minutes=20)
    hours = await keeper.reports.usage_by_hour(3)
    assert [(hour.begins_at.hour, hour.recordings, hour.audio_seconds) for hour in hours] == [
        (11, 2, 11.0),
        (12, 0, 0.0),
        (13, 0, 0.0),
    ]
    clock.now += timedelta(days=1)
    assert sum(hour.recordings for hour in await keeper.reports.usage_by_hour(24)) == 0
    assert sum(hour.recordings for hour in await keeper.reports.usage_by_hour(48)) == 3


async def test_an_operator_may_ask_for_it(keeper: Store) -> None:
    await recognise(keeper, 1, usage(4.0))
    report = await operations(keeper).perform(ShowActivity(hours=5))
    assert [hour.recordings for hour in report.hours] == [0, 0, 0, 0, 1]
    assert [day.recordings for day in report.days] == [1]
    assert [line.group for line in report.languages] == ["ru"]
