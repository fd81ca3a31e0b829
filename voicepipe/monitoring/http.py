"""A small HTTP/1.1 server for whoever looks at the service: GET only, everything bounded, one request a connection.

`h11` reads and writes the protocol. Runs in the event loop, which it never holds up: a request is a few kilobytes, and
what answers one is asked to leave the loop for anything that takes longer.
"""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from voicepipe.errors import SocketUnavailable
from voicepipe.events import BackgroundError, Events
from voicepipe.supervision import Crew
from voicepipe.unix_sockets import listen_at

if TYPE_CHECKING:
    import h11

    from voicepipe.config.kinds import Listening

MOST_CONNECTIONS = 16
"""At once; whoever comes then is turned away."""
MOST_HEAD_BYTES = 8192
REQUEST_SECONDS = 5.0
"""How long a request may take to arrive, and its answer to be taken."""
ANSWER_SECONDS = 10.0
"""How long an answer may take to be made."""
_CHUNK_BYTES = 4096
_REASONS = {200: b"OK", 404: b"Not Found", 405: b"Method Not Allowed", 421: b"Misdirected Request"}


@dataclass(frozen=True, slots=True)
class Answer:
    """What is answered."""

    status: int
    body: bytes
    content_type: str = "text/plain; charset=utf-8"
    policy: str = "default-src 'none'"
    """What a browser may load for it."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked."""

    path: str
    accepts: str = ""
    """The header Accept."""


Answering = Callable[[Question], Awaitable[Answer]]


class HttpServer:
    """Serves what `answer` gives. A Part."""

    def __init__(self, listening: Listening, answer: Answering, events: Events) -> None:
        self._listening = listening
        self._answer = answer
        self._events = events
        self._server: asyncio.Server | None = None
        self._inode: int | None = None
        self._connections = Crew()
        self._open = 0

    @property
    def port(self) -> int:
        """Where it listens; 0 for a Unix socket."""
        address = self._server.sockets[0].getsockname() if self._server else ()
        return int(address[1]) if isinstance(address, tuple) else 0

    async def start(self) -> None:
        """Listen. Raises SocketUnavailable, or ConfigError, when that can't be done."""
        path = self._listening.path
        if path is not None:
            self._server = await asyncio.start_unix_server(
                self._accept, sock=listen_at(path, "monitoring socket", "[monitoring] listen"), limit=_CHUNK_BYTES
            )
            self._inode = path.stat().st_ino
            return
        try:
            self._server = await asyncio.start_server(
                self._accept, self._listening.host, self._listening.port, limit=_CHUNK_BYTES
            )
        except OSError as error:
            at = f"{self._listening.host} port {self._listening.port}"
            raise SocketUnavailable(
                f"Nothing can listen on {at}: {error.strerror}. Another service may have it: change [monitoring] listen"
            ) from error

    async def stop(self, timeout_seconds: float) -> None:
        """Listen no more, and end what is open, whatever the time."""
        if self._server is None:
            return
        self._server.close()
        if self._listening.path is not None:
            self._unlink(self._listening.path)
        await self._connections.stop()
        await self._server.wait_closed()
        self._server = None

    async def wait_failed(self) -> NoReturn:
        await self._connections.wait_failed()

    def _unlink(self, path: Path) -> None:
        """Remove the socket's file, unless it is another's by now."""
        with suppress(FileNotFoundError):
            if path.stat().st_ino == self._inode:
                path.unlink()

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._open >= MOST_CONNECTIONS:
            writer.transport.abort()
            return
        self._open += 1
        self._connections.spawn(self._serve(reader, writer), "monitoring connection")

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._exchange(reader, writer)
        except (OSError, TimeoutError):
            pass  # the client went away, or was too slow
        except Exception as error:  # a defect here must end one connection, not the service
            self._events.emit(BackgroundError("monitoring connection", type(error).__name__))
        finally:
            self._open -= 1
            writer.transport.abort()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        import h11

        connection = h11.Connection(h11.SERVER, max_incomplete_event_size=MOST_HEAD_BYTES)
        try:
            async with asyncio.timeout(REQUEST_SECONDS):
                request = await _read(connection, reader)
        except h11.RemoteProtocolError:
            return
        if request is None:
            return
        answer = await self._answer_to(request)
        writer.write(_written(connection, answer, is_head=request.method == b"HEAD"))
        async with asyncio.timeout(REQUEST_SECONDS):
            await writer.drain()
            writer.write_eof()
            await reader.read(_CHUNK_BYTES)  # until it has taken all: what is aborted before is lost

    async def _answer_to(self, request: h11.Request) -> Answer:
        headers = {name: value.decode("latin-1") for name, value in request.headers}
        if request.method not in (b"GET", b"HEAD"):
            return Answer(405, b"GET only\n")
        if self._listening.path is None and not _is_ours(headers.get(b"host", "")):
            return Answer(421, b"Ask for it by the address of this machine, as 127.0.0.1 or localhost\n")
        path = request.target.decode("ascii", "replace").partition("?")[0]
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                return await self._answer(Question(path, headers.get(b"accept", "")))
        except TimeoutError:
            return Answer(503, b"It took too long\n")


async def _read(connection: h11.Connection, reader: asyncio.StreamReader) -> h11.Request | None:
    """The request; None where there is none. Raises RemoteProtocolError."""
    import h11

    while (event := connection.next_event()) is h11.NEED_DATA:
        connection.receive_data(await reader.read(_CHUNK_BYTES))
    return event if isinstance(event, h11.Request) else None


def _written(connection: h11.Connection, answer: Answer, *, is_head: bool) -> bytes:
    import h11

    headers = [
        ("Content-Type", answer.content_type),
        ("Content-Length", str(len(answer.body))),
        ("Cache-Control", "no-store"),
        ("Content-Security-Policy", answer.policy),
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "no-referrer"),
        ("Connection", "close"),
    ]
    reason = _REASONS.get(answer.status, b"Service Unavailable")
    events: list[h11.Event] = [h11.Response(status_code=answer.status, headers=headers, reason=reason)]
    if not is_head:
        events.append(h11.Data(data=answer.body))
    return b"".join(connection.send(event) or b"" for event in (*events, h11.EndOfMessage()))


def _is_ours(host: str) -> bool:
    """Whether a browser, or whoever it is, knows this machine by an address of its own.

    A page from elsewhere could give its own name this machine's address, and read what is answered.
    """
    name = host.rpartition(":")[0] if host.rpartition(":")[2].isdecimal() else host
    if name.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(name.strip("[]")).is_loopback
    except ValueError:
        return False
