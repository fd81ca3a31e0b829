"""What the signals ask for, without a service: stopping, interrupting a start, reading the configuration again."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from tests.support.settings import config
from voicepipe.config import Config
from voicepipe.config.live import LiveConfig
from voicepipe.errors import ConfigError
from voicepipe.events import Event, Events, ReconfigurationRefused, Reconfigured, RestartNeeded
from voicepipe.signals import Interrupted, Reloading, obeyed_signals


@dataclass(slots=True)
class Reload:
    """A part that reloads, with the configuration files played by the test."""

    live: LiveConfig = field(default_factory=lambda: LiveConfig(Config()))
    written: Callable[[], Config] = Config
    hangup: asyncio.Event = field(default_factory=asyncio.Event)
    seen: list[Event] = field(default_factory=list)
    applied: list[int] = field(default_factory=list)

    def apply(self) -> None:
        self.applied.append(self.live.quota.daily_seconds)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        events = Events()
        events.subscribe(self.seen.append)
        part = Reloading(
            live=self.live, reload=lambda: self.written(), hangup=self.hangup, apply=self.apply, events=events
        )
        await part.start()
        try:
            yield
        finally:
            await part.stop(0.0)

    async def hang_up(self) -> None:
        self.hangup.set()
        for _ in range(3):
            await asyncio.sleep(0)


async def test_reload_puts_in_force_and_applies() -> None:
    reload = Reload()
    async with reload.running():
        reload.written = lambda: config(quota={"daily_seconds": 7})
        await reload.hang_up()
    assert reload.live.quota.daily_seconds == 7
    assert reload.applied == [7]
    assert reload.seen == [Reconfigured()]


async def test_reload_names_what_needs_a_restart() -> None:
    reload = Reload()
    async with reload.running():
        reload.written = lambda: config(workers={"count": 3}, telegram={"probe_seconds": 9.0}, limits={"max_jobs": 5})
        await reload.hang_up()
    assert reload.live.limits.max_jobs == 5
    assert reload.seen == [Reconfigured(), RestartNeeded("[telegram] probe_seconds, [workers] count")]


async def test_reload_of_a_wrong_configuration_changes_nothing() -> None:
    reload, before = Reload(), Config()

    def refuse() -> Config:
        raise ConfigError("first\nsecond")

    async with reload.running():
        reload.written = refuse
        await reload.hang_up()
    assert reload.live.config == before
    assert reload.applied == []
    assert reload.seen == [ReconfigurationRefused(problems=2)]


async def test_reload_asked_for_before_the_start_counts() -> None:
    reload = Reload(written=lambda: config(quota={"daily_seconds": 7}))
    reload.hangup.set()
    async with reload.running():
        await reload.hang_up()
    assert reload.live.quota.daily_seconds == 7


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_stop_is_told_by_its_name(number: signal.Signals) -> None:
    with obeyed_signals() as signals:
        os.kill(os.getpid(), number)
        async with asyncio.timeout(5):
            assert await signals.stopped() == number.name
            with pytest.raises(Interrupted):
                await signals.interrupted()
    asyncio.get_running_loop().remove_signal_handler(signal.SIGHUP)


async def test_hangup_is_an_event() -> None:
    with obeyed_signals() as signals:
        os.kill(os.getpid(), signal.SIGHUP)
        async with asyncio.timeout(5):
            await signals.hangup.wait()
    asyncio.get_running_loop().remove_signal_handler(signal.SIGHUP)
