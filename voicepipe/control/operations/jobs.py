"""Operations on jobs: which there are, how far they have come, and what went wrong."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from voicepipe.control.operations.users import ledger_line, user_id_of
from voicepipe.control.registry import Desk, performs, require
from voicepipe.control.work import (
    ErrorsReport,
    JobLine,
    JobList,
    JobReport,
    ListJobs,
    RefusalLine,
    ShowErrors,
    ShowJob,
    TroubleLine,
)
from voicepipe.domain.jobs import JobKey, JobState
from voicepipe.errors import RequestRefused
from voicepipe.store.books.list_of_jobs import Choice

if TYPE_CHECKING:
    from voicepipe.journey.stages import Standing
    from voicepipe.store import JobRow, RefusalRow

MAX_LINES = 10_000


@performs(ListJobs)
async def list_jobs(desk: Desk, request: ListJobs) -> JobList:
    require("The number of lines", request.limit, least=1, most=MAX_LINES)
    user_id = None if request.user is None else user_id_of(desk, request.user)
    rows = await desk.list_of_jobs.of(request.choice, request.limit, user_id)
    return JobList(jobs=_lines(desk, rows))


@performs(ShowJob)
async def show_job(desk: Desk, request: ShowJob) -> JobReport:
    row = await job_named(desk, request.job)
    movements = await desk.reports.movements(row.key)
    return JobReport(job=job_line(desk, row), ledger=tuple(map(ledger_line, movements)))


@performs(ShowErrors)
async def show_errors(desk: Desk, request: ShowErrors) -> ErrorsReport:
    require("The number of lines", request.limit, least=1, most=MAX_LINES)
    troubles = desk.live.troubles if desk.live else ()
    failures = await desk.list_of_jobs.of(Choice.FAILED, request.limit)
    refusals = await desk.reports.refusals(request.limit)
    return ErrorsReport(
        troubles=tuple(
            TroubleLine(severity=each.severity, words=each.words, times=each.times, at=_instant(each.at))
            for each in troubles[: request.limit]
        ),
        failures=_lines(desk, failures),
        refusals=tuple(map(_refusal_line, refusals)),
    )


# --- which is meant -------------------------------------------------------------------------------------------------
async def job_named(desk: Desk, name: str) -> JobRow:
    """The job that an operator names. Raises RequestRefused."""
    key = JobKey.parse(name)
    if key is None:
        raise RequestRefused(
            f"{name!r} names no job: expected chat and message, as 123456789/42; `voicepipe jobs list --all` has them"
        )
    row = await desk.list_of_jobs.find(key)
    if row is None:
        raise RequestRefused(
            f"There is no job {key}: it was never accepted (`voicepipe jobs errors` has what was refused), or is so "
            "old that it was deleted"
        )
    return row


# --- reports --------------------------------------------------------------------------------------------------------
def job_line(desk: Desk, row: JobRow) -> JobLine:
    """A job, as it is reported."""
    return _lines(desk, [row])[0]


def _lines(desk: Desk, rows: list[JobRow]) -> tuple[JobLine, ...]:
    standings = {each.key: each for each in desk.live.standings()} if desk.live else {}
    now = datetime.now(UTC)
    return tuple(_line(desk, row, standings.get(row.key), now) for row in rows)


def _line(desk: Desk, row: JobRow, standing: Standing | None, now: datetime) -> JobLine:
    person = desk.people.person(row.user_id)
    until = row.changed_at if row.state is JobState.DONE else now
    return JobLine(
        job=str(row.key),
        user_id=row.user_id,
        username=person.username if person else None,
        kind=row.kind.value,
        state=row.state.value,
        stage=standing.stage.value if standing else None,
        before=standing.before if standing else None,
        share_done=standing.share_done if standing else None,
        predicted_seconds=standing.predicted_seconds if standing else None,
        declared_seconds=row.declared_seconds,
        accepted_at=row.accepted_at,
        changed_at=row.changed_at,
        lasted_seconds=max(0.0, (until - row.accepted_at).total_seconds()),
        charged_seconds=row.charged_seconds,
        deaths=row.deaths,
        failure=row.failure,
        is_cancelled=row.is_cancelled,
    )


def _refusal_line(row: RefusalRow) -> RefusalLine:
    return RefusalLine.model_validate(row, from_attributes=True)


def _instant(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
