"""What the operator's and systemd's signals ask for: to stop, to stop at once, to read the configuration again.

A signal handler only sets an event; what it asks for is done in the event loop.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NoReturn

from voicepipe.config import Config
from voicepipe.config.live import LiveConfig
from voicepipe.errors import ConfigError
from voicepipe.events import Events, ReconfigurationRefused, Reconfigured, RestartNeeded
from voicepipe.supervision import Crew


class Interrupted(Exception):
    """The service was told to stop before it had started."""


class Signals:
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
        """Raise Interrupted when the service is to stop."""
        await self._stop.wait()
        raise Interrupted

    def on_stop(self, number: signal.Signals) -> None:
        if self._stop.is_set():
            # The workers die with us: their task pipes reach their end.
            os._exit(128 + number)
        self._cause = number.name
        self._stop.set()


@contextmanager
def obeyed_signals() -> Iterator[Signals]:
    """SIGTERM or SIGINT stops the service, the next such signal ends the process at once; SIGHUP reloads."""
    loop, signals = asyncio.get_running_loop(), Signals()
    loop.add_signal_handler(signal.SIGHUP, signals.hangup.set)
    numbers = (signal.SIGTERM, signal.SIGINT)
    for number in numbers:
        loop.add_signal_handler(number, signals.on_stop, number)
    try:
        yield signals
    finally:
        for number in numbers:
            loop.remove_signal_handler(number)


class Reloading:
    """Reads the configuration again at every hangup. A Part."""

    def __init__(
        self,
        *,
        live: LiveConfig,
        reload: Callable[[], Config],
        hangup: asyncio.Event,
        apply: Callable[[], None],
        events: Events,
    ) -> None:
        """`apply` gives what is in force to those that can't read it at each use.

        `hangup` is one event for all of the process's life: with a handler for the start and another for later, a
        signal between the two would be lost. One that came during the start counts, for the configuration may have
        changed since it was read.
        """
        self._live = live
        self._reload = reload
        self._hangup = hangup
        self._apply = apply
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
        self._apply()
        self._events.emit(Reconfigured())
        if waiting:
            self._events.emit(RestartNeeded(", ".join(waiting)))
