"""A host's side of the conversation with home: who it is, what it was given, and what came of it.

Home decides everything; here nothing waits but what free workers are about to take. When home is not heard of, what is
at hand is finished for nobody, and the host says hello again until it is answered.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import NoReturn

from voicepipe import __version__
from voicepipe.events import Events, HomeChanged, MessageServerChanged
from voicepipe.outpost.tasks import Task, add_part, in_memory, task_of
from voicepipe.supervision import Crew, unless
from voicepipe.wire.codec import Garbage, encode
from voicepipe.wire.post import Address, Post
from voicepipe.wire.remote import (
    Answered,
    Beat,
    Decoding,
    Drop,
    Ended,
    Farewell,
    FromHost,
    Give,
    Got,
    Hello,
    Lease,
    Loss,
    Lost,
    OtherVersion,
    Refused,
    Stranger,
    ToHost,
    Welcome,
    frame,
    read_frame,
    to_home,
    to_host,
)
from voicepipe.workers.assignment import PartOutcome, WorkerLost
from voicepipe.workers.lifecycle import LossCause
from voicepipe.workers.pool import WorkerPool
from voicepipe.workers.sounds import Sounds

HELLO_SECONDS = 1.0
"""How often a host that has no session says hello."""
OTHER_VERSION_SECONDS = 60.0
"""When it asks again a home that speaks another version."""
STOP_SECONDS = 2.0
"""What the last messages get to go out."""
LOSSES = {
    LossCause.NOT_BEGUN: Loss.NOT_BEGUN,
    LossCause.STOPPING: Loss.NOT_BEGUN,
    LossCause.DEADLINE: Loss.DEADLINE,
}
"""What home is told; all else means that the worker died."""


@dataclass(slots=True, eq=False)
class Session:
    """What home has granted."""

    name: str
    beat_seconds: float
    lease_seconds: float
    heard_at: float
    """When home was last heard of."""
    heard: int = 0
    """The number of its latest message."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What this machine offers."""

    model: str
    decoding: Decoding
    device: str
    compute_type: str
    slots: int
    part_seconds: Callable[[], float]


