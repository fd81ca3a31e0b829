"""What operators are told of a running service beside what is in its store."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from voicepipe.control.lately import Lately, Trouble
    from voicepipe.domain.jobs import Job, JobKey
    from voicepipe.journey.pipeline import Pipeline
    from voicepipe.journey.stages import Standing
    from voicepipe.metrics import Metric, Metrics, Sample
    from voicepipe.scheduling.estimate import Estimator
    from voicepipe.scheduling.gate import FetchGate
    from voicepipe.workers.member import WorkerStatus
    from voicepipe.workers.pool import WorkerPool


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """The facts of a running service, read from its parts. Satisfies ports.Live."""

    pool: WorkerPool
    gate: FetchGate
    estimator: Estimator
    counted: Metrics
    lately: Lately
    pipeline: Pipeline
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

    def restart_workers(self, numbers: Sequence[int]) -> None:
        self.pool.renewal.restart(numbers)

    def metrics(self) -> list[tuple[Metric, list[Sample]]]:
        return self.counted.read()

    def real_time_factor(self, worker: int) -> float | None:
        return self.estimator.real_time_factor(worker)
