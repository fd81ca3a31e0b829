"""What operations need of the store and of a running service."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from datetime import date
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from voicepipe.control.lately import Trouble
    from voicepipe.domain.hosts import HostStatus
    from voicepipe.domain.jobs import Job, JobKey
    from voicepipe.domain.payments import Fault, Payment
    from voicepipe.domain.people import Person
    from voicepipe.domain.quota import Balance, Reservation
    from voicepipe.domain.usage import UsageBy
    from voicepipe.journey.stages import Standing
    from voicepipe.metrics import Metric, Sample
    from voicepipe.store import (
        ChangeRow,
        Choice,
        Counts,
        DaySoFar,
        Forgotten,
        JobRow,
        LedgerRow,
        RefusalRow,
        Table,
        UsageDay,
        UsageGroup,
        UsageHour,
        UserRow,
    )
    from voicepipe.workers.member import WorkerStatus


class Accounts(Protocol):
    """What users may use. `request_id` is an idempotency key: a repeated request changes nothing and gives False."""

    def balance(self, user_id: int) -> Balance: ...

    def today(self) -> date: ...

    async def set_quota(self, user_id: int, seconds: int | None, *, request_id: str, by: int | None = None) -> bool: ...

    def plans(self) -> Sequence[str]: ...

    def setting(self, subject_id: int, name: str) -> int | bool | str | None: ...

    async def set_plan(self, user_id: int, plan: str | None, *, request_id: str, by: int | None = None) -> bool: ...

    async def grant(self, user_id: int, seconds: int, *, request_id: str, by: int | None = None) -> bool: ...

    async def set_unlimited(self, user_id: int, value: bool, *, request_id: str, by: int | None = None) -> bool: ...

    async def set_banned(self, user_id: int, value: bool, *, request_id: str, by: int | None = None) -> bool: ...

    def is_paused(self) -> bool: ...

    async def set_paused(self, value: bool, *, request_id: str, by: int | None = None) -> bool: ...

    def ids_with(self, *settings: str) -> Set[int]: ...

    async def change_many(
        self,
        settings: Sequence[tuple[int, str, int | bool | str | None]],
        grants: Mapping[int, int],
        *,
        request_id: str,
    ) -> bool: ...


class People(Protocol):
    """Who has written to the bot."""

    def person(self, user_id: int) -> Person | None: ...

    def find(self, username: str) -> int | None: ...

    def ids(self) -> Set[int]: ...


class Reports(Protocol):
    """Questions to the records."""

    async def users(self) -> list[UserRow]: ...

    async def user(self, user_id: int) -> UserRow | None: ...

    async def history(self, user_id: int, limit: int) -> list[LedgerRow]: ...

    async def usage_by_day(self, days: int) -> list[UsageDay]: ...

    async def usage_by_hour(self, hours: int) -> Sequence[UsageHour]: ...

    async def today_and_yesterday(self) -> tuple[DaySoFar, DaySoFar]: ...

    async def usage_by(self, by: UsageBy, days: int, limit: int) -> list[UsageGroup]: ...

    async def query(self, sql: str, *, limit: int, seconds: float) -> Table: ...

    async def movements(self, key: JobKey) -> list[LedgerRow]: ...

    async def refusals(self, limit: int) -> list[RefusalRow]: ...

    async def changes(self, limit: int, user_id: int | None) -> list[ChangeRow]: ...

    async def counts(self) -> Counts: ...

    async def check(self) -> list[str]: ...


class Jobs(Protocol):
    """Jobs, as far as an operator changes them."""

    async def find(self, key: JobKey) -> Job | None: ...

    async def retry(self, job: Job, reservation: Reservation, *, by: int) -> bool: ...

    async def cancel(self, key: JobKey, *, by: int) -> bool: ...


class ListOfJobs(Protocol):
    """What an operator looks up of jobs."""

    async def find(self, key: JobKey) -> JobRow | None: ...

    async def of(self, choice: Choice, limit: int, user_id: int | None = None) -> list[JobRow]: ...


class Payments(Protocol):
    """What was paid."""

    async def find(self, charge_id: str) -> Payment | None: ...

    async def latest(self, limit: int, user_id: int | None = None) -> Sequence[Payment]: ...

    async def begin_refund(self, charge_id: str, reason: Fault, *, made_by: int | None = None) -> Payment | None: ...


class Forgetting(Protocol):
    """Deletes what is known of a user, everywhere."""

    async def forget_named(self, user_id: int) -> Forgotten: ...


class Live(Protocol):
    """What only a running service knows."""

    @property
    def uptime_seconds(self) -> float: ...

    @property
    def queue(self) -> int:
        """Recordings that no worker has yet."""
        ...

    @property
    def unguarded(self) -> str:
        """What workers are not kept from, though the configuration says so; empty when they are from all."""
        ...

    def worker_statuses(self) -> Sequence[WorkerStatus]: ...

    def standings(self) -> Sequence[Standing]:
        """How far the jobs in work have come."""
        ...

    def take_up(self, job: Job) -> None:
        """See a job through that is accepted again."""

    async def cancel(self, key: JobKey, *, keep: bool, by: int) -> bool:
        """Give a job up, but with `keep` what is recognised already; False when it is concluded."""
        ...

    async def find_reply(self, key: JobKey) -> int | None:
        """The id of the bot's own first message in reply to a job's recording, if there is one."""

    @property
    def recognisers(self) -> int:
        """Workers that recognise, here or elsewhere."""
        ...

    def host_statuses(self) -> Sequence[HostStatus]: ...

    @property
    def is_message_server_there(self) -> bool | None: ...

    def drain_host(self, name: str, *, is_over: bool) -> None: ...

    def restart_workers(self, numbers: Sequence[int]) -> None:
        """Put fresh processes in their places, each after its present task."""

    @property
    def troubles(self) -> Sequence[Trouble]:
        """What went wrong of late, the latest first."""
        ...

    def real_time_factor(self, worker: int) -> float | None:
        """Seconds of work for a second of speech, as of late; None before it did any."""
        ...

    def metrics(self) -> Sequence[tuple[Metric, Sequence[Sample]]]:
        """What was counted since the start."""
        ...
