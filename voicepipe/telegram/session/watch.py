"""Watches the main session: tells when the connection is lost and back, and restarts a session that does not answer."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import NoReturn

from pyrogram.session.session import SessionState

from voicepipe.config.live import LiveConfig
from voicepipe.errors import SessionEnded
from voicepipe.events import ConnectionLost, ConnectionRestored, Events, SessionRestarted
from voicepipe.telegram.session.client import BotClient
from voicepipe.telegram.session.errors import SESSION_OVER
from voicepipe.telegram.session.rpc import Rpc


class SessionWatch:
    """Looks after the client's main session; each of its two methods runs for ever, in a task of its own."""

    def __init__(
        self, client: BotClient, rpc: Rpc, live: LiveConfig, events: Events, *, on_reconnected: Callable[[], None]
    ) -> None:
        self._client = client
        self._rpc = rpc
        self._live = live
        self._events = events
        self._on_reconnected = on_reconnected
        self.is_connected = True
        """Whether there is a connection, as far as is known; the client has just signed in."""

    async def follow_connection(self) -> NoReturn:
        """Tell of each outage once when it begins and once when it is over."""
        lost_at: float | None = None
        while True:
            is_connected = self.is_connected = await self._client.line.get()
            if is_connected:
                self._on_reconnected()
            if is_connected and lost_at is not None:
                self._events.emit(ConnectionRestored(time.monotonic() - lost_at))
                lost_at = None
            elif not is_connected and lost_at is None:
                self._events.emit(ConnectionLost())
                lost_at = time.monotonic()

    async def probe(self) -> NoReturn:
        """Restart a session that does not answer.

        Raises SessionEnded when only a new start can help: Telegram has forgotten our key, or sends what the session
        discards even after a restart, as after a jump of the clock.
        """
        times_deaf = 0
        while True:
            await self._until_next_probe()
            packets = self._client.packets_received
            if await self._rpc.is_answered(self._live.telegram.probe_seconds):
                times_deaf = 0
                continue
            times_deaf += self._client.packets_received > packets
            if times_deaf > 1:
                raise SessionEnded(
                    "Telegram is not understood any more (has the clock jumped?); the next start will do"
                )
            self._events.emit(SessionRestarted())
            await self._restart()

    async def _until_next_probe(self) -> None:
        try:
            async with asyncio.timeout(self._live.telegram.probe_seconds):
                await self._client.key_lost.wait()
        except TimeoutError:
            return
        raise SessionEnded

    async def _restart(self) -> None:
        session = self._client.session
        try:
            await session.restart()
        except SESSION_OVER as error:
            raise SessionEnded from error
        # The client gives a session up for good when its key is refused as it reconnects, and tells nobody.
        if session.state is SessionState.STOPPED:
            raise SessionEnded
