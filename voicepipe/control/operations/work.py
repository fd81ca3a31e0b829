"""Operations that change the work at hand: recordings given up or tried again, workers started anew."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from voicepipe.control.operations.jobs import job_line, job_named
from voicepipe.control.operations.status import worker_report
from voicepipe.control.registry import Desk, performs
from voicepipe.control.work import (
    CancelJob,
    DrainHost,
    HostList,
    JobLine,
    ListHosts,
    ListWorkers,
    RestartWorkers,
    RetryJob,
    WorkerList,
)
from voicepipe.domain import admission
from voicepipe.domain.admission import Accepted, Claim, Load, RefusalReason
from voicepipe.domain.asking import is_in_bots_chat
from voicepipe.domain.jobs import Job, JobState
from voicepipe.domain.transcripts import FailureReason
from voicepipe.errors import RequestRefused
from voicepipe.machine import free_bytes
from voicepipe.store.entries import BY_OPERATOR
from voicepipe.store.rows import UNDELIVERABLE

if TYPE_CHECKING:
    from voicepipe.control.ports import Live
    from voicepipe.domain.admission import Refused
    from voicepipe.store import JobRow


# --- jobs -----------------------------------------------------------------------------------------------------------
@performs(CancelJob)
async def cancel_job(desk: Desk, request: CancelJob) -> JobLine:
    row = await job_named(desk, request.job)
    is_in_time = await (
        desk.live.cancel(row.key, keep=request.keep, by=BY_OPERATOR)
        if desk.live is not None
        else desk.jobs.cancel(row.key, by=BY_OPERATOR)
    )
    row = await job_named(desk, request.job)
    if not is_in_time and not row.is_cancelled:
        raise RequestRefused(f"Job {row.key} has its outcome already: there is nothing to give up")
    return job_line(desk, row)


@performs(RetryJob)
async def retry_job(desk: Desk, request: RetryJob) -> JobLine:
    row = await job_named(desk, request.job)
    if row.state is JobState.DONE and row.failure is not None:
        await _retry(desk, row)
    return job_line(desk, await job_named(desk, request.job))


async def _retry(desk: Desk, row: JobRow) -> None:
    _require_retriable(row)
    job = await desk.jobs.find(row.key)
    assert job is not None
    if job.status_message_id is None and desk.live is not None:
        # What was said of its failure becomes the text.
        job = replace(job, status_message_id=await desk.live.find_reply(job.key))
    # No await between the balance and its change in retry, as with every admission.
    match _judge(desk, job):
        case Accepted(reservation):
            if await desk.jobs.retry(job, reservation, by=BY_OPERATOR) and desk.live is not None:
                again = await desk.jobs.find(job.key)
                assert again is not None
                desk.live.take_up(again)
        case refused:
            raise RequestRefused(f"Job {job.key} can't be tried again: {_why(job, refused)}")


def _require_retriable(row: JobRow) -> None:
    """Raises RequestRefused."""
    if row.failure == UNDELIVERABLE:
        raise RequestRefused(f"Job {row.key} was recognised, but Telegram took the answer nowhere; nothing was charged")
    if row.failure == FailureReason.WITHDRAWN:
        raise RequestRefused(f"Job {row.key} can't be tried again: its recording was deleted from the chat")
    if not is_in_bots_chat(row.key):
        raise RequestRefused(
            f"Job {row.key} can't be tried again: the bot is no member of that chat, so it fetches nothing twice"
        )


def _judge(desk: Desk, job: Job) -> Accepted | Refused:
    """As a recording that comes now, but for the queue: an operator's wish waits with the others."""
    limits = desk.config.limits
    claim = Claim(job.first_seconds or job.declared_seconds, job.file_bytes, 0.0)
    load = Load(0, 0, free_bytes(desk.config.service.state_path))
    balance = desk.accounts.balance(job.user_id)
    return admission.decide(claim, balance, load, limits=limits, max_age_seconds=1.0)


def _why(job: Job, refused: Refused) -> str:
    match refused.reason:
        case RefusalReason.OVER_QUOTA:
            left = f"its user has {refused.left} s left of {refused.limit} s a day, and needs {refused.seconds} s"
            return f"{left}: `voicepipe quota grant {job.user_id} SECONDS` first"
        case RefusalReason.BANNED:
            return f"its user is banned: `voicepipe users unban {job.user_id}` first"
        case RefusalReason.DISK_FULL:
            return "the disk has no room for it (limits.min_free_disk_mib)"
        case RefusalReason.TOO_LONG:
            return f"it is {refused.seconds} s long, and {refused.limit} s are allowed (limits.max_recording_seconds)"
    return refused.reason.value.replace("_", " ")


# --- workers --------------------------------------------------------------------------------------------------------
@performs(ListWorkers)
async def list_workers(desk: Desk, _: ListWorkers) -> WorkerList:
    return _workers(_live(desk))


@performs(RestartWorkers)
async def restart_workers(desk: Desk, request: RestartWorkers) -> WorkerList:
    live = _live(desk)
    there = sorted({status.worker for status in live.worker_statuses()})
    if unknown := [number for number in request.workers if number not in there]:
        raise RequestRefused(f"There is no worker {unknown[0]}; there are: {', '.join(map(str, there))}")
    live.restart_workers(request.workers or there)
    return _workers(live)


@performs(ListHosts)
async def list_hosts(desk: Desk, _: ListHosts) -> HostList:
    return HostList(hosts=tuple(_live(desk).host_statuses()))


@performs(DrainHost)
async def drain_host(desk: Desk, request: DrainHost) -> HostList:
    live = _live(desk)
    live.drain_host(request.host, is_over=request.is_over)
    return HostList(hosts=tuple(live.host_statuses()))


def _live(desk: Desk) -> Live:
    """Raises RequestRefused when no service runs."""
    if desk.live is None:
        raise RequestRefused("No service runs, so there are no workers: start it, as by systemctl start voicepipe")
    return desk.live


def _workers(live: Live) -> WorkerList:
    return WorkerList(workers=tuple(worker_report(status, live) for status in live.worker_statuses()))
