"""The whole service on a loopback Telegram, asked many things at once."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path

from tests.bench.machine import cpu_seconds
from tests.bench.material import Recording
from tests.demo import is_final
from tests.harness import RunningService, Settings, children_of
from tests.loopback import LoopbackTelegram, User
from voicepipe.operations import ShowStatus

PEOPLE = 20
FIRST_PERSON = 20_001
ANSWER_TIMEOUT_SECONDS = 1200.0
POLL_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class Exchange:
    """A message and its answer, by the clock of the Telegram that both went through (seconds)."""

    sent_at: float
    answered_at: float

    @property
    def seconds(self) -> float:
        return self.answered_at - self.sent_at


def whole_seconds(exchanges: Sequence[Exchange]) -> float:
    """From the first message to the last answer."""
    return max(each.answered_at for each in exchanges) - min(each.sent_at for each in exchanges)


class MeasuredService:
    """A service, the Telegram it talks to, and people who write to it."""

    def __init__(self, telegram: LoopbackTelegram, running: RunningService) -> None:
        self.telegram = telegram
        self.running = running
        self._people = cycle(telegram.user(FIRST_PERSON + number) for number in range(PEOPLE))

    @property
    def cpu_seconds(self) -> float:
        """What the supervisor has used until now."""
        return cpu_seconds(self.running.pid)

    @property
    def all_cpu_seconds(self) -> float:
        """What supervisor and workers have used until now."""
        return self.cpu_seconds + sum(map(cpu_seconds, self.worker_pids))

    @property
    def worker_pids(self) -> list[int]:
        return children_of(self.running.pid)

    async def ask(self, recordings: Sequence[Recording]) -> list[Exchange]:
        """Send all at once and wait for all answers. Raises RuntimeError when one is not what it must be."""
        people = islice(self._people, len(recordings))
        return await asyncio.gather(*map(self._ask, people, recordings))

    async def ask_next(self, recording: Recording) -> Exchange:
        """Send one, in the name of somebody who has not written for a while."""
        return await self._ask(next(self._people), recording)

    async def _ask(self, user: User, recording: Recording) -> Exchange:
        exchange, answer = await self._exchange(user, recording)
        if answer != recording.text:
            raise RuntimeError(f"a wrong answer: {answer!r}\n{self.running.log}")
        return exchange

    async def deliver(self, recording: Recording) -> Exchange:
        """Send one and wait until it is answered, in however many messages; the exchange ends with the first."""
        exchange, answer = await self._exchange(next(self._people), recording)
        if not recording.text.startswith(answer):
            raise RuntimeError(f"a wrong answer: {answer!r}\n{self.running.log}")
        return exchange

    async def _exchange(self, user: User, recording: Recording) -> tuple[Exchange, str]:
        sent = await user.send_voice(recording.path.read_bytes(), recording.seconds)
        reply = await user.wait_reply(sent, is_final, ANSWER_TIMEOUT_SECONDS)
        return Exchange(sent.at, reply.edits[-1].at), reply.text

    async def wait_all_idle(self) -> None:
        """Until every worker has loaded its model and waits for work."""
        await self._wait_states(lambda states: states == {"idle"})

    async def wait_busy(self) -> None:
        """Until a worker has something to do."""
        await self._wait_states(lambda states: "busy" in states)

    async def _wait_states(self, condition: Callable[[set[str]], bool]) -> None:
        while True:
            workers = (await self.running.control.perform(ShowStatus())).workers
            if condition({worker.state for worker in workers}):
                return
            await asyncio.sleep(POLL_SECONDS)


@asynccontextmanager
async def bench_service(settings: Settings, module: str = "voicepipe") -> AsyncIterator[MeasuredService]:
    """A service with room for everything; all its workers are ready."""
    async with prepared_service(settings, module) as service:
        await service.running.start()
        await service.wait_all_idle()
        yield service


@asynccontextmanager
async def prepared_service(settings: Settings, module: str = "voicepipe") -> AsyncIterator[MeasuredService]:
    """A service that is yet to be started."""
    with tempfile.TemporaryDirectory(prefix="voicepipe-bench-") as directory:
        async with LoopbackTelegram() as telegram:
            running = RunningService(telegram, Path(directory), _roomy(settings), without_coverage=True)
            running.module = module
            try:
                yield MeasuredService(telegram, running)
            finally:
                await running.stop()


def _roomy(settings: Settings) -> Settings:
    limits = {"max_jobs": 100_000, "max_recording_seconds": 86_400, "min_free_disk_mib": 1}
    return {"quota": {"daily_seconds": 86_400}, "limits": limits, **settings}


def recognition_settings(model: Path, workers: int) -> Settings:
    return {"recognition": {"model": str(model)}, "workers": {"count": workers}}
