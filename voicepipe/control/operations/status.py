"""Operations on the whole: how the service is, what it did, and whether its books add up."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from voicepipe import __version__
from voicepipe.control.changes import SetPaused
from voicepipe.control.messages import (
    ActivityReport,
    CheckReport,
    CheckStore,
    HourLine,
    JobCounts,
    MetricReport,
    MetricSample,
    ShowActivity,
    ShowStatus,
    StatusReport,
    UsageGroupLine,
    UsageLine,
    WorkerReport,
)
from voicepipe.control.registry import Desk, performs, require
from voicepipe.domain.usage import UsageBy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from voicepipe.config import Config
    from voicepipe.control.ports import Live
    from voicepipe.metrics import Metric, Sample
    from voicepipe.store import Counts, UsageDay
    from voicepipe.workers.member import WorkerStatus

MAX_USAGE_DAYS = 3660
MAX_ACTIVITY_HOURS = 24 * 31
MOST_GROUPS = 20


@performs(ShowStatus)
async def show_status(desk: Desk, _: ShowStatus) -> StatusReport:
    return await _status(desk)


async def _status(desk: Desk) -> StatusReport:
    counts, live = await desk.reports.counts(), desk.live
    today, yesterday = await desk.reports.today_and_yesterday()
    return StatusReport(
        version=__version__,
        is_running=live is not None,
        pid=os.getpid() if live else None,
        uptime_seconds=live.uptime_seconds if live else None,
        state_dir=str(desk.config.service.state_path.absolute()),
        model=desk.config.recognition.model,
        sandbox=_sandbox(desk.config, live) if live else None,
        is_paused=desk.accounts.is_paused(),
        queue=live.queue if live else None,
        workers=tuple(worker_report(status, live) for status in live.worker_statuses()) if live else (),
        hosts=tuple(live.host_statuses()) if live else (),
        recognisers=live.recognisers if live else None,
        is_message_server_there=live.is_message_server_there if live else None,
        jobs=_job_counts(counts),
        entries=counts.entries,
        applied=counts.applied,
        today=_usage_line(today.usage),
        refused_today=today.refused,
        yesterday=_usage_line(yesterday.usage),
        refused_yesterday=yesterday.refused,
        metrics=tuple(_metric_report(*read) for read in live.metrics()) if live else (),
    )


@performs(SetPaused)
async def set_paused(desk: Desk, request: SetPaused) -> StatusReport:
    await desk.accounts.set_paused(request.value, request_id=request.request_id, by=request.by)
    return await _status(desk)


@performs(ShowActivity)
async def show_activity(desk: Desk, request: ShowActivity) -> ActivityReport:
    require("The number of hours", request.hours, least=1, most=MAX_ACTIVITY_HOURS)
    require("The number of days", request.days, least=1, most=MAX_USAGE_DAYS)
    hours = await desk.reports.usage_by_hour(request.hours)
    return ActivityReport(
        hours=tuple(HourLine.model_validate(row, from_attributes=True) for row in hours),
        days=await _usage(desk, request.days),
        languages=await _groups(desk, UsageBy.LANGUAGE, request.days),
        refusals=await _groups(desk, UsageBy.REFUSAL, request.days),
    )


@performs(CheckStore)
async def check_store(desk: Desk, _: CheckStore) -> CheckReport:
    return CheckReport(violations=tuple(await desk.reports.check()))


async def _usage(desk: Desk, days: int) -> tuple[UsageLine, ...]:
    rows = await desk.reports.usage_by_day(days)
    return tuple(UsageLine.model_validate(row, from_attributes=True) for row in rows)


async def _groups(desk: Desk, by: UsageBy, days: int) -> tuple[UsageGroupLine, ...]:
    groups = await desk.reports.usage_by(by, days, MOST_GROUPS)
    return tuple(UsageGroupLine.model_validate(group, from_attributes=True) for group in groups)


def _usage_line(usage: UsageDay | None) -> UsageLine | None:
    return None if usage is None else UsageLine.model_validate(usage, from_attributes=True)


def _job_counts(counts: Counts) -> JobCounts:
    return JobCounts(
        undecided=counts.inbox_received,
        accepted=counts.jobs_accepted,
        concluded=counts.jobs_concluded,
        done=counts.jobs_done,
    )


def _sandbox(config: Config, live: Live) -> str:
    if not config.workers.sandbox:
        return "off"
    return live.unguarded or "on"


def worker_report(status: WorkerStatus, live: Live) -> WorkerReport:
    """A worker, as it is reported."""
    return WorkerReport(
        worker=status.worker,
        state=status.state.value,
        is_express=status.is_express,
        host=status.host,
        pid=status.pid,
        rss_bytes=status.rss_bytes,
        tasks_done=status.tasks_done,
        deaths=status.deaths,
        busy_seconds=status.busy_seconds,
        doing=status.doing,
        real_time_factor=live.real_time_factor(status.worker),
    )


def _metric_report(metric: Metric, samples: Sequence[Sample]) -> MetricReport:
    return MetricReport(
        name=metric.name,
        kind=metric.kind.value,
        help=metric.help,
        samples=tuple(
            MetricSample(name=sample.name, labels=dict(sample.labels), value=sample.value) for sample in samples
        ),
    )
