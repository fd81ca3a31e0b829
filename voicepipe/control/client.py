"""Asks a running service over its control socket.

A mutation carries its idempotency key, so a client whose connection broke sends the same request again.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from voicepipe.config.owner import owner_of
from voicepipe.control.messages import OperatorRequest, Report
from voicepipe.control.protocol import (
    MAX_REPLY_BYTES,
    PERFORM_TIMEOUT_SECONDS,
    PROTOCOL,
    OutgoingLine,
    RawReply,
    closing,
    other_protocol,
)
from voicepipe.errors import ControlUnavailable, FilesUnusable, RequestRefused, VoicepipeError

SEND_ATTEMPTS = 3

R = TypeVar("R", bound=Report)


class NoService(ControlUnavailable):
    """No service listens on the control socket."""


class ControlClient:
    """Asks a running service over its control socket; one connection per request."""

    def __init__(self, path: Path, *, timeout_seconds: float = PERFORM_TIMEOUT_SECONDS + 5) -> None:
        self._path = path
        self._timeout_seconds = timeout_seconds

    async def perform(self, request: OperatorRequest[R]) -> R:
        """Have the service perform a request, sending it again (same idempotency key) when the connection breaks.

        Raises ControlUnavailable when nobody answers, RequestRefused, or VoicepipeError with the service's reason.
        """
        line = OutgoingLine(request=request).model_dump_json().encode() + b"\n"
        reply = await self._ask_again(line)
        if error := reply.error:
            raise RequestRefused(error.message) if error.kind == "refused" else VoicepipeError(error.message)
        try:
            return request.report_type().model_validate(reply.answer)
        except ValidationError:
            raise ControlUnavailable("The service's answer is not understood; restart it after an upgrade") from None

    async def _ask_again(self, line: bytes) -> RawReply:
        for attempt in range(1, SEND_ATTEMPTS + 1):
            try:
                return _read_reply(await self._ask(line))
            except _BrokenConnection:
                await asyncio.sleep(0.2 * attempt)
        raise ControlUnavailable("The service's control socket breaks off every time; see the service's log")

    async def _ask(self, line: bytes) -> bytes:
        try:
            async with asyncio.timeout(self._timeout_seconds):
                reader, writer = await self._connect()
                async with closing(writer):
                    return await _exchange(reader, writer, line)
        except TimeoutError:
            raise ControlUnavailable(
                f"The service has not answered on {self._path} for {self._timeout_seconds:.0f} s; see its log, "
                "and restart it if it hangs"
            ) from None

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        try:
            return await asyncio.open_unix_connection(str(self._path), limit=MAX_REPLY_BYTES)
        except PermissionError:
            raise FilesUnusable(_how_to_get_in(self._path)) from None
        except OSError as error:
            raise NoService(f"No service answers on {self._path} ({error.strerror or error})") from None


def _how_to_get_in(path: Path) -> str:
    refused = f"You may not use the control socket {path}: run the command as the service's user"
    owner = owner_of(path) or owner_of(path.parent)
    if owner is None:
        return f"{refused} (sudo -u USER voicepipe …) or join its group"
    return f"{refused} (sudo -u {owner.for_sudo} voicepipe …) or join its group {owner.group}"


class _BrokenConnection(Exception):
    """The connection ended before the reply was complete."""


async def _exchange(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, line: bytes) -> bytes:
    try:
        writer.write(line)
        await writer.drain()
        return await reader.readuntil(b"\n")
    except (OSError, asyncio.IncompleteReadError):
        raise _BrokenConnection from None
    except asyncio.LimitOverrunError:
        raise ControlUnavailable(f"The service's answer is longer than {MAX_REPLY_BYTES} bytes; ask for less") from None


def _read_reply(line: bytes) -> RawReply:
    try:
        reply = RawReply.model_validate_json(line)
    except ValidationError:
        raise ControlUnavailable("What answers on the control socket is no voicepipe service") from None
    if reply.protocol != PROTOCOL:
        raise ControlUnavailable(other_protocol("the service", reply.protocol))
    return reply
