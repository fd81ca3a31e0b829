"""The supervisor, put together: what is started in which order, what ends it, and how it drains.

One process, one event loop (uvloop) in the main thread. The store has threads of its own and each worker a reader
thread; everything that decides runs in the loop. Signals only set an event.
"""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
from contextlib import AsyncExitStack, contextmanager
from typing import Any, NoReturn, TypeVar

import uvloop

from voicepipe import systemd
from voicepipe.config import Config
from voicepipe.config.keys import require_telegram
from voicepipe.config.live import LiveConfig
from voicepipe.control.performing import Operations
from voicepipe.control.server import ControlServer
from voicepipe.conversation.texts import Texts
from voicepipe.errors import ConfigError
from voicepipe.events import (
    Event,
    Events,
    ReconfigurationRefused,
    Reconfigured,
    RecordsCatchingUp,
    RestartNeeded,
    SandboxIncomplete,
    ServiceDraining,
    ServiceReady,
)
from voicepipe.journey.pipeline import Pipeline, Tools
from voicepipe.journey.recognition import Recognition
from voicepipe.log import configure_logging, log_events
from voicepipe.models import find_model
from voicepipe.scheduling.estimate import Estimator
from voicepipe.scheduling.scheduler import Scheduler
from voicepipe.store import Store
from voicepipe.supervision import end_tasks
from voicepipe.telegram import Bot, check_sign_in
from voicepipe.upkeep import Upkeep
from voicepipe.workers.pool import WorkerPool, WorkerStatus

A = TypeVar("A")
B = TypeVar("B")

REMEMBERED_RECORDINGS = 200
"""How many of the latest recordings tell how long the first ones of a new life will take."""
EXTENSION_SECONDS = 180.0
"""How long a start may last after each sign that the records are being built: the workers' start comes after it."""
RECORDS_PATIENCE_SECONDS = 300.0
"""How long the records' thread may be at one thing without progress: a million entries are applied within one minute,
and told of meanwhile; erasing takes about a second per 100 MB of the journal."""


def run(config: Config, reload: Callable[[], Config]) -> None:
    """Serve until SIGTERM or SIGINT; a second signal ends the process at once. SIGHUP reads the configuration again.

    Raises VoicepipeError when the service can't start or can't go on.
    """
    require_telegram(config)
    # The session file is the account's key, and the client would create it readable for everybody.
    os.umask(0o077)
    configure_logging(config.service)
    uvloop.run(_serve(config, reload))


async def _serve(config: Config, reload: Callable[[], Config]) -> None:
    events = Events()
    log_events(events)
    events.subscribe(_extend_start)
    loop, hung_up = asyncio.get_running_loop(), asyncio.Event()
    loop.add_signal_handler(signal.SIGHUP, hung_up.set)
    with _stop_signal() as stop_signal:
        async with AsyncExitStack() as stack:
            starting = asyncio.create_task(Service.start(config, events, stack), name="start")
            await _first_of(starting, stop_signal)
            if not starting.done():
                await end_tasks([starting])
                return
            service = starting.result()
            systemd.notify("READY=1")
            # A hangup during the start counts, too: the configuration may have changed since it was read.
            cause = await service.run_until(stop_signal, service.obey_hangups(hung_up, reload))
            systemd.notify("STOPPING=1")
            events.emit(ServiceDraining(cause))
            await service.drain()


def _extend_start(event: Event) -> None:
    if isinstance(event, RecordsCatchingUp):
        systemd.extend_start(EXTENSION_SECONDS)


class _Sandbox:
    """Remembers what workers turned out not to be kept from."""

    def __init__(self, events: Events) -> None:
        self.missing = ""
        events.subscribe(self._note)

    def _note(self, event: Event) -> None:
        if isinstance(event, SandboxIncomplete):
            self.missing = event.missing


