"""The scheduler with parts that wait for the only worker; the only code here that hands parts to a scheduler."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from voicepipe.config import WorkersConfig
from voicepipe.events import Events
from voicepipe.scheduling.scheduler import Scheduler
from voicepipe.wire.messages import Capabilities, Opening
from voicepipe.workers.assignment import Part, PartOutcome
from voicepipe.workers.member import Member
from voicepipe.workers.pool import WorkerPool
from voicepipe.workers.sounds import SoundKey

NO_SOUND = SoundKey(0)
WHISPER = Capabilities(window_seconds=30.0, batch_size=2, is_batch_cheap=False)
"""As it is on a CPU."""
USERS = 200
LIMIT_SECONDS = 3600.0


class Line:
    """So many parts of many users and lengths, in the line of one worker. Needs a running event loop."""

    def __init__(self, length: int) -> None:
        self._pool = _IdlePool()
        self._scheduler = Scheduler(self._pool)
        self._pool.call_when_idle(self._scheduler.assign_waiting)
        self._joined = 0
        for _ in range(length):
            self._join()

    def __len__(self) -> int:
        return self._scheduler.waiting

    def decide(self) -> int:
        """The worker becomes idle and is given what it does next; how many parts that is. As many others join."""
        before = len(self)
        self._pool.have_idle_worker()
        taken = before - len(self)
        for _ in range(taken):
            self._join()
        return taken

    def _join(self) -> None:
        number = self._joined
        self._joined += 1
        part = Part(
            work=Opening(LIMIT_SECONDS),
            sound=NO_SOUND,
            audio_seconds=float(3 + number * 7919 % 28),
            is_short=True,
            media=Path("recording"),
        )
        self._scheduler.submit(number * 104_729 % USERS, part)


class _IdlePool(WorkerPool):
    """A pool whose worker, which is none, takes everything and answers nothing."""

    def __init__(self) -> None:
        super().__init__(WorkersConfig(count=1), (), Events())
        self._is_idle = False

    def have_idle_worker(self) -> None:
        self._is_idle = True
        self._on_idle()

    @property
    def capabilities(self) -> Capabilities:
        return WHISPER

    @property
    def idle(self) -> int:
        return int(self._is_idle)

    @property
    def at_work(self) -> int:
        return 1

    def assign(self, parts: Sequence[Part], member: Member | None = None) -> list[asyncio.Future[PartOutcome]]:
        self._is_idle = False
        return [asyncio.get_running_loop().create_future() for _ in parts]
