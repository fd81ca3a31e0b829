"""The supervisor's side of remote workers, as tests have it: a pool of scripted workers, a fleet, and recordings."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from tests.support.places import DEMO_MODEL, WORKER_PROGRAMS
from tests.support.remote import HostProcess, MessageServer, texts_of
from tests.support.waiting import until
from voicepipe.config import RecognitionConfig, RemoteConfig, WorkersConfig
from voicepipe.domain.transcripts import Failure, FailureReason
from voicepipe.events import Event, Events
from voicepipe.journey.recognition import Crashed, Heard, LossCause, Media, Recognition, Watch
from voicepipe.scheduling.scheduler import Scheduler
from voicepipe.wire.remote import HOME
from voicepipe.workers.local import NO_MODEL, boot_of, local_seats, opening_seats
from voicepipe.workers.pool import WorkerPool
from voicepipe.workers.remote.fleet import Fleet
from voicepipe.workers.remote.models import Wanted
from voicepipe.workers.sounds import Sounds

E = TypeVar("E", bound=Event)
LEASE_SECONDS = 1.5


@dataclass(slots=True)
class Home:
    """What the supervisor has of it: a pool of scripted workers, and the hosts that join it."""

    directory: Path
    server: MessageServer
    pool: WorkerPool
    fleet: Fleet
    recognition: Recognition
    events: list[Event]
    stack: AsyncExitStack
    hosts: dict[str, HostProcess] = field(default_factory=dict)
    deaths: list[tuple[int, LossCause | str]] = field(default_factory=list)
    tasks: list[asyncio.Task[Heard | Failure]] = field(default_factory=list)

    def of(self, kind: type[E]) -> list[E]:
        return [event for event in self.events if isinstance(event, kind)]

    @property
    def done(self) -> list[str]:
        """The texts of the windows that workers here had."""
        return texts_of(self.directory / "home.tasks")

    async def host(self, name: str, slots: int = 1, *, server: object = None, **settings: str) -> HostProcess:
        """A host more, which has joined."""
        host = await self.start_host(name, slots, server=server, **settings)
        await until(lambda: self.state_of(name).slots == slots)
        return host

    async def start_host(
        self, name: str, slots: int = 1, *, server: object = None, namespace: str = "", **settings: str
    ) -> HostProcess:
        where = str(server or self.server)
        host = HostProcess(name, where, self.server.credentials(name), self.directory, slots, settings)
        host.namespace = namespace
        await host.start()
        self.hosts[name] = host
        self.stack.push_async_callback(host.stop, signal.SIGKILL)
        return host

    def state_of(self, name: str) -> Any:
        found = [status for status in self.fleet.statuses() if status.name == name]
        return found[0] if found else NOBODY

    def has_begun(self, name: str) -> bool:
        """Whether a host here has said that it is at what it was given: only then it can have died with it."""
        host = self.fleet._hosts.get(name)
        return host is not None and any(link.attempt is not None and link.attempt.is_begun for link in host._links)

    def mark(self, name: str) -> Path:
        """A file that is not there yet, for commands."""
        return self.directory / name

    def start(self, *texts: str, user: int = 1, model: str = "") -> asyncio.Task[Heard | Failure]:
        path = self.directory / f"{len(self.tasks)}.json"
        path.write_text(json.dumps(texts))
        media = Media(path, 100.0 * len(texts), 10_000.0, model=model)
        watch = Watch(lambda: None, lambda _: None, self._on_death)
        task = asyncio.create_task(self.recognition.recognise(user, media, watch))
        self.tasks.append(task)
        return task

    async def _on_death(self, part: int, cause: LossCause | Crashed) -> Failure | None:
        self.deaths.append((part, cause.error if isinstance(cause, Crashed) else cause))
        has_enough = len([each for each, _ in self.deaths if each == part]) >= 2
        return Failure(FailureReason.POISON) if has_enough else None


@dataclass(frozen=True, slots=True)
class _Nobody:
    state: str = ""
    slots: int = -1
    busy: int = 0
    reason: str = ""
    done: int = 0


NOBODY = _Nobody()
HOSTS = ("ant", "bee", "cat")


@asynccontextmanager
async def home_in(
    directory: Path,
    server: MessageServer,
    *,
    is_opener: bool = False,
    others: Sequence[str] = (),
    ca: Path | None = None,
    lease_seconds: float = LEASE_SECONDS,
    **settings: Any,
) -> AsyncIterator[Home]:
    """The supervisor's side, with one worker at home, which perhaps opens recordings only."""
    events: list[Event] = []
    bus = Events()
    bus.subscribe(events.append)
    usual = {"count": 1, "express": 0, "heartbeat_seconds": 0.2, "backoff_base_seconds": 0.05}
    workers = WorkersConfig.model_validate(usual | settings)
    recognition = RecognitionConfig.model_validate({"model": "demo"})
    program = (sys.executable, str(WORKER_PROGRAMS / "scripted_worker.py"), str(directory / "home.tasks"))
    sounds = Sounds(directory)
    async with AsyncExitStack() as stack:
        seats = (
            opening_seats(workers, recognition, sounds, program=program)
            if is_opener
            else local_seats(workers, recognition, DEMO_MODEL, sounds, program=program)
        )
        pool = WorkerPool(workers, seats, bus, recognises=not is_opener)
        stack.push_async_callback(pool.stop, 0.0)
        await pool.start()
        remote = RemoteConfig.model_validate(
            {"server": str(server), "credentials": server.credentials(HOME), "lease_seconds": lease_seconds, "ca": ca}
        )
        wanted = Wanted("demo", others, is_own_here=not is_opener)
        path = NO_MODEL if is_opener else DEMO_MODEL
        fleet = Fleet(remote, wanted, boot_of(workers, recognition, path), pool, sounds, bus)
        scheduler = Scheduler(pool)
        pool.call_when_idle(scheduler.assign_waiting)
        home = Home(directory, server, pool, fleet, Recognition(scheduler, sounds), events, stack)
        stack.push_async_callback(fleet.stop, 0.0)
        await fleet.start()
        try:
            yield home
        finally:
            for task in home.tasks:
                task.cancel()
            await asyncio.gather(*home.tasks, return_exceptions=True)


def text_of(outcome: Heard | Failure) -> str:
    assert isinstance(outcome, Heard), outcome
    return outcome.transcript.text
