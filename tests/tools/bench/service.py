"""The whole service on a loopback Telegram, asked many things at once."""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

from tests.support.answers import is_final
from tests.support.processes import children_of
from tests.support.service import RunningService, Settings
from tests.support.telegram import LoopbackTelegram, Message, User
from tests.tools.bench.material import Recording
from tests.tools.bench.ours import Profile
from voicepipe.control.messages import ShowStatus
from voicepipe.machine import cpu_seconds

PEOPLE = 20
FIRST_PERSON = 20_001
ANSWER_TIMEOUT_SECONDS = 1200.0
ALL_PARTS_SECONDS = 300.0
"""How long a text may take to go out once it is there: a chat gets about one message a second."""
FIRST_WORDS = 3
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


class Sent:
    """A recording that somebody has sent to the bot."""

    def __init__(self, user: User, message: Message, recording: Recording, running: RunningService) -> None:
        self._user = user
        self._message = message
        self._recording = recording
        self._running = running

    async def again(self) -> None:
        """The same person sends the same once more, and nobody waits for the answer."""
        await self._user.send_voice(self._recording.path.read_bytes(), self._recording.seconds)

    async def answered(self) -> Exchange:
        """Once the first message of the answer is there. Raises RuntimeError when it is none of this recording."""
        reply = await self._user.wait_reply(self._message, is_final, ANSWER_TIMEOUT_SECONDS)
        if not self._recording.text.startswith(reply.text):
            raise self._wrong(reply.text)
        return Exchange(self._message.at, reply.edits[-1].at)

    async def answered_wholly(self) -> None:
        """Once the whole text is there, in however many messages. Raises RuntimeError when it is another text."""
        await self.answered()
        with contextlib.suppress(TimeoutError):
            await self._user.wait_reply(self._message, lambda _: self._is_whole, ALL_PARTS_SECONDS)
        if self._text != self._recording.text:
            raise self._wrong(self._text)

    async def begun(self) -> None:
        """Once the chat shows some of the text."""
        first = " ".join(self._recording.text.split()[:FIRST_WORDS])
        await self._user.wait_reply(self._message, lambda reply: first in reply.text, ANSWER_TIMEOUT_SECONDS)

    @property
    def is_answered(self) -> bool:
        return any(map(is_final, self._replies))

    @property
    def _is_whole(self) -> bool:
        return len(self._text) >= len(self._recording.text)

    @property
    def _text(self) -> str:
        return " ".join(reply.text for reply in self._replies)

    @property
    def _replies(self) -> list[Message]:
        return [reply for reply in self._message.chat.replies_to(self._message) if reply.sender.is_bot]

    def _wrong(self, answer: str) -> RuntimeError:
        return RuntimeError(f"a wrong answer: {answer!r}\n{self._running.log}")


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
        return await asyncio.gather(*map(self.ask_next, recordings))

    async def ask_next(self, recording: Recording) -> Exchange:
        """Send one, in the name of somebody who has not written for a while, and wait for the answer."""
        sent = await self.send(recording)
        exchange = await sent.answered()
        if recording.windows == 1:
            await sent.answered_wholly()
        return exchange

    async def send(self, recording: Recording) -> Sent:
        """Send one, in the name of somebody who has not written for a while."""
        user = next(self._people)
        message = await user.send_voice(recording.path.read_bytes(), recording.seconds)
        return Sent(user, message, recording, self.running)

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
            running = RunningService(telegram, Path(directory), _roomy(settings))
            running.module = module
            try:
                yield MeasuredService(telegram, running)
            finally:
                await running.stop()


def _roomy(settings: Settings) -> Settings:
    limits = {
        "max_jobs": 100_000,
        "max_jobs_per_user": 100_000,
        "recordings_per_minute": 0,
        "max_recording_seconds": 86_400,
        "min_free_disk_mib": 1,
    }
    return {"quota": {"daily_seconds": 86_400}, "limits": limits, **settings}


def recognition_settings(model: Path, workers: int, profile: Profile = Profile.EXACT) -> Settings:
    """As it is by default, that is with an express worker beside these."""
    return {"recognition": {"model": str(model), **profile.settings}, "workers": {"count": workers, "express": 1}}
