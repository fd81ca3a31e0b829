"""A control server, here or in a process of its own, and what a running service would tell it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.support.places import ROOT
from voicepipe.control.lately import Trouble
from voicepipe.control.performing import Operations
from voicepipe.control.server import ControlServer
from voicepipe.domain.hosts import HostStatus
from voicepipe.domain.jobs import Job, JobKey
from voicepipe.journey.stages import Standing
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

    standing: Sequence[Standing] = ()
    troubles: Sequence[Trouble] = ()
    taken_up: list[JobKey] = field(default_factory=list)
    restarted: list[int] = field(default_factory=list)
    hosts: Sequence[HostStatus] = ()
    drained: list[tuple[str, bool]] = field(default_factory=list)

    @property
    def is_message_server_there(self) -> bool | None:
        return True if self.hosts else None

    @property
    def recognisers(self) -> int:
        return 1

    def host_statuses(self) -> Sequence[HostStatus]:
        return self.hosts

    def drain_host(self, name: str, *, is_over: bool) -> None:
        self.drained.append((name, is_over))

    def standings(self) -> Sequence[Standing]:
        return self.standing

    def take_up(self, job: Job) -> None:
        self.taken_up.append(job.key)

    async def cancel(self, key: JobKey, *, keep: bool, by: int) -> bool:
        return False

    async def find_reply(self, key: JobKey) -> int | None:
        return None

    def restart_workers(self, numbers: Sequence[int]) -> None:
        self.restarted.extend(numbers)

    def worker_statuses(self) -> Sequence[WorkerStatus]:
        return [WorkerStatus(1, WorkerState.BUSY, False, 4242, 200 * 2**20, 7, 1, 2.5)]

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


HOLDER = """
import asyncio, sys
from pathlib import Path
from voicepipe.config import QuotaConfig
from voicepipe.control.server import ControlServer
from tests.support.store.tools import operations
from voicepipe.store import Store

class Live:
    uptime_seconds, queue, unguarded = 61.0, 0, "network"
    def worker_statuses(self): return []
    def host_statuses(self): return []
    is_message_server_there = None
    recognisers = 1
    def metrics(self): return []
    def standings(self): return []
    troubles = ()

async def hold(state, answers):
    store = await Store.open(state, QuotaConfig())
    if answers:
        await ControlServer(operations(store, Live()), state / "control.sock").start()
    print("holding", flush=True)
    await asyncio.Event().wait()

asyncio.run(hold(Path(sys.argv[1]), sys.argv[2] == "answering"))
"""


@contextmanager
def holder(state: Path, manner: str) -> Iterator[subprocess.Popen[str]]:
    """A process that has the store open, answering on the control socket or not."""
    command = [sys.executable, "-c", HOLDER, str(state), manner]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "holding\n"
        try:
            yield process
        finally:
            process.kill()
