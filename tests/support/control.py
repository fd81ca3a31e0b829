"""A control server, and what a running service would tell it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from voicepipe.control.performing import Operations
from voicepipe.control.server import ControlServer
from voicepipe.metrics import Metric, Metrics, Sample
from voicepipe.workers.lifecycle import WorkerState
from voicepipe.workers.member import WorkerStatus


@dataclass(frozen=True, slots=True)
class Facts:
    """What a running service would know. Satisfies operations.Live."""

    uptime_seconds: float = 12.5
    queue: int = 3
    unguarded: str = ""
    counted: Metrics = field(default_factory=Metrics)

    def worker_statuses(self) -> Sequence[WorkerStatus]:
        return [WorkerStatus(1, WorkerState.BUSY, 4242, 200 * 2**20, 7, 1, 2.5)]

    def metrics(self) -> list[tuple[Metric, list[Sample]]]:
        return self.counted.read()

    def real_time_factor(self, worker: int) -> float | None:
        return 0.2 if worker == 1 else None


@asynccontextmanager
async def serving(operations: Operations, path: Path, **settings: Any) -> AsyncIterator[ControlServer]:
    server = ControlServer(operations, path, **settings)
    await server.start()
    try:
        yield server
    finally:
        await server.stop(5.0)
