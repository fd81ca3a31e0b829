"""The supervisor, put together: what is started in which order, what ends it, and how it drains.

One process, one event loop (uvloop) in the main thread. The store has threads of its own and each worker a reader
thread; everything that decides runs in the loop. Signals only set an event.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import uvloop

from voicepipe import systemd
from voicepipe.accounts.forgetting import Forgetting
from voicepipe.accounts.preferences import Preferences
from voicepipe.administration.broadcasting import Broadcasting
from voicepipe.administration.command import Administration
from voicepipe.administration.office import Office, Words
from voicepipe.administration.watching import Watching, look_at
from voicepipe.config import Config
from voicepipe.config.keys import require_telegram
from voicepipe.config.live import LiveConfig
from voicepipe.control.facts import Facts
from voicepipe.control.lately import Lately
from voicepipe.control.performing import Operations
from voicepipe.control.server import ControlServer
from voicepipe.conversation.answers.answers import Answers
from voicepipe.conversation.arrival import Arrivals
from voicepipe.conversation.commands import COMMANDS
from voicepipe.conversation.connected import Connected
from voicepipe.conversation.conversation import Conversation
from voicepipe.conversation.groups import Groups
from voicepipe.conversation.inline import Inline
from voicepipe.conversation.makings import Makings
from voicepipe.conversation.payments.cashier import Cashier
from voicepipe.conversation.payments.settling import Settling
from voicepipe.conversation.payments.support import Support
from voicepipe.conversation.payments.wording import PaymentWords
from voicepipe.conversation.registry import Services
from voicepipe.conversation.texts import Texts
from voicepipe.domain.jobs import JobKey
from voicepipe.errors import TelegramUnavailable
from voicepipe.events import Events, ExpressLeftOut, ServiceDraining, ServiceReady, SignInDelayed
from voicepipe.journey.asking import Asker
from voicepipe.journey.delivery import Delivery
from voicepipe.journey.fading import Fading
from voicepipe.journey.journey import Journeys
from voicepipe.journey.makers import Makers
from voicepipe.journey.pipeline import Pipeline
from voicepipe.journey.recognition import Recognition
from voicepipe.journey.refusals import Refusals
from voicepipe.journey.routing import Routing
from voicepipe.journey.status import Statuses
from voicepipe.journey.twins import Twins
from voicepipe.log import close_log, configure_logging, log_events, log_fault_of_loop
from voicepipe.machine import share_one_heap
from voicepipe.metrics import Metrics
from voicepipe.models import find_model
from voicepipe.monitoring.health import Checks
from voicepipe.monitoring.monitor import Monitor
from voicepipe.monitoring.overview import Overlooker
from voicepipe.monitoring.readings import Readings, supply_before_sign_in
from voicepipe.monitoring.tracking import tracked_errors
from voicepipe.processing.desk import Processing, terms_of
from voicepipe.scheduling.costs import Costs
from voicepipe.scheduling.estimate import Estimator
from voicepipe.scheduling.gate import FetchGate
from voicepipe.scheduling.scheduler import Scheduler
from voicepipe.signals import Interrupted, Reloading, obeyed_signals
from voicepipe.store import Store
from voicepipe.supervision import Fallible, Part, together, unless
from voicepipe.systemd import Health, Watchdog
from voicepipe.telegram import Bot, check_sign_in
from voicepipe.upkeep import Upkeep
from voicepipe.workers.local import NO_MODEL, LocalSeat, boot_of, local_seats, opening_seats
from voicepipe.workers.pool import WorkerPool
from voicepipe.workers.sounds import Sounds

if TYPE_CHECKING:
    from voicepipe.workers.remote.fleet import Fleet

REMEMBERED_RECORDINGS = 200
"""How many of the latest recordings tell how long the first ones of a new life will take."""
CONTROL_STOP_SECONDS = 5.0
"""How long operators' requests that are under way may take at the end."""


def run(config: Config, reload: Callable[[], Config]) -> None:
    """Serve until SIGTERM or SIGINT; a second signal ends the process at once. SIGHUP reads the configuration again.

    Raises VoicepipeError when the service can't start or can't go on.
    """
    require_telegram(config)
    share_one_heap()
    # The session file is the account's key, and the client would create it readable for everybody.
    os.umask(0o077)
    configure_logging(config.service)
    events = Events()
    try:
        with tracked_errors(config.monitoring, events):
            uvloop.run(_serve(LiveConfig(config), reload, events))
    finally:
        close_log()


