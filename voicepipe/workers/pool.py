"""The pool of worker processes, as the scheduler sees it (one event loop, one thread)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from voicepipe.config import RecognitionConfig, WorkersConfig
from voicepipe.events import Events
from voicepipe.workers.lifecycle import LossCause, WorkerLost, WorkerState
from voicepipe.workers.messages import Crashed, Progress, Recognised, Rejected

__all__ = ["LossCause", "TaskOutcome", "TaskRequest", "WorkerLost", "WorkerPool", "WorkerState", "WorkerStatus"]

WORKER_PROGRAM: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TaskRequest:
    """A recording to recognise."""

    path: Path
    audio_seconds: float
    """Declared length, or an upper bound where nothing is declared: it scales the deadline."""
    limit_seconds: float
    """More decoded audio than this is rejected as TOO_LONG."""
    language: str | None = None
    """ISO 639-1 code to recognise in; None: what the configuration says (usually detection)."""


TaskOutcome = Recognised | Rejected | Crashed | WorkerLost


@dataclass(frozen=True, slots=True)
class WorkerStatus:
    """One worker as the operator sees it."""

    worker: int
    state: WorkerState
    pid: int | None
    rss_bytes: int | None
    """Resident memory at its last heartbeat."""
    tasks_done: int
    deaths: int
    busy_seconds: float | None
    """How long its present task runs; None when it has none."""


class WorkerPool:
    """Runs the worker processes and hands them tasks; at most one task per worker, no queue of its own."""

    def __init__(
        self,
        workers: WorkersConfig,
        recognition: RecognitionConfig,
        model_path: Path,
        events: Events,
        *,
        program: Sequence[str] = WORKER_PROGRAM,
    ) -> None:
        self.on_idle: Callable[[], None] | None = None
        """Called in the event loop whenever a worker becomes idle."""
        raise NotImplementedError

    async def start(self) -> None:
        """Starts all workers and returns when the first is ready.

        Raises ModelMissing or WorkersFailed, with the reason and with no process left, when none can be.
        """
        raise NotImplementedError

    async def stop(self, timeout_seconds: float) -> None:
        """Takes no more tasks, lets running ones finish within the bound, then kills; no process is left."""
        raise NotImplementedError

    @property
    def size(self) -> int:
        """Number of workers it keeps."""
        raise NotImplementedError

    @property
    def idle(self) -> int:
        """Number of workers that wait for a task now."""
        raise NotImplementedError

    def assign(
        self, request: TaskRequest, on_progress: Callable[[Progress], None] | None = None
    ) -> asyncio.Future[TaskOutcome]:
        """Hands the task to an idle worker (there must be one); the future gets exactly one outcome."""
        raise NotImplementedError

    async def wait_failed(self) -> NoReturn:
        """Raises WorkersFailed when all workers are FAILED, or the exception that broke the pool; else waits."""
        raise NotImplementedError

    def statuses(self) -> list[WorkerStatus]:
        """One per worker, in order."""
        raise NotImplementedError
