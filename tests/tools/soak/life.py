"""The service's lives: started again whenever it ends, as systemd would, with an eye on what it leaves behind."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from pathlib import Path
from random import Random
from uuid import uuid4

from tests.support.processes import is_alive
from tests.support.service import RunningService
from tests.support.waiting import until

READY_SECONDS = 120.0
GONE_SECONDS = 15.0
WORKER_PROGRAM = b"voicepipe.worker.main"
LONGEST_PAUSE_SECONDS = 1.0
"""Between a death of the service and its next start."""


class Lives:
    """Keeps the service running."""

    def __init__(self, service: RunningService, random: Random) -> None:
        self.service = service
        self.unexpected_ends: list[str] = []
        """What the service's log ends with where it ended by itself."""
        self.left_behind: set[int] = set()
        """Workers that outlived their supervisor."""
        self.ready = asyncio.Event()
        self._random = random
        # Numbers of processes come round again while a soak lasts; this tells its own from everybody else's.
        self._mark = f"SOAK_MARK={uuid4().hex}"
        service.environment |= dict([self._mark.split("=")])
        self._is_killed = False
        self._keeper: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Start the service for the first time, and keep it running from then on."""
        await self._start()
        self._keeper = asyncio.create_task(self._keep(), name="keep the service running")

    async def kill(self) -> None:
        """End the service suddenly, and wait until it is gone."""
        self.signal_death()
        await self.ended()

    async def restart(self) -> None:
        """Stop the service as an operator would; it is started again."""
        self._is_killed = True
        self.service.send_signal(signal.SIGTERM)
        await self.ended()
        assert self.service.process is not None
        if self.service.process.returncode != 0:
            self._note_unexpected_end()

    async def next_life(self) -> None:
        """Wait until the service, which has just ended, is being started again."""
        # As long as it takes, and the process changes without an Event.
        while self.service.process is None or self.service.process.returncode is not None:  # noqa: ASYNC110
            await asyncio.sleep(0.01)

    def signal_death(self) -> None:
        """End the service suddenly."""
        self._is_killed = True
        with contextlib.suppress(ProcessLookupError):
            self.service.send_signal(signal.SIGKILL)

    async def ended(self) -> None:
        """Wait until this life of the service is over."""
        assert self.service.process is not None
        await self.service.process.wait()
        self.ready.clear()

    async def stop(self) -> None:
        """Stop the service for good, as an operator would."""
        await self._keep_no_more()
        if await self.service.stop() != 0:
            self._note_unexpected_end()
        await self._see_workers_gone()

    async def end(self) -> None:
        """See that it does not run any more, whatever happened."""
        await self._keep_no_more()
        if self.service.process is not None:
            self.signal_death()
            await self.ended()

    async def _keep_no_more(self) -> None:
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.gather(self._keeper, return_exceptions=True)

    def workers(self) -> list[int]:
        """The worker processes of all lives that live now."""
        return [pid for pid in _processes() if self._is_worker(pid)]

    async def _keep(self) -> None:
        while True:
            await self.ended()
            if not self._is_killed:
                self._note_unexpected_end()
            await self._see_workers_gone()
            await asyncio.sleep(self._random.uniform(0, LONGEST_PAUSE_SECONDS))
            self._is_killed = False
            with contextlib.suppress(TimeoutError):  # killed while it started
                await self._start()

    async def _start(self) -> None:
        log = self.service.log_path
        begin = log.stat().st_size if log.exists() else 0
        await self.service.spawn()
        async with asyncio.timeout(READY_SECONDS):
            while self.service.process is not None and self.service.process.returncode is None:
                if "service ready" in _tail(log, begin):
                    self.ready.set()
                    return
                await asyncio.sleep(0.05)

    def _note_unexpected_end(self) -> None:
        process = self.service.process
        status = process.returncode if process is not None else None
        self.unexpected_ends.append(f"the service ended with {status}:\n{self.service.log[-2000:]}")

    async def _see_workers_gone(self) -> None:
        """Note the workers that are still there some time after their supervisor's end."""
        try:
            await until(lambda: not self.workers(), GONE_SECONDS, step_seconds=0.05)
        except TimeoutError:
            self.left_behind.update(self.workers())

    def _is_worker(self, pid: int) -> bool:
        if WORKER_PROGRAM not in _strings(pid, "cmdline") or not is_alive(pid):
            return False
        return self._mark.encode() in _strings(pid, "environ")


def _processes() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]


def _strings(pid: int, name: str) -> list[bytes]:
    """A process's arguments or environment; empty when it is gone."""
    try:
        return Path(f"/proc/{pid}/{name}").read_bytes().split(b"\0")
    except OSError:
        return []


def _tail(path: Path, begin: int) -> str:
    with path.open("rb") as file:
        file.seek(begin)
        return file.read().decode(errors="replace")


def signal_to(pid: int, number: signal.Signals) -> bool:
    """Whether the process was there to be told."""
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return False
    return True
