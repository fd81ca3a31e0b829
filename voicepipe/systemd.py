"""What systemd is told: readiness, stopping, and a watchdog fed only while everything that matters works.

The protocol is a datagram of KEY=VALUE lines to the socket that $NOTIFY_SOCKET names: sd_notify(3). Without systemd
nothing is sent.
"""

from __future__ import annotations

import asyncio
import os
import socket
import time
from typing import NoReturn, Protocol

from voicepipe.config.live import LiveConfig
from voicepipe.events import Event, RecordsCatchingUp
from voicepipe.supervision import Crew

CHECK_TIMEOUT_SECONDS = 10.0
EXTENSION_SECONDS = 180.0
"""How long a start may last after each sign that the records are being built: the workers' start comes after it."""
RECORDS_PATIENCE_SECONDS = 300.0
"""How long the records' thread may be at one thing without progress: a million entries are applied within one minute,
and told of meanwhile; erasing takes about a second per 100 MB of the journal."""


def notify(*lines: str) -> None:
    """Send lines such as `READY=1` to systemd; harmless when nobody listens."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    if address.startswith("@"):  # Linux's abstract namespace
        address = "\0" + address[1:]
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sender:
        try:
            sender.sendto("\n".join(lines).encode(), address)
        except OSError:
            return


def is_listening() -> bool:
    """Whether systemd waits to be told how the service is."""
    return bool(os.environ.get("NOTIFY_SOCKET"))


async def stay_alive(since: asyncio.Event) -> NoReturn:
    """From then on, show that the event loop runs: a start that counts as made goes on, and may be long."""
    await since.wait()
    while True:
        notify("WATCHDOG=1")
        await asyncio.sleep(_feeding_seconds())


def extend_start(event: Event) -> None:
    """Ask for more time while the records are built: the start takes longer than the unit allows then."""
    if isinstance(event, RecordsCatchingUp):
        notify(f"EXTEND_TIMEOUT_USEC={EXTENSION_SECONDS * 1e6:.0f}")


class AnsweringBook(Protocol):
    """One that can be asked whether it still answers."""

    async def unfinished(self) -> object: ...


class Answering(Protocol):
    """A store that can be asked whether it still answers."""

    @property
    def jobs(self) -> AnsweringBook: ...

    def records_stuck_seconds(self) -> float: ...


class Manned(Protocol):
    """A pool that says how many of its workers work."""

    @property
    def at_work(self) -> int: ...


class Health:
    """Whether the service is well: the store answers and a worker is at work. Asking shows that the event loop runs."""

    def __init__(self, store: Answering, pool: Manned, live: LiveConfig) -> None:
        self._store = store
        self._pool = pool
        self._live = live
        self._manned_at = time.monotonic()

    async def is_well(self) -> bool:
        """Waits for the store; bound it."""
        await self._store.jobs.unfinished()
        return self._is_manned() and self._store.records_stuck_seconds() < RECORDS_PATIENCE_SECONDS

    def _is_manned(self) -> bool:
        """Whether a worker is at work, or was not longer ago than a start may take."""
        now, workers = time.monotonic(), self._live.workers
        if self._pool.at_work:
            self._manned_at = now
        return now - self._manned_at <= workers.start_timeout_seconds + workers.backoff_cap_seconds


class Watchdog:
    """Sends systemd a sign of life whenever all is well. Its silence makes systemd restart the service. A Part."""

    def __init__(self, health: Health) -> None:
        self._health = health
        self._crew = Crew()

    async def start(self) -> None:
        self._crew.spawn(self._feed(), "watchdog")

    async def stop(self, timeout_seconds: float) -> None:
        await self._crew.stop()

    async def wait_failed(self) -> NoReturn:
        await self._crew.wait_failed()

    async def _feed(self) -> None:
        while True:
            await asyncio.sleep(_feeding_seconds())
            try:
                async with asyncio.timeout(CHECK_TIMEOUT_SECONDS):
                    is_well = await self._health.is_well()
            except TimeoutError:
                is_well = False
            if is_well:
                notify("WATCHDOG=1")


def _feeding_seconds() -> float:
    return (watchdog_seconds() or 3600.0) / 3


def watchdog_seconds() -> float | None:
    """How long systemd waits for a sign of life of this process; None when it does not wait for any."""
    if os.environ.get("WATCHDOG_PID", str(os.getpid())) != str(os.getpid()):
        return None
    microseconds = os.environ.get("WATCHDOG_USEC", "")
    return int(microseconds) / 1e6 if microseconds.isdecimal() and int(microseconds) else None
