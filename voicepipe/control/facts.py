"""What operators are told of a running service beside what is in its store."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from voicepipe.errors import RequestRefused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from voicepipe.control.lately import Lately, Trouble
    from voicepipe.domain.hosts import HostStatus
    from voicepipe.domain.jobs import Job, JobKey
    from voicepipe.journey.pipeline import Pipeline
    from voicepipe.journey.stages import Standing
    from voicepipe.metrics import Metric, Metrics, Sample
    from voicepipe.scheduling.estimate import Estimator
    from voicepipe.scheduling.gate import FetchGate
    from voicepipe.workers.member import WorkerStatus
    from voicepipe.workers.pool import WorkerPool
    from voicepipe.workers.remote.fleet import Fleet


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """The facts of a running service, read from its parts. Satisfies ports.Live."""

    pool: WorkerPool
    gate: FetchGate
    estimator: Estimator
    counted: Metrics
    lately: Lately
    pipeline: Pipeline
    fleet: Fleet | None = None
    """Workers on other machines, where they are wanted."""
    started_at: float = field(default_factory=time.monotonic)

    @property
    def uptime_seconds(self) -> float:
        return time.monotonic() - self.started_at

    @property
    def queue(self) -> int:
        return self.gate.not_begun

    @property
    def unguarded(self) -> str:
        return self.pool.unguarded

    def worker_statuses(self) -> list[WorkerStatus]:
        return self.pool.statuses()

    def standings(self) -> Sequence[Standing]:
        return self.pipeline.standings()

    @property
    def troubles(self) -> Sequence[Trouble]:
        return self.lately.troubles

    def take_up(self, job: Job) -> None:
        self.pipeline.take_up(job)

    async def cancel(self, key: JobKey, *, keep: bool, by: int) -> bool:
        return await self.pipeline.cancel(key, keep=keep, by=by)

    async def find_reply(self, key: JobKey) -> int | None:
        return await self.pipeline.find_reply(key)

    @property
    def recognisers(self) -> int:
        return self.pool.able()

    def host_statuses(self) -> Sequence[HostStatus]:
        return () if self.fleet is None else self.fleet.statuses()

    @property
    def is_message_server_there(self) -> bool | None:
        return None if self.fleet is None else self.fleet.is_connected

    def drain_host(self, name: str, *, is_over: bool) -> None:
        """Raises RequestRefused."""
        if self.fleet is None:
            raise RequestRefused("This service has no workers on other machines: [remote] server is not set")
        self.fleet.drain(name, is_over=is_over)

    def restart_workers(self, numbers: Sequence[int]) -> None:
        self.pool.renewal.restart(numbers)

    def metrics(self) -> list[tuple[Metric, list[Sample]]]:
        return self.counted.read()

    def real_time_factor(self, worker: int) -> float | None:
        return self.estimator.real_time_factor(worker)
