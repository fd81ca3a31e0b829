"""One TCP connection of a client: its packets go to the key exchange or to a session, and its queries are performed.

Every query is performed in a task of its own, so that one that a fault delays holds up no other; those that nothing
delays are still performed in the order in which they came.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from pyrogram.raw import functions, types
from pyrogram.raw.core import Int, Long, Message, TLObject

from .faults import Answer, RpcError
from .handlers import Backend, Request, perform
from .handshake import Handshake, HandshakeError, ServerKey
from .session import AuthKey, MessageIds, ProtocolError, Session, open_packet
from .transport import AbridgedTransport

log = logging.getLogger(__name__)

NO_KEY = bytes(8)
KEY_UNKNOWN = (-404).to_bytes(4, "little", signed=True)
PLAIN_HEADER_BYTES = 20

WRAPPERS = (
    functions.InvokeWithLayer,
    functions.InitConnection,
    functions.InvokeWithoutUpdates,
    functions.InvokeAfterMsg,
    functions.InvokeAfterMsgs,
)
DOWNLOADS = "upload.Get"
#: Methods every session calls, whatever it is for; the others make a session one that listens to updates.
IMPERSONAL_METHODS = ("help.", "auth.", "upload.")


@dataclass(frozen=True, slots=True)
class Call:
    """One query as the server saw it; ``at`` is in monotonic seconds."""

    name: str
    query: TLObject[Any]
    dc: int
    user_id: int | None
    at: float


@dataclass(slots=True)
class Hub:
    """What all connections share."""

    server_key: ServerKey
    backend: Backend
    ids: MessageIds
    keys: dict[bytes, AuthKey] = field(default_factory=dict)
    connections: set[Connection] = field(default_factory=set)
    on_call: Callable[[Call], None] = lambda call: None
    on_failure: Callable[[BaseException], None] = lambda error: None


class Connection:
    """Serves one client connection until either side ends it."""

    def __init__(self, hub: Hub, dc: int, transport: AbridgedTransport) -> None:
        self.transport = transport
        self._hub = hub
        self.dc = dc
        self._handshake = Handshake(hub.server_key, hub.backend.world.clock)
        self._sessions: set[Session] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def serve(self) -> None:
        """Read packets to the end; what is still being performed then is given up."""
        self._hub.connections.add(self)
        try:
            if await self.transport.accept():
                while (packet := await self.transport.receive()) is not None:
                    self._take(packet)
        except (ProtocolError, HandshakeError) as error:
            log.info("connection to data centre %d closed: %s", self.dc, error)
        finally:
            self._hub.connections.discard(self)
            await self._close()

    async def _close(self) -> None:
        for session in self._sessions:
            session.detach(self.transport)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.transport.close()

    # ------------------------------------------------------------------ packets

    def _take(self, packet: bytes) -> None:
        if packet[:8] == NO_KEY:
            self._take_plain(packet)
            return
        key = self._hub.keys.get(packet[:8])
        if key is None or key.dc != self.dc:
            self.transport.send(KEY_UNKNOWN)
            raise ProtocolError("unknown key")
        opened = open_packet(key, packet)
        session = self._session(key, opened.session_id)
        for message in session.accept(opened):
            self._start(session, message)

    def _take_plain(self, packet: bytes) -> None:
        try:
            query = TLObject.read(BytesIO(packet[PLAIN_HEADER_BYTES:]))
        except KeyError as error:
            raise ProtocolError("unknown constructor") from error
        answer = self._handshake.answer(query).write()
        if self._handshake.auth_key is not None:
            key = AuthKey(self._handshake.auth_key, self.dc)
            self._hub.keys[key.id] = key
            self._handshake = Handshake(self._hub.server_key, self._hub.backend.world.clock)
        self.transport.send(NO_KEY + Long(self._hub.ids.next(answer=True)) + Int(len(answer)) + answer)

    def _session(self, key: AuthKey, session_id: bytes) -> Session:
        session = key.sessions.get(session_id)
        if session is None:
            session = Session(key, session_id, self._hub.backend.world.clock, self._hub.ids)
            key.sessions[session_id] = session
        session.attach(self.transport)
        self._sessions.add(session)
        return session

    # ------------------------------------------------------------------ queries

    def _start(self, session: Session, message: Message) -> None:
        query = message.body
        if isinstance(query, functions.Ping | functions.PingDelayDisconnect):
            session.send(types.Pong(msg_id=message.msg_id, ping_id=query.ping_id), answer=True, content=False)
            return
        task = asyncio.create_task(self._perform(session, message.msg_id, query), name="loopback-rpc")
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._hub.on_failure(error)

    async def _perform(self, session: Session, message_id: int, wrapped: TLObject[Any]) -> None:
        query, wants_updates = _unwrap(wrapped)
        name = query.QUALNAME.removeprefix("functions.")
        self._note(session, name, query, wants_updates=wants_updates)
        faults = self._hub.backend.faults
        if delay := faults.delay_of(name):
            await asyncio.sleep(delay)
        if (hook := faults.next_hook(name)) is not None and not hook.performed:
            hook.callback()
        silence = faults.next_silence(name)
        answer = self._answer(session, name, query) if silence is None or silence.performed else None
        if hook is not None and hook.performed:
            hook.callback()
        if silence is None:
            session.send(types.RpcResult(req_msg_id=message_id, result=answer), answer=True)
            await self.transport.drain()
        elif silence.drop:
            self.transport.abort()

    def _note(self, session: Session, name: str, query: TLObject[Any], *, wants_updates: bool) -> None:
        key = session.key
        self._hub.on_call(Call(name, query, self.dc, key.user_id, time.monotonic()))
        if name.startswith(DOWNLOADS):
            session.moves_files = True
        elif wants_updates and not name.startswith(IMPERSONAL_METHODS) and self.dc == self._hub.backend.home_dc:
            session.listens = True

    def _answer(self, session: Session, name: str, query: TLObject[Any]) -> TLObject[Any]:
        try:
            prepared: Answer | None = self._hub.backend.faults.next_answer(name)
            if isinstance(prepared, RpcError):
                raise prepared
            return prepared or perform(Request(self._hub.backend, session, self.dc), query)
        except RpcError as refusal:
            return types.RpcError(error_code=refusal.code, error_message=refusal.name)
        except Exception as error:  # a mistake in this server: the test that runs it must fail
            self._hub.on_failure(error)
            return types.RpcError(error_code=500, error_message="LOOPBACK_FAILURE")


def _unwrap(query: Any) -> tuple[TLObject[Any], bool]:
    """The query inside its wrappers, and whether the caller wants updates."""
    wants_updates = True
    while isinstance(query, WRAPPERS):
        wants_updates = wants_updates and not isinstance(query, functions.InvokeWithoutUpdates)
        query = query.query
    return query, wants_updates