async def _serve(live: LiveConfig, reload: Callable[[], Config], events: Events) -> None:
    asyncio.get_running_loop().set_exception_handler(log_fault_of_loop)
    log_events(events)
    events.subscribe(systemd.extend_start)
    with obeyed_signals() as signals:
        async with AsyncExitStack() as stack:
            starting = _start(live=live, events=events, reload=reload, hangup=signals.hangup, stack=stack)
            try:
                service = await unless(starting, signals.interrupted())
            except Interrupted:
                return
            systemd.notify("READY=1", "STATUS=at work")
            cause = await unless(signals.stopped(), *[part.wait_failed() for part in service.parts])
            systemd.notify("STOPPING=1")
            events.emit(ServiceDraining(cause))
            await service.drain(live.service.stop_timeout_seconds)


async def _start(
    *, live: LiveConfig, events: Events, reload: Callable[[], Config], hangup: asyncio.Event, stack: AsyncExitStack
) -> Service:
    """Start everything, in this order; `stack` takes it down in the reverse one."""
    begun_at = time.monotonic()
    config, metrics, lately = live.config, Metrics(), Lately()
    events.subscribe(metrics.fold)
    events.subscribe(lately.remember)
    supply_before_sign_in(metrics)
    monitor = Monitor(config.monitoring.listening, metrics, events)
    await _begin(monitor, stack)
    is_opener = config.remote.only
    model_path = NO_MODEL if is_opener else find_model(config.recognition.model, config.service.files.models)
    store = await Store.open(config.service.state_path, lambda: live.quota, events=events)
    stack.push_async_callback(store.close)
    await _part_with_other_bot(store, config)
    config.service.files.spool.mkdir(mode=0o700, exist_ok=True)
    texts = Texts(lambda: live.service.default_language)

    sounds = Sounds(config.service.files.spool)
    seats = _seats(config, model_path, sounds)
    pool = WorkerPool(config.workers, seats, events, recognises=not is_opener)
    stack.push_async_callback(pool.stop, 0.0)
    if pool.express < config.workers.express:
        events.emit(ExpressLeftOut(pool.express))
    # The workers load their models while the bot signs in.
    counts_as_made = asyncio.Event()
    signing_in = _signed_in(live, store, events, counts_as_made)
    bot, _ = await unless(together(signing_in, pool.start()), systemd.stay_alive(counts_as_made))
    stack.push_async_callback(bot.stop, 0.0)
    await store.belong_to(config.telegram.bot_id)

    costs = Costs(pool.capabilities.window_seconds)
    scheduler = Scheduler(pool, are_windows_together=pool.express > 0)
    gate = FetchGate(lambda: live.limits, costs)
    pool.call_when_idle(scheduler.assign_waiting)
    fleet = _fleet(config, model_path, pool, sounds, events)
    remembered = await store.reports.latest_costs(config.recognition.model_name, REMEMBERED_RECORDINGS)
    preferences = Preferences(store.accounts, lambda: live.preferences)
    estimator = Estimator(pool.able, costs, remembered, express=0 if is_opener else pool.express)
    events.subscribe(estimator.learn_from)
    commands = COMMANDS.offered(live)
    groups = Groups(preferences, live, bot_id=config.telegram.bot_id, username=bot.username, commands=commands)
    accounts = bot.accounts(store, preferences, texts)
    doors, signs = bot.doors(store, texts, preferences, accounts), bot.messenger.signs
    makers = Makers(
        processing=Processing(terms_of(live.processing, is_shut_in=config.workers.sandbox)),
        chat=doors,
        books=store,
        texts=texts,
        events=events,
        most_uses=lambda user_id: makings.most_uses(user_id),
    )
    makings = Makings(
        live=live,
        texts=texts,
        preferences=preferences,
        accounts=store.accounts,
        book=store.makings,
        wake=makers.wake,
    )
    answers = Answers(
        live=live,
        texts=texts,
        preferences=preferences,
        transcripts=store.transcripts,
        chats=bot.messenger,
        makings=makings,
    )
    journeys = Journeys(
        live=live,
        store=store,
        chat=doors,
        gate=gate,
        recognition=Recognition(scheduler, sounds),
        estimator=estimator,
        routing=Routing(
            live,
            able=pool.able,
            waiting=scheduler.waiting_for,
            plan_of=lambda user_id: store.accounts.balance(user_id).plan,
        ),
        statuses=Statuses(
            chat=doors,
            store=store,
            texts=texts,
            preferences=preferences,
            estimator=estimator,
            is_crowded=lambda: bool(gate.waiting or scheduler.waiting),
            signs=signs,
            style=groups.style,
            can_recognise=lambda model: pool.able(model) > 0,
        ),
        delivery=Delivery(
            chat=doors,
            signs=signs,
            store=store,
            texts=texts,
            answers=answers,
            live=live,
            preferences=preferences,
            events=events,
            style=groups.style,
            makings=makings,
        ),
        twins=Twins(),
        preferences=preferences,
        events=events,
    )
    refusals = Refusals(chat=doors, signs=signs, store=store, texts=texts, live=live, events=events, style=groups.style)
    pipeline = Pipeline(
        live=live,
        store=store,
        gate=gate,
        journeys=journeys,
        refusals=refusals,
        preferences=preferences,
        events=events,
    )
    forgetting = Forgetting(store, bot.messenger.forget_peer, events)
    facts = Facts(
        pool=pool, gate=gate, estimator=estimator, counted=metrics, lately=lately, pipeline=pipeline, fleet=fleet
    )
    operations = Operations(store, config, forgetting, preferences, facts)
    office = Office(
        live=live,
        operations=operations,
        broadcasts=store.broadcasts,
        people=store.people,
        words=Words(texts, preferences, store.people),
        voice=bot.messenger.whispers,
        authors=bot.messenger.targets,
        events=events,
    )
    broadcasting = Broadcasting(office, store, doors)
    watching = Watching(office, store.accounts, lambda: look_at(live, pool, pipeline, bot))
    commands.register(Administration(office, broadcasting.wake).command)
    stars = bot.stars
    words = PaymentWords(texts, preferences, store.people, live)
    cashier = Cashier(store, stars, live=live, words=words, events=events)
    settling = Settling(
        cashier,
        store,
        stars,
        bot.messenger.whispers,
        live=live,
        events=events,
        forget_peer=bot.messenger.forget_peer,
    )
    conversation = Conversation(
        commands,
        Services(
            config=live,
            texts=texts,
            accounts=store.accounts,
            preferences=preferences,
            chats=bot.messenger,
            requests=Asker(
                chat=bot.messenger.targets,
                menus=bot.menus_of(COMMANDS.offered(live), texts),
                jobs=store.jobs,
                groups=groups,
                admit=pipeline.admit,
            ),
            answers=answers,
            forgetting=forgetting,
            in_work=pipeline,
            reports=store.reports,
            portrait=store.portrait,
            makings=makings,
            cashier=cashier,
            support=Support(bot.messenger.whispers, words, live=live, events=events),
        ),
        books=store,
        speaker=doors,
        events=events,
        asks=groups.asks,
    )
    inline = Inline(books=store.transcripts, shop=bot.shop, texts=texts, preferences=preferences, live=live)
    arrivals = Arrivals(
        books=store,
        texts=texts,
        speaker=doors,
        whisperer=bot.messenger.whispers,
        is_blind_in=bot.messenger.privacy.is_blind_in,
        username=bot.username,
        events=events,
    )
    connected = Connected(store, texts, preferences, accounts.tell_connection, events)
    upkeep = Upkeep(
        live=live,
        store=store,
        chat=bot.messenger,
        texts=texts,
        events=events,
        # Read before anybody can ask to be forgotten: that is no leftover.
        farewells=await store.forgetting.farewells(),
        forgetting=forgetting,
    )
    fading = Fading(store=store, keyboards=bot.messenger.keyboards, events=events)
    health = Health(store, pool, live)
    watchdog = Watchdog(health)

    reloading = Reloading(
        live=live, reload=reload, hangup=hangup, apply=lambda: configure_logging(live.service), events=events
    )
    readings = Readings(
        live=live,
        pool=pool,
        gate=gate,
        estimator=estimator,
        store=store,
        queue=pipeline,
        link=bot,
        refunds=settling,
        fleet=fleet,
    )
    readings.supply(metrics)
    control = ControlServer(operations, config.service.socket_path, events=events)

    await _begin(control, stack, stop_seconds=CONTROL_STOP_SECONDS)
    await _begin(pipeline, stack)
    await bot.open_intake(
        pipeline.admit,
        pipeline.withdraw,
        partial(_stop_early, pipeline, makers),
        conversation,
        arrivals=arrivals,
        groups=groups,
        inline=inline,
        accounts=accounts,
        connected=connected,
        cashier=cashier,
    )
    helpers = (upkeep, fading, watchdog, reloading, broadcasting, watching, settling, makers)
    for part in helpers:
        await _begin(part, stack)
    if fleet is not None:
        await _begin(fleet, stack)
    checks = Checks(live=live, store=store, bot=bot, pool=pool, health=health)
    monitor.open(
        checks,
        Overlooker(live=live, facts=facts, metrics=metrics, checks=checks, lately=lately, operations=operations),
    )
    events.emit(ServiceReady(f"@{bot.username}", time.monotonic() - begun_at, len(seats)))
    fleets = () if fleet is None else (fleet,)
    parts = (store, pool, bot, control, pipeline, *helpers, monitor, *fleets)
    return Service(bot, scheduler, pipeline, monitor, helpers=helpers, parts=parts)


