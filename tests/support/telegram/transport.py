"""The lowest layer: one TCP connection that carries packets in MTProto's *abridged* framing.

The client opens with the byte 0xEF. Then every packet, in both directions, is its length in 4-byte words (one byte,
or 0x7F and three bytes) followed by the packet. Nothing here knows what a packet means.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable

ABRIDGED_MARK = b"\xef"
LONG_LENGTH = 0x7F
WORD = 4


class AbridgedTransport:
    """Reads and writes whole packets; any end of the connection reads as None."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, is_muted: Callable[[], bool]
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._is_muted = is_muted

    async def accept(self) -> bool:
        """Read the opening byte; False when the client speaks another framing or left at once."""
        return await self._read(1) == ABRIDGED_MARK

    async def receive(self) -> bytes | None:
        """The next packet, or None when the connection is over."""
        head = await self._read(1)
        if head is None:
            return None
        words = head[0]
        if words == LONG_LENGTH:
            tail = await self._read(3)
            if tail is None:
                return None
            words = int.from_bytes(tail, "little")
        return await self._read(words * WORD)

    def send(self, packet: bytes) -> None:
        """Queue a packet; on a closed or muted connection it goes nowhere, as on a real network."""
        if self._writer.is_closing() or self._is_muted():
            return
        words = len(packet) // WORD
        head = bytes([words]) if words < LONG_LENGTH else b"\x7f" + words.to_bytes(3, "little")
        self._writer.write(head + packet)

    async def drain(self) -> None:
        """Wait until the other side has taken enough of what was sent."""
        with contextlib.suppress(ConnectionError):
            await self._writer.drain()

    def abort(self) -> None:
        """Cut the connection now, dropping what was not sent yet."""
        self._writer.transport.abort()

    async def close(self) -> None:
        """Send what is queued, then close, and wait until the socket is gone."""
        self._writer.close()
        with contextlib.suppress(ConnectionError):
            await self._writer.wait_closed()

    async def _read(self, size: int) -> bytes | None:
        try:
            return await self._reader.readexactly(size)
        except (asyncio.IncompleteReadError, ConnectionError):
            return None
