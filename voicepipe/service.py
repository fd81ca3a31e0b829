"""The supervisor, put together: what is started in which order, what ends it, and how it drains.

One process, one event loop (uvloop) in the main thread. The store has threads of its own and each worker a reader
thread; everything that decides runs in the loop. Signals only set an event.
"""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, field
from typing import NoReturn

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
    RestartNeeded,
    SandboxIncomplete,
    ServiceDraining,
    ServiceReady,
)
from voicepipe.journey.delivery import Delivery
from voicepipe.journey.journey import Journeys
from voicepipe.journey.pipeline import Pipeline
from voicepipe.journey.recognition import Recognition
from voicepipe.journey.status import Statuses
from voicepipe.log import configure_logging, log_events
from voicepipe.metrics import Metric, Metrics, Sample
from voicepipe.models import find_model
from voicepipe.scheduling.estimate import Estimator
from voicepipe.scheduling.gate import FetchGate
from voicepipe.scheduling.scheduler import Scheduler
from voicepipe.store import Store
from voicepipe.supervision import Crew, Fallible, Part, together, unless
from voicepipe.systemd import Health, Watchdog
from voicepipe.telegram import Bot, check_sign_in
from voicepipe.upkeep import Upkeep
from voicepipe.workers.pool import WorkerPool, WorkerStatus

REMEMBERED_RECORDINGS = 200
"""How many of the latest recordings tell how long the first ones of a new life will take."""
CONTROL_STOP_SECONDS = 5.0
"""How long operators' requests that are under way may take at the end."""


def run(config: Config, reload: Callable[[], Config]) -> None:
    """Serve until SIGTERM or SIGINT; a second signal ends the process at once. SIGHUP reads the configuration again.

    Raises VoicepipeError when the service can't start or can't go on.
    """
    require_telegram(config)
    # The session file is the account's key, and the client would create it readable for everybody.
    os.umask(0o077)
    configure_logging(config.service)
    uvloop.run(_serve(LiveConfig(config), reload))


async def _serve(live: LiveConfig, reload: Callable[[], Config]) -> None:
    events = Events()
    log_events(events)
    events.subscribe(systemd.extend_start)
    with _obeyed_signals() as signals:
        async with AsyncExitStack() as stack:
            starting = _start(live=live, events=events, reload=reload, hangup=signals.hangup, stack=stack)
            try:
                service = await unless(starting, signals.interrupted())
            except _Interrupted:
                return
            systemd.notify("READY=1")
            cause = await unless(signals.stopped(), *[part.wait_failed() for part in service.parts])
            systemd.notify("STOPPING=1")
            events.emit(ServiceDraining(cause))
            await service.drain(live.service.stop_timeout_seconds)


async def _start(
    *, live: LiveConfig, events: Events, reload: Callable[[], Config], hangup: asyncio.Event, stack: AsyncExitStack
) -> Service:
    """Start everything, in this order; `stack` takes it down in the reverse one."""
    begun_at = time.monotonic()
    config = live.config
    model_path = find_model(config.recognition.model, config.service.models_path)
    store = await Store.open(config.service.state_path, config.quota, events=events)
    stack.push_async_callback(store.close)
    await _part_with_other_bot(store, config)
    config.service.spool_path.mkdir(mode=0o700, exist_ok=True)
    texts = Texts(lambda: live.service.default_language)
    sandbox, metrics = _Sandbox(events), Metrics()
    events.subscribe(metrics.fold)

    pool = WorkerPool(config.workers, config.recognition, model_path, events)
    stack.push_async_callback(pool.stop, 0.0)
    # The workers load their models while the bot signs in.
    bot, _ = await together(Bot.sign_in(live, store, texts, events), pool.start())
    stack.push_async_callback(bot.stop)
    await store.belong_to(config.telegram.bot_id)

    scheduler, gate = Scheduler(pool), FetchGate(lambda: live.limits)
    estimator = await _estimator(config, store, pool, events)
    journeys = Journeys(
        live=live,
        store=store,
        chat=bot,
        gate=gate,
        recognition=Recognition(scheduler, config.service.spool_path),
        estimator=estimator,
        statuses=Statuses(
            chat=bot,
            store=store,
            texts=texts,
            estimator=estimator,
            is_crowded=lambda: bool(gate.waiting or scheduler.waiting),
        ),
        delivery=Delivery(chat=bot, store=store, texts=texts, live=live, events=events),
        events=events,
    )
    pipeline = Pipeline(live=live, store=store, chat=bot, gate=gate, journeys=journeys, texts=texts, events=events)
    upkeep = Upkeep(
        live=live,
        store=store,
        chat=bot,
        texts=texts,
        events=events,
        # Read before anybody can ask to be forgotten: that is no leftover.
        farewells=await store.farewells(),
        forget_peer=bot.forget_peer,
    )
    watchdog = Watchdog(Health(store, pool, live))
    reloading = _Reloading(live=live, reload=reload, hangup=hangup, store=store, events=events)
    facts = _Facts(pool=pool, gate=gate, estimator=estimator, sandbox=sandbox, counted=metrics)
    operations = Operations(store, config, facts, forget_peer=bot.forget_peer)
    control = ControlServer(operations, config.service.socket_path, events=events)

    await _begin(control, stack, stop_seconds=CONTROL_STOP_SECONDS)
    await _begin(pipeline, stack)
    await bot.open_intake(pipeline.admit)
    for part in (upkeep, watchdog, reloading):
        await _begin(part, stack)
    events.emit(ServiceReady(f"@{bot.username}", time.monotonic() - begun_at, pool.size))
    parts = (store, pool, bot, control, pipeline, upkeep, watchdog, reloading)
    return Service(bot, scheduler, pipeline, helpers=(upkeep, watchdog, reloading), parts=parts)