async def _stop_early(pipeline: Pipeline, makers: Makers, key: JobKey) -> None:
    """Somebody has stopped what they see growing: their recording's text, or what is made of one."""
    await pipeline.stop_early(key)
    await makers.stop_early(key)


async def _signed_in(live: LiveConfig, store: Store, events: Events, counts_as_made: asyncio.Event) -> Bot:
    """The bot, signed in. Raises what Bot.sign_in does.

    Under systemd, a Telegram that is away is waited for, however long, and the start counts as made: whoever asked for
    it would wait else, and be told of a failure that nobody has to do anything about.
    """
    while True:
        try:
            return await Bot.sign_in(live, store, events)
        except TelegramUnavailable as error:
            if not systemd.is_listening():
                raise
            events.emit(SignInDelayed(str(error)))
            systemd.notify("READY=1", f"STATUS=waiting: {error}")
            counts_as_made.set()
        await asyncio.sleep(live.telegram.probe_seconds)


def _seats(config: Config, model_path: Path, sounds: Sounds) -> list[LocalSeat]:
    """Of the workers of this machine."""
    if config.remote.only:
        return opening_seats(config.workers, config.recognition, sounds)
    return local_seats(config.workers, config.recognition, model_path, sounds)


def _fleet(config: Config, model_path: Path, pool: WorkerPool, sounds: Sounds, events: Events) -> Fleet | None:
    """The hosts that may work for us; None where none are wanted: then nothing of it is imported."""
    if not config.remote.server:
        return None
    from voicepipe.workers.remote.fleet import Fleet
    from voicepipe.workers.remote.models import Wanted

    others = dict.fromkeys(rule.model for rule in config.remote.rules.values())
    wanted = Wanted(config.recognition.model_name, tuple(others), is_own_here=pool.recognises)
    return Fleet(config.remote, wanted, boot_of(config.workers, config.recognition, model_path), pool, sounds, events)


async def _begin(part: Part, stack: AsyncExitStack, *, stop_seconds: float = 0.0) -> None:
    stack.push_async_callback(part.stop, stop_seconds)
    await part.start()


@dataclass(frozen=True, slots=True)
class Service:
    """A running supervisor."""

    bot: Bot
    scheduler: Scheduler
    pipeline: Pipeline
    monitor: Monitor
    helpers: Sequence[Part]
    """What no recording needs."""
    parts: Sequence[Fallible]
    """All that can fail."""

    async def drain(self, timeout_seconds: float) -> None:
        """Take nothing more in and let what the workers have at hand be answered; the rest waits for the next start."""
        self.monitor.close()
        for helper in self.helpers:
            await helper.stop(0.0)
        self.bot.close_intake()
        self.scheduler.stop()
        await self.pipeline.stop(timeout_seconds)


async def _part_with_other_bot(store: Store, config: Config) -> None:
    """Before signing in: the other bot's updates must not be asked for. Raises SignInFailed, and then keeps its work.

    A token that is mistyped would else cost what the right one has at hand.
    """
    bot_id = config.telegram.bot_id
    if await store.bot_id() not in (None, bot_id):
        await check_sign_in(config)
        await store.belong_to(bot_id)