class Service:
    """All parts of a running supervisor. Satisfies operations.Live."""

    def __init__(
        self, tools: Tools, pool: WorkerPool, bot: Bot, pipeline: Pipeline, upkeep: Upkeep, sandbox: _Sandbox
    ) -> None:
        self._tools = tools
        self._pool = pool
        self._bot = bot
        self._pipeline = pipeline
        self._upkeep = upkeep
        self._started_at = self._manned_at = time.monotonic()
        self._sandbox = sandbox

    @classmethod
    async def start(cls, config: Config, events: Events, stack: AsyncExitStack) -> Service:
        """Start everything, in this order; `stack` takes it down in the reverse one."""
        begun_at = time.monotonic()
        model_path = find_model(config.recognition.model, config.service.models_path)
        store = await Store.open(config.service.state_path, config.quota, events=events)
        stack.push_async_callback(store.close)
        await _part_with_other_bot(store, config)
        config.service.spool_path.mkdir(mode=0o700, exist_ok=True)
        live = LiveConfig(config)
        texts = Texts(lambda: live.service.default_language)
        sandbox = _Sandbox(events)

        pool = WorkerPool(config.workers, config.recognition, model_path, events)
        stack.push_async_callback(pool.stop, 0.0)
        # The workers load their models while the bot signs in.
        bot, _ = await _together(Bot.sign_in(live, store, texts, events), pool.start())
        stack.push_async_callback(bot.stop)
        await store.belong_to(config.telegram.bot_id)
        scheduler, estimator = Scheduler(pool), await _estimator(config, store, pool, events)
        recognition = Recognition(scheduler, config.service.spool_path)
        tools = Tools(live, store, scheduler, recognition, estimator, bot, texts, events)
        pipeline = Pipeline(tools)
        stack.push_async_callback(pipeline.stop, 0.0)
        # Before anybody can ask to be forgotten: that is no leftover.
        upkeep = Upkeep(tools, await store.farewells(), bot.forget_peer)
        service = cls(tools, pool, bot, pipeline, upkeep, sandbox)
        operations = Operations(store, config, service, forget_peer=bot.forget_peer)
        control = ControlServer(operations, config.service.socket_path, events=events)
        await control.start()
        stack.push_async_callback(control.stop)
        await pipeline.start()
        await bot.open_intake(pipeline.receive)
        events.emit(ServiceReady(f"@{bot.username}", time.monotonic() - begun_at, pool.size))
        return service

    async def run_until(self, stop_signal: asyncio.Future[str], beside: Coroutine[Any, Any, NoReturn]) -> str:
        """Serve, and do something beside, until the signal, whose name is returned.

        Raises what makes the service unable to go on.
        """
        parts = (self._pool, self._bot, self._pipeline, self._tools.store)
        watchers = [asyncio.ensure_future(part.wait_failed()) for part in parts]
        watchers.append(asyncio.ensure_future(systemd.feed_watchdog(self._is_well)))
        watchers += [asyncio.ensure_future(self._upkeep.run()), asyncio.ensure_future(beside)]
        try:
            await _first_of(stop_signal, *watchers)
            for watcher in watchers:
                if watcher.done():
                    watcher.result()
            return stop_signal.result()
        finally:
            await end_tasks(watchers)

    async def drain(self) -> None:
        """Take nothing more in and let what the workers have at hand be answered; the rest waits for the next start."""
        self._bot.close_intake()
        self._tools.scheduler.stop()
        await self._pipeline.stop(self._tools.config.service.stop_timeout_seconds)

    async def _is_well(self) -> bool:
        """Whether the store answers and a worker works; that this runs at all shows that the loop does."""
        await self._tools.store.unfinished()
        return self._is_manned() and self._tools.store.records_stuck_seconds() < RECORDS_PATIENCE_SECONDS

    def _is_manned(self) -> bool:
        """Whether a worker is at work, or none has been for no longer than a start may take."""
        now, workers = time.monotonic(), self._tools.config.workers
        if self._pool.at_work:
            self._manned_at = now
        return now - self._manned_at <= workers.start_timeout_seconds + workers.backoff_cap_seconds

    async def obey_hangups(self, hung_up: asyncio.Event, reload: Callable[[], Config]) -> NoReturn:
        """Read the configuration again whenever the event is set. It is one for all of the process's life.

        With a handler for the start and another for later, a signal between the two would be lost.
        """
        while True:
            await hung_up.wait()
            hung_up.clear()
            self.reconfigure(reload)

    def reconfigure(self, reload: Callable[[], Config]) -> None:
        """Put in force what may change under running jobs, as the configuration has it now; no job is dropped."""
        try:
            fresh = reload()
        except ConfigError as error:
            self._tools.events.emit(ReconfigurationRefused(problems=len(str(error).splitlines())))
            return
        tools = self._tools
        waiting = tools.config.replace(fresh)
        tools.store.reconfigure(tools.config.quota)
        configure_logging(tools.config.service)
        tools.events.emit(Reconfigured())
        if waiting:
            tools.events.emit(RestartNeeded(", ".join(waiting)))

    # --- operations.Live ----------------------------------------------------------------------------------------
    @property
    def uptime_seconds(self) -> float:
        return time.monotonic() - self._started_at

    @property
    def queue(self) -> int:
        return self._tools.gate.not_begun

    @property
    def unguarded(self) -> str:
        return self._sandbox.missing

    def worker_statuses(self) -> Sequence[WorkerStatus]:
        return self._pool.statuses()

    def real_time_factor(self, worker: int) -> float | None:
        return self._tools.estimator.real_time_factor(worker)


async def _estimator(config: Config, store: Store, pool: WorkerPool, events: Events) -> Estimator:
    """One that remembers what the latest recordings took, and learns from now on."""
    remembered = await store.latest_costs(config.recognition.model_name, REMEMBERED_RECORDINGS)
    estimator = Estimator(pool.size, remembered)
    events.subscribe(estimator.note)
    return estimator


async def _part_with_other_bot(store: Store, config: Config) -> None:
    """Before signing in: the other bot's updates must not be asked for. Raises SignInFailed, and then keeps its work.

    A token that is mistyped would else cost what the right one has at hand.
    """
    bot_id = config.telegram.bot_id
    if await store.bot_id() not in (None, bot_id):
        await check_sign_in(config)
        await store.belong_to(bot_id)


@contextmanager
def _stop_signal() -> Iterator[asyncio.Future[str]]:
    """A future that SIGTERM or SIGINT resolves to its name; the next such signal ends the process at once."""
    loop = asyncio.get_running_loop()
    stop_signal: asyncio.Future[str] = loop.create_future()

    def receive(number: signal.Signals) -> None:
        if stop_signal.done():
            # The workers die with us: their task pipes reach their end.
            os._exit(128 + number)
        stop_signal.set_result(number.name)

    numbers = (signal.SIGTERM, signal.SIGINT)
    for number in numbers:
        loop.add_signal_handler(number, receive, number)
    try:
        yield stop_signal
    finally:
        for number in numbers:
            loop.remove_signal_handler(number)
        stop_signal.cancel()


async def _first_of(*work: asyncio.Future[Any]) -> None:
    """Wait until one of them is done, however it ended."""
    await asyncio.wait(work, return_when=asyncio.FIRST_COMPLETED)


async def _together(first: Awaitable[A], second: Awaitable[B]) -> tuple[A, B]:
    """Await both; when one fails, stop the other and raise its error."""
    tasks = asyncio.ensure_future(first), asyncio.ensure_future(second)
    try:
        return await asyncio.gather(*tasks)
    finally:
        await end_tasks(tasks)
