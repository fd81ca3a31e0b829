"""What an operator can ask about the work at hand: jobs, and what went wrong of late."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from voicepipe.control.messages import LedgerLine, OperatorRequest, Report, WorkerReport
from voicepipe.domain.hosts import HostStatus
from voicepipe.store.books.list_of_jobs import Choice


# --- reports --------------------------------------------------------------------------------------------------------
class JobLine(Report):
    """A recording that was accepted."""

    job: str
    """Its key, as `7/100`: chat, message, and the door that it came in by where there is one."""
    user_id: int
    username: str | None
    kind: str
    state: str
    """As it is on the disk: accepted, concluded, done."""
    stage: str | None = None
    """queued, fetching, fetched, recognising, delivering; None where no service runs, and for what is done."""
    before: int | None = None
    """How many recordings that no worker has yet go before it."""
    share_done: float | None = None
    """How much of its speech is recognised, from 0 to 1."""
    predicted_seconds: float | None = None
    """How long it was said to take, when it was accepted."""
    declared_seconds: int | None
    accepted_at: datetime
    changed_at: datetime
    """When it came to its present state."""
    lasted_seconds: float
    """From its acceptance until it was done, or until now."""
    charged_seconds: int | None
    """None before it is concluded."""
    deaths: int
    """Worker processes that it has ended."""
    failure: str | None
    """Why there is no text, in one word; `undeliverable` where nobody got it."""
    is_cancelled: bool


class JobList(Report):
    jobs: tuple[JobLine, ...]


class JobReport(Report):
    """All that is known of one job."""

    job: JobLine
    ledger: tuple[LedgerLine, ...]
    """What it has moved of its user's quota, in order."""


class TroubleLine(Report):
    """Something that went wrong since the service started, perhaps often."""

    severity: str
    words: str
    times: int
    at: datetime
    """The last time."""


class RefusalLine(Report):
    """A recording that was not accepted."""

    at: datetime
    user_id: int
    username: str | None
    chat_id: int | None
    reason: str
    audio_seconds: float | None
    """How long it says it is."""


class WorkerList(Report):
    workers: tuple[WorkerReport, ...]


class HostList(Report):
    hosts: tuple[HostStatus, ...]


class ErrorsReport(Report):
    """What went wrong of late, the latest first."""

    troubles: tuple[TroubleLine, ...]
    """Of the service itself; empty where none runs."""
    failures: tuple[JobLine, ...]
    """Recordings that got no text."""
    refusals: tuple[RefusalLine, ...]


# --- requests -------------------------------------------------------------------------------------------------------
class ListJobs(OperatorRequest[JobList]):
    verb: Literal["list_jobs"] = "list_jobs"
    choice: Choice = Choice.UNFINISHED
    user: str | None = None
    """Whose; None: everybody's."""
    limit: int = 50


class ShowJob(OperatorRequest[JobReport]):
    verb: Literal["show_job"] = "show_job"
    job: str


class CancelJob(OperatorRequest[JobLine]):
    """Cancelled twice, it is cancelled once, so it needs no key."""

    verb: Literal["cancel_job"] = "cancel_job"
    job: str
    keep: bool = False
    """Whether what is recognised already shall be the text."""


class RetryJob(OperatorRequest[JobLine]):
    """What is in work again already is left so, so it needs no key."""

    verb: Literal["retry_job"] = "retry_job"
    job: str


class ListWorkers(OperatorRequest[WorkerList]):
    verb: Literal["list_workers"] = "list_workers"


class RestartWorkers(OperatorRequest[WorkerList]):
    verb: Literal["restart_workers"] = "restart_workers"
    workers: tuple[int, ...] = ()
    """Their numbers; empty for all."""


class ListHosts(OperatorRequest[HostList]):
    verb: Literal["list_hosts"] = "list_hosts"


class DrainHost(OperatorRequest[HostList]):
    """Asked twice, it is the same, so it needs no key."""

    verb: Literal["drain_host"] = "drain_host"
    host: str
    is_over: bool = False
    """Whether it shall get work again."""


class ShowErrors(OperatorRequest[ErrorsReport]):
    verb: Literal["show_errors"] = "show_errors"
    limit: int = 20
    """Most lines of each sort."""
