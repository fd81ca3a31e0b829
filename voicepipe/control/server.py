"""Serves operators' requests on the control socket.

The server accepts root, its own user and members of its own group (SO_PEERCRED), bounds the size of a line and the time
of everything, and survives whatever is sent to it. Runs in the event loop; no threads.
"""

from __future__ import annotations

import asyncio
import os
import socket
import struct
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

from pydantic import BaseModel

from voicepipe.control.messages import OperatorRequest
from voicepipe.control.performing import Operations
from voicepipe.control.protocol import (
    MAX_REQUEST_BYTES,
    PERFORM_TIMEOUT_SECONDS,
    ErrorReport,
    ReplyLine,
    closing,
    parse_request,
)
from voicepipe.errors import RequestRefused, StoreError, VoicepipeError
from voicepipe.events import BackgroundError, Events
from voicepipe.supervision import Crew
from voicepipe.unix_sockets import listen_at

IDLE_TIMEOUT_SECONDS = 60.0
"""Longest wait for a client's next request, and for a client to take its reply."""

REPLY_SECONDS = 0.1
"""How long `stop` waits for the replies of what has just finished."""

_SO_PEERGROUPS = 59


class ControlServer:
    """Serves operations on a Unix socket from `start()` to `stop()`."""

    def __init__(
        self,
        operations: Operations,
        path: Path,
        *,
        events: Events | None = None,
        perform_timeout_seconds: float = PERFORM_TIMEOUT_SECONDS,
        idle_timeout_seconds: float = IDLE_TIMEOUT_SECONDS,
    ) -> None:
        self._operations = operations
        self._path = path
        self._events = events or Events()
        self._perform_timeout_seconds = perform_timeout_seconds
        self._idle_timeout_seconds = idle_timeout_seconds
        self._server: asyncio.Server | None = None
        self._inode: int | None = None
        self._connections = Crew()
        # What becomes of an operation is told to its client.
        self._under_way = Crew(harmless=(Exception,))

    async def start(self) -> None:
        """Listen. Raises SocketUnavailable when another process serves this socket or its place is taken."""
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        listener = listen_at(self._path, "control socket", "[service] runtime_dir")
        self._inode = self._path.stat().st_ino
        self._server = await asyncio.start_unix_server(self._accept, sock=listener, limit=MAX_REQUEST_BYTES)

    async def stop(self, timeout_seconds: float) -> None:
        """Close the socket, let operations under way finish within the bound, end all connections, remove the file."""
        if self._server is None:
            return
        self._server.close()
        self._unlink()
        await self._under_way.finish(timeout_seconds)
        await self._connections.finish(REPLY_SECONDS)
        await self._server.wait_closed()
        self._server = None

    async def wait_failed(self) -> NoReturn:
        """Raise a defect that ended a connection's task."""
        await self._connections.wait_failed()

    def _unlink(self) -> None:
        """Remove the socket's file, unless it is another's by now."""
        with suppress(FileNotFoundError):
            if self._path.stat().st_ino == self._inode:
                self._path.unlink()

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._connections.spawn(self._serve(reader, writer), "control connection")

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with closing(writer):
                is_allowed = _is_allowed(writer.get_extra_info("socket"))
                while line := await self._read(reader, writer):
                    await self._send(writer, await self._reply(line) if is_allowed else _STRANGER_REFUSED)
        except (OSError, TimeoutError):
            return  # the client went away or would not take its reply; whatever it asked for is done or repeatable
        except Exception as error:  # a defect here must end one connection, not the service
            self._events.emit(BackgroundError("control connection", type(error).__name__))

    async def _read(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        """The next request's line; empty at the end, or when there can be no next one."""
        try:
            async with asyncio.timeout(self._idle_timeout_seconds):
                return await reader.readuntil(b"\n")
        except asyncio.LimitOverrunError:
            await self._send(writer, _refusal(f"A request may have at most {MAX_REQUEST_BYTES} bytes"))
        except (asyncio.IncompleteReadError, TimeoutError):
            pass
        return b""

    async def _send(self, writer: asyncio.StreamWriter, reply: ReplyLine) -> None:
        writer.write(reply.model_dump_json(exclude_none=False).encode() + b"\n")
        async with asyncio.timeout(self._idle_timeout_seconds):
            await writer.drain()

    async def _reply(self, line: bytes) -> ReplyLine:
        try:
            return ReplyLine(answer=await self._perform(parse_request(line)))
        except RequestRefused as error:
            return _refusal(str(error))
        except VoicepipeError as error:
            return ReplyLine(error=ErrorReport(kind="failed", message=str(error)))
        except Exception as error:  # a defect here must end one request, not the service
            self._events.emit(BackgroundError("control", type(error).__name__))
            message = f"The service failed on this request ({type(error).__name__}); its log may say more"
            return ReplyLine(error=ErrorReport(kind="internal", message=message))

    async def _perform(self, request: OperatorRequest[Any]) -> BaseModel:
        """Perform it in a task of its own: neither a client that leaves nor a time-out undoes half of a change."""
        task: asyncio.Task[BaseModel] = self._under_way.spawn(self._operations.perform(request), "control operation")
        done, _ = await asyncio.wait({task}, timeout=self._perform_timeout_seconds)
        if not done:
            raise StoreError(
                f"The service took longer than {self._perform_timeout_seconds:.0f} s; a change may still be made: "
                "look with `voicepipe quota history` before repeating it"
            )
        return task.result()


def _refusal(message: str) -> ReplyLine:
    return ReplyLine(error=ErrorReport(kind="refused", message=message))


_STRANGER_REFUSED = _refusal(
    "This user may not administer the service: neither its own user, nor in its group, nor root"
)


def _is_allowed(peer: socket.socket) -> bool:
    """Whether the process at the other end runs as root, as our user or in our group."""
    _, uid, gid = struct.unpack("3i", peer.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i")))
    return uid in (0, os.geteuid()) or os.getegid() in (gid, *_peer_groups(peer))


def _peer_groups(peer: socket.socket) -> tuple[int, ...]:
    """The supplementary groups of the process at the other end; none where the kernel does not tell."""
    try:
        raw = peer.getsockopt(socket.SOL_SOCKET, _SO_PEERGROUPS, 1024)
    except OSError:
        return ()
    return struct.unpack(f"{len(raw) // 4}I", raw)
