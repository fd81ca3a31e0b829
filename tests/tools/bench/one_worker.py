"""A real worker process with pool and scheduler, without Telegram; the only code here that knows how to ask one."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from voicepipe.config import RecognitionConfig, WorkersConfig
from voicepipe.domain.transcripts import Failure
from voicepipe.events import Events
from voicepipe.journey.recognition import Heard, Media, Recognition, Watch
from voicepipe.machine import cpu_seconds
from voicepipe.scheduling.scheduler import Scheduler
from voicepipe.wire.messages import AS_CONFIGURED, Options
from voicepipe.workers.local import local_seats
from voicepipe.workers.pool import WorkerPool
from voicepipe.workers.sounds import Sounds

LIMIT_SECONDS = 3600.0
ANYBODY = 1


@dataclass(frozen=True, slots=True)
class OneWorker:
    """A worker that waits for work."""

    hear: Callable[[Path, Options], Awaitable[Heard | Failure]]
    """What comes of a recording. Raises RuntimeError when the worker is lost over it."""
    recognise: Callable[[Path], Awaitable[str]]
    """The text of a recording. Raises RuntimeError when there is none."""
    pid: int
    window_seconds: float
    """The longest window that it makes."""

    @property
    def cpu_seconds(self) -> float:
        """Used until now."""
        return cpu_seconds(self.pid)


@asynccontextmanager
async def running_worker(model: Path, config: RecognitionConfig) -> AsyncIterator[OneWorker]:
    """A worker with this model, whatever `config` names; its deadlines are so late that no busy machine meets them."""
    workers, sounds = WorkersConfig(count=1, express=0, task_timeout_floor_seconds=LIMIT_SECONDS), Sounds(None)
    pool = WorkerPool(workers, local_seats(workers, config, model, sounds), Events())
    # As in the service, where an express worker is there for the others.
    scheduler = Scheduler(pool, are_windows_together=True)
    pool.call_when_idle(scheduler.assign_waiting)
    recognition = Recognition(scheduler, sounds)
    await pool.start()

    async def hear(path: Path, options: Options) -> Heard | Failure:
        return await recognition.recognise(ANYBODY, Media(path, LIMIT_SECONDS, LIMIT_SECONDS, options), WATCH)

    async def recognise(path: Path) -> str:
        outcome = await hear(path, AS_CONFIGURED)
        if not isinstance(outcome, Heard):
            raise RuntimeError(f"the worker answered {outcome}")
        return outcome.transcript.text

    try:
        (status,) = pool.statuses()
        assert status.pid is not None
        yield OneWorker(hear, recognise, status.pid, pool.capabilities.window_seconds)
    finally:
        await pool.stop(0.0)


async def _fail(*about: object) -> Failure:
    raise RuntimeError(f"the worker was lost: {about}")


WATCH = Watch(on_start=lambda: None, on_advance=lambda _: None, on_death=_fail)
