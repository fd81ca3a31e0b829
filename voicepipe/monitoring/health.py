"""Health: whether the service lives, and whether what it exists for works just now.

Nothing is taken for granted that can be tried: a transaction is committed, Telegram is asked, and a worker counts that
has shown of late that it works. What was found is said again for a moment, so that asking often costs nothing.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from voicepipe.config.live import LiveConfig
from voicepipe.errors import DiskFull, StoreError
from voicepipe.machine import free_bytes
from voicepipe.measures import show_size
from voicepipe.workers.lifecycle import WorkerState
from voicepipe.workers.member import WorkerStatus

CHECK_SECONDS = 5.0
"""How long a check may take."""
GOOD_FOR_SECONDS = 2.0
"""How long what was found is said again."""
FRESH_SECONDS = 10.0
"""What Telegram answered no longer ago needs no further question."""


@dataclass(frozen=True, slots=True)
class Check:
    """What was looked at, and what was found."""

    name: str
    is_ok: bool
    words: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """All checks together."""

    checks: Sequence[Check]

    @property
    def is_ok(self) -> bool:
        return all(check.is_ok for check in self.checks)

    @property
    def text(self) -> str:
        """A line for each check, after one for all."""
        lines = [f"{'ok  ' if check.is_ok else 'FAIL'} {check.name}: {check.words}" for check in self.checks]
        return "\n".join(["ok" if self.is_ok else "not ok", *lines, ""])


class Proving(Protocol):
    """A store that shows that it commits."""

    async def prove(self) -> None: ...


class Asked(Protocol):
    """The bot, as far as Telegram is concerned."""

    @property
    def is_connected(self) -> bool: ...

    @property
    def silent_seconds(self) -> float: ...

    async def is_answered(self, timeout_seconds: float) -> bool: ...


class Manned(Protocol):
    """The workers."""

    def statuses(self) -> Sequence[WorkerStatus]: ...

    def able(self, model: str = "") -> int:
        """How many of them recognise, on this machine or elsewhere."""
        ...


class Alive(Protocol):
    """What the watchdog goes by."""

    async def is_well(self) -> bool: ...


def starting() -> Verdict:
    """Before all parts are there."""
    return Verdict([Check("service", False, "it is starting: it signs in, and its workers load their models")])


class Checks:
    """Looks at a running service."""

    def __init__(self, *, live: LiveConfig, store: Proving, bot: Asked, pool: Manned, health: Alive) -> None:
        self._live = live
        self._store = store
        self._bot = bot
        self._pool = pool
        self._health = health
        self._is_stopping = False
        self._known: dict[str, tuple[float, Verdict]] = {}
        self._lock = asyncio.Lock()

    def stop(self) -> None:
        """From now on, it is not ready."""
        self._is_stopping = True
        self._known.clear()

    async def healthz(self) -> Verdict:
        """Whether it lives: restarting it would help if not."""
        return await self._lately("healthz", [self._life])

    async def readyz(self) -> Verdict:
        """Whether a recording that comes now is accepted, recognised and answered."""
        return await self._lately("readyz", [self._service, self._workers, self._telegram, self._journal, self._disk])

    async def _lately(self, name: str, looks: Sequence[Callable[[], Awaitable[Check]]]) -> Verdict:
        async with self._lock:
            at, verdict = self._known.get(name, (0.0, None))
            if verdict is None or time.monotonic() - at > GOOD_FOR_SECONDS:
                verdict = Verdict(await asyncio.gather(*(look() for look in looks)))
                self._known[name] = time.monotonic(), verdict
            return verdict

    async def _life(self) -> Check:
        words = {True: "the event loop, the store and the workers answer", False: "what the watchdog looks at fails"}
        try:
            async with asyncio.timeout(CHECK_SECONDS):
                is_well = await self._health.is_well()
        except TimeoutError:
            return Check("life", False, f"the store has not answered for {CHECK_SECONDS:g} s")
        except StoreError as error:
            return Check("life", False, type(error).__name__)
        return Check("life", is_well, words[is_well])

    async def _service(self) -> Check:
        return Check("service", not self._is_stopping, "it is stopping" if self._is_stopping else "it takes recordings")

    async def _workers(self) -> Check:
        usual = [each for each in self._pool.statuses() if not each.is_express and not each.host]
        working = sum(self._works(each) for each in usual)
        if not self._pool.able():
            return Check("workers", False, "no machine is here that recognises; recordings are taken, and wait for one")
        return Check("workers", working > 0, f"{working} of {len(usual)} have shown of late that they work")

    def _works(self, worker: WorkerStatus) -> bool:
        """Whether it is idle and was heard of, or has got on with its task, or decoded something, of late."""
        if worker.state is WorkerState.BUSY:
            return worker.stalled_seconds < self._live.workers.task_timeout_floor_seconds / 2
        is_there = worker.state in (WorkerState.IDLE, WorkerState.CHECKING)
        return is_there and worker.silent_seconds < max(CHECK_SECONDS, 2.5 * self._live.workers.heartbeat_seconds)

    async def _telegram(self) -> Check:
        if not self._bot.is_connected:
            return Check("telegram", False, "there is no connection")
        if self._bot.silent_seconds > FRESH_SECONDS and not await self._bot.is_answered(CHECK_SECONDS):
            return Check("telegram", False, f"it has not answered for {self._bot.silent_seconds:.0f} s")
        return Check("telegram", True, f"it answered {self._bot.silent_seconds:.0f} s ago")

    async def _journal(self) -> Check:
        begun_at = time.monotonic()
        try:
            async with asyncio.timeout(CHECK_SECONDS):
                await self._store.prove()
        except TimeoutError:
            return Check("store", False, f"a transaction has not been committed within {CHECK_SECONDS:g} s")
        except DiskFull:
            return Check("store", False, "the disk is full")
        except StoreError as error:
            return Check("store", False, type(error).__name__)
        return Check("store", True, f"it committed within {(time.monotonic() - begun_at) * 1000:.0f} ms")

    async def _disk(self) -> Check:
        free, least = free_bytes(self._live.service.state_path), self._live.limits.min_free_disk_mib << 20
        if free < least:
            return Check("disk", False, f"{show_size(free)} free, and below {show_size(least)} recordings are refused")
        return Check("disk", True, f"{show_size(free)} free")