class Outpost:
    """Works for home. A Part."""

    def __init__(
        self, name: str, address: Address, offer: Offer, pool: WorkerPool, sounds: Sounds, events: Events
    ) -> None:
        self._name = name
        self._offer = offer
        self._pool = pool
        self._sounds = sounds
        self._events = events
        self._life = secrets.token_hex(8)
        self._session: Session | None = None
        self._tasks: dict[int, Task] = {}
        self._left_over = 0
        """Workers that are at what nobody wants any more."""
        self._retry_at = 0.0
        self._is_stopping = False
        self._reason = ""
        self._now = asyncio.Event()
        """Set when there is something to say before its time."""
        self._idle = asyncio.Event()
        self._crew = Crew()
        self._post = Post(address, name, to_host(name), hear=self._hear, on_change=self._on_change)

    async def start(self) -> None:
        """Raises ConfigError when the configuration can't be right."""
        self._loop = asyncio.get_running_loop()
        self._pool.call_when_idle(self._idle.set)
        await self._post.start()
        self._crew.spawn(self._speak(), "beats")

    async def stop(self, timeout_seconds: float) -> None:
        """Take nothing more, finish what is at hand within the time, and say farewell."""
        self._is_stopping = True
        self._now.set()
        deadline = self._loop.time() + timeout_seconds
        while self._tasks and self._loop.time() < deadline:  # noqa: ASYNC110  it is polled once in a life
            await asyncio.sleep(0.05)
        if self._session is not None:
            self._say(Farewell(self._session.name))
        await self._crew.stop()
        await self._post.stop(STOP_SECONDS)

    async def wait_failed(self) -> NoReturn:
        await unless(self._crew.wait_failed(), self._post.wait_failed())
        raise AssertionError("both fail by an exception only")

    @property
    def is_at_work(self) -> bool:
        """Whether home has it among its hosts."""
        return self._session is not None

    # --- what it says -------------------------------------------------------------------------------------------------
    async def _speak(self) -> NoReturn:
        while True:
            self._look_after_session()
            session = self._session
            if session is not None:
                self._say(self._beat(session))
            elif self._post.is_up and not self._is_stopping and self._loop.time() >= self._retry_at:
                self._say(self._hello())
            self._now.clear()
            try:
                async with asyncio.timeout(HELLO_SECONDS if session is None else session.beat_seconds):
                    await self._now.wait()
            except TimeoutError:
                pass

    def _look_after_session(self) -> None:
        session = self._session
        if session is not None and self._loop.time() - session.heard_at > session.lease_seconds:
            self._end_session("home has not been heard of")

    def _beat(self, session: Session) -> Beat:
        slots = 0 if self._is_stopping else max(0, min(self._offer.slots, self._pool.at_work - self._left_over))
        running = tuple(number for number, task in self._tasks.items() if task.is_complete)
        memory = sum(status.rss_bytes or 0 for status in self._pool.statuses())
        return Beat(session.name, session.heard, slots, running, memory)

    def _hello(self) -> Hello:
        offer = self._offer
        return Hello(
            __version__,
            self._life,
            offer.model,
            offer.decoding,
            offer.device,
            offer.compute_type,
            offer.slots,
            replace(self._pool.capabilities, batch_size=self._pool.batch_size),
            offer.part_seconds(),
        )

    def _say(self, message: FromHost, body: bytes = b"") -> None:
        self._post.send(to_home(self._name), frame(message, body))

    # --- what home says -----------------------------------------------------------------------------------------------
    def _hear(self, _: str, data: bytes) -> None:
        try:
            message, body = read_frame(data, ToHost)
            self._obey(message, body)
        except OtherVersion as error:
            self._be_refused(str(error), OTHER_VERSION_SECONDS)
        except Garbage:
            return  # lost is what can't be understood: home will find it missing

    def _obey(self, message: ToHost, body: bytes) -> None:
        """Raises Garbage."""
        match message:
            case Welcome() if message.life == self._life:
                self._begin_session(message)
            case Refused(reason, retry_seconds):
                self._be_refused(reason, retry_seconds)
            case Stranger(session) if self._session is not None and session == self._session.name:
                self._end_session("home knows this host no more")
            case Lease(session, number) | Drop(session, number) | Give(session, number) if self._is_ours(session):
                self._note(number)
                if isinstance(message, Give):
                    self._take(message, body)
                elif isinstance(message, Drop):
                    self._drop(message.task)

    def _is_ours(self, session: str) -> bool:
        return self._session is not None and session == self._session.name

    def _note(self, number: int) -> None:
        assert self._session is not None
        self._session.heard_at = self._loop.time()
        self._session.heard = max(self._session.heard, number)

    def _begin_session(self, welcome: Welcome) -> None:
        self._drop_all()
        self._reason = ""
        self._session = Session(welcome.session, welcome.beat_seconds, welcome.lease_seconds, self._loop.time())
        self._events.emit(HomeChanged(True, ""))
        self._now.set()

    def _end_session(self, reason: str) -> None:
        if self._session is not None:
            self._session = None
            self._drop_all()
            self._events.emit(HomeChanged(False, reason))
            self._now.set()

    def _be_refused(self, reason: str, retry_seconds: float) -> None:
        self._retry_at = self._loop.time() + max(HELLO_SECONDS, min(retry_seconds, 3600.0))
        self._end_session(reason)
        if reason != self._reason:
            self._reason = reason
            self._events.emit(HomeChanged(False, reason))

    def _on_change(self, is_up: bool, trouble: str) -> None:
        self._events.emit(MessageServerChanged(is_up, trouble))
        if is_up:
            self._retry_at = 0.0
            self._now.set()

    # --- tasks --------------------------------------------------------------------------------------------------------
    def _take(self, give: Give, sound: bytes) -> None:
        """Raises Garbage."""
        task = self._tasks.get(give.task)
        if task is None:
            self._forget_incomplete()
            task = self._tasks[give.task] = task_of(give)
        add_part(task, give, sound)
        if task.is_complete:
            self._crew.spawn(self._do(task), f"task {task.number}")

    def _forget_incomplete(self) -> None:
        """Parts come one after the other, so what is not complete when another task begins never will be."""
        for task in [task for task in self._tasks.values() if not task.is_complete]:
            del self._tasks[task.number]

    def _drop(self, number: int) -> None:
        if (task := self._tasks.pop(number, None)) is not None:
            task.is_dropped = True
            if task.outcomes and not all(outcome.done() for outcome in task.outcomes):
                self._left_over += 1

    def _drop_all(self) -> None:
        for number in tuple(self._tasks):
            self._drop(number)

    async def _do(self, task: Task) -> None:
        while not task.is_dropped and not self._pool.idle:
            self._idle.clear()
            await self._idle.wait()
        if task.is_dropped:
            return
        try:
            with in_memory(task, self._sounds) as parts:
                self._say(Got(task.session, task.number, task.secret))
                task.outcomes = self._pool.assign(parts)
                for number, outcome in enumerate(task.outcomes):
                    outcome.add_done_callback(partial(self._answer, task, number))
                await asyncio.wait(task.outcomes)
        except OSError:  # no room in memory just now
            self._say(Lost(task.session, task.number, task.secret, Loss.NOT_BEGUN))
        self._end(task)

    def _answer(self, task: Task, part: int, outcome: asyncio.Future[PartOutcome]) -> None:
        result = None if outcome.cancelled() else outcome.result()
        if result is not None and not isinstance(result, WorkerLost) and not task.is_dropped:
            self._say(Answered(task.session, task.number, task.secret, part), encode(result))

    def _end(self, task: Task) -> None:
        if task.is_dropped:
            self._left_over -= bool(task.outcomes)
        elif task.outcomes:
            del self._tasks[task.number]
            self._say(self._last_word(task))
        else:
            del self._tasks[task.number]
        self._idle.set()  # another may wait

    @staticmethod
    def _last_word(task: Task) -> Ended | Lost:
        results = [outcome.result() for outcome in task.outcomes]
        causes = [result.cause for result in results if isinstance(result, WorkerLost)]
        if not causes:
            return Ended(task.session, task.number, task.secret)
        return Lost(task.session, task.number, task.secret, LOSSES.get(causes[0], Loss.DIED))