async def _begin(part: Part, stack: AsyncExitStack, *, stop_seconds: float = 0.0) -> None:
    stack.push_async_callback(part.stop, stop_seconds)
    await part.start()


@dataclass(frozen=True, slots=True)
class Service:
    """A running supervisor."""

    bot: Bot
    scheduler: Scheduler
    pipeline: Pipeline
    helpers: Sequence[Part]
    """What no recording needs."""
    parts: Sequence[Fallible]
    """All that can fail."""

    async def drain(self, timeout_seconds: float) -> None:
        """Take nothing more in and let what the workers have at hand be answered; the rest waits for the next start."""
        for helper in self.helpers:
            await helper.stop(0.0)
        self.bot.close_intake()
        self.scheduler.stop()
        await self.pipeline.stop(timeout_seconds)


class _Reloading:
    """Reads the configuration again at every hangup. A Part."""

    def __init__(
        self, *, live: LiveConfig, reload: Callable[[], Config], hangup: asyncio.Event, store: Store, events: Events
    ) -> None:
        """`hangup` is one event for all of the process's life.

        With a handler for the start and another for later, a signal between the two would be lost. One that came during
        the start counts: the configuration may have changed since it was read.
        """
        self._live = live
        self._reload = reload
        self._hangup = hangup
        self._store = store
        self._events = events
        self._crew = Crew()

    async def start(self) -> None:
        self._crew.spawn(self._obey_hangups(), "reload")

    async def stop(self, timeout_seconds: float) -> None:
        await self._crew.stop()

    async def wait_failed(self) -> NoReturn:
        await self._crew.wait_failed()

    async def _obey_hangups(self) -> NoReturn:
        while True:
            await self._hangup.wait()
            self._hangup.clear()
            self._put_in_force()

    def _put_in_force(self) -> None:
        """Take over what may change under running jobs; no job is dropped."""
        try:
            fresh = self._reload()
        except ConfigError as error:
            self._events.emit(ReconfigurationRefused(problems=len(str(error).splitlines())))
            return
        waiting = self._live.replace(fresh)
        self._store.reconfigure(self._live.quota)
        configure_logging(self._live.service)
        self._events.emit(Reconfigured())
        if waiting:
            self._events.emit(RestartNeeded(", ".join(waiting)))


class _Sandbox:
    """Remembers what workers turned out not to be kept from."""

    def __init__(self, events: Events) -> None:
        self.missing = ""
        events.subscribe(self._take_in)

    def _take_in(self, event: Event) -> None:
        if isinstance(event, SandboxIncomplete):
            self.missing = event.missing


@dataclass(frozen=True, slots=True, kw_only=True)
class _Facts:
    """What operators are told of a running service. Satisfies operations.Live."""

    pool: WorkerPool
    gate: FetchGate
    estimator: Estimator
    sandbox: _Sandbox
    counted: Metrics
    started_at: float = field(default_factory=time.monotonic)

    @property
    def uptime_seconds(self) -> float:
        return time.monotonic() - self.started_at

    @property
    def queue(self) -> int:
        return self.gate.not_begun

    @property
    def unguarded(self) -> str:
        return self.sandbox.missing

    def worker_statuses(self) -> Sequence[WorkerStatus]:
        return self.pool.statuses()

    def metrics(self) -> list[tuple[Metric, list[Sample]]]:
        return self.counted.read()

    def real_time_factor(self, worker: int) -> float | None:
        return self.estimator.real_time_factor(worker)


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


class _Interrupted(Exception):
    """The service was told to stop before it had started."""


class _Signals:
    """What the operator's and systemd's signals ask for."""

    def __init__(self) -> None:
        self.hangup = asyncio.Event()
        self._stop = asyncio.Event()
        self._cause = ""

    async def stopped(self) -> str:
        """Wait until the service is to stop; the name of the signal that says so."""
        await self._stop.wait()
        return self._cause

    async def interrupted(self) -> NoReturn:
        """Raise _Interrupted when the service is to stop."""
        await self._stop.wait()
        raise _Interrupted

    def on_stop(self, number: signal.Signals) -> None:
        if self._stop.is_set():
            # The workers die with us: their task pipes reach their end.
            os._exit(128 + number)
        self._cause = number.name
        self._stop.set()


@contextmanager
def _obeyed_signals() -> Iterator[_Signals]:
    """SIGTERM or SIGINT stops the service, the next such signal ends the process at once; SIGHUP reloads."""
    loop, signals = asyncio.get_running_loop(), _Signals()
    loop.add_signal_handler(signal.SIGHUP, signals.hangup.set)
    numbers = (signal.SIGTERM, signal.SIGINT)
    for number in numbers:
        loop.add_signal_handler(number, signals.on_stop, number)
    try:
        yield signals
    finally:
        for number in numbers:
            loop.remove_signal_handler(number)
