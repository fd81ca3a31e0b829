"""The Pyrogram client as voicepipe uses it: a bot's session on the configured server, its updates given to us raw."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from concurrent.futures import Executor
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any, TypeVar, cast

from pyrogram import Client, raw
from pyrogram.connection import Connection
from pyrogram.crypto import mtproto
from pyrogram.errors import RPCError
from pyrogram.raw.core import Message
from pyrogram.session import Session
from pyrogram.session import session as session_module
from pyrogram.session.internals import MsgFactory
from pyrogram.session.session import AuthKeyNotFound
from python_socks import ProxyError

from voicepipe.config import TelegramConfig
from voicepipe.config.proxy import ProxyAddress
from voicepipe.supervision import end_tasks
from voicepipe.telegram.session.errors import SESSION_OVER
from voicepipe.telegram.session.storage import SessionStorage

T = TypeVar("T")
OnUpdates = Callable[[raw.base.Updates], Awaitable[None]]

KEY_NOT_FOUND = (-404).to_bytes(4, "little", signed=True)
"""The transport error of a server that does not know our key: core.telegram.org/mtproto/mtproto-transports"""
STOP_TIMEOUT_SECONDS = 10.0
CLOCK_TOLERANCE_SECONDS = 30.0
MOST_AT_ONCE_BYTES = 16_384
"""A packet as long is encrypted or decrypted in a tenth of a millisecond."""
SET_BACK_SECONDS = 10.0
"""A clock that goes back less is waited for, so that numbers grow also when it is only corrected."""


ADDRESSES_V4 = {
    1: "149.154.175.53",
    2: "149.154.167.51",
    3: "149.154.175.100",
    4: "149.154.167.91",
    5: "91.108.56.130",
}
ADDRESSES_V6 = {
    1: "2001:b28:f23d:f001::a",
    2: "2001:67c:4e8:f002::a",
    3: "2001:b28:f23d:f003::a",
    4: "2001:67c:4e8:f004::a",
    5: "2001:b28:f23f:f005::a",
}
"""Of Telegram's data centres, as its own clients know them before they have asked: https://core.telegram.org/api/datacenter
"""
PORT = 443


class BotClient(Client):  # type: ignore[misc]  # Pyrogram is untyped
    """A client that hands every update to `on_updates` instead of Pyrogram's dispatcher.

    The dispatcher would parse each message into objects we don't need and forgets what it has not handled when the
    process ends; ours are journaled first. Must be made inside the running event loop.
    """

    def __init__(self, config: TelegramConfig, session_dir: Path, on_updates: OnUpdates) -> None:
        self._on_updates = on_updates
        self._making: dict[tuple[int | None, bool], asyncio.Task[Session]] = {}
        """Sessions with data centres that are being made, by data centre and whether they are for media."""
        self.key_lost = asyncio.Event()
        """Set when the server says that it does not know our key; the client itself would wait for ever."""
        self.packets_received = 0
        self.line: asyncio.Queue[bool] = asyncio.Queue()
        """What became of the main session's connection: made (True), or lost, or another try to make it failed."""
        storage = SessionStorage(session_dir)
        super().__init__(
            storage.name,
            api_id=config.api_id,
            api_hash=config.api_hash.get_secret_value(),
            bot_token=config.bot_token.get_secret_value(),
            storage_engine=storage,
            connection_factory=self._connection_factory(config.servers, is_ipv6=config.ipv6),
            proxy=_proxy(config.proxy_address),
            ipv6=config.ipv6,
            workers=1,
            skip_updates=True,
            sleep_threshold=0,
            max_concurrent_transmissions=config.fetch_concurrency,
            max_message_cache_size=1,
            max_topic_cache_size=1,
            fetch_replies=False,
            fetch_topics=False,
            fetch_stories=False,
            fetch_stickers=False,
        )
        self._watched_loop = _WatchedLoop(asyncio.get_running_loop(), on_key_lost=self.key_lost.set)
        self.loop = self._watched_loop
        self.connect_handler = self._connected
        self.disconnect_handler = self._disconnected
        self._server_ahead_seconds = time.time() - _steady_seconds()

    def _connection_factory(
        self, servers: Mapping[int, tuple[str, int]], *, is_ipv6: bool
    ) -> Callable[..., Connection]:
        """Pyrogram's connections, dialling the configured servers instead of the built-in addresses.

        The address must be given at every connection: the stored session keeps Telegram's own, of the protocol that was
        wanted when it began.
        """
        built_in = ADDRESSES_V6 if is_ipv6 else ADDRESSES_V4

        def connect(**arguments: Any) -> Connection:
            number = arguments["dc_id"]
            if servers:
                address = servers.get(number, next(iter(servers.values())))
                arguments["server_address"], arguments["port"] = address
            elif (":" in arguments["server_address"]) is not is_ipv6 and number in built_in:
                arguments["server_address"], arguments["port"] = built_in[number], PORT
            return _WatchedConnection(self, **arguments)

        return connect

    # --- Telegram's clock ---------------------------------------------------------------------------------------
    @property
    def server_time(self) -> float:
        """Telegram's time, in seconds since 1970.

        It goes by a clock that nobody sets: one that is set while the service runs would make Telegram refuse what the
        client sends, and the client discard what Telegram sends.
        """
        return _steady_seconds() + self._server_ahead_seconds

    def _set_server_time(self, msg_id: int) -> None:
        """What Telegram sends is numbered by its clock."""
        self._server_ahead_seconds = msg_id / 2**32 - _steady_seconds()

    @property
    def clock_skew_seconds(self) -> float:
        """How far this machine's clock is behind Telegram's, as measured in the session so far."""
        return self.server_time - time.time()

    @property
    def is_clock_wrong(self) -> bool:
        """Whether it is so far off that somebody should set it."""
        return abs(self.clock_skew_seconds) > CLOCK_TOLERANCE_SECONDS

    # --- what comes in --------------------------------------------------------------------------------------------
    async def handle_updates(self, updates: raw.base.Updates) -> None:
        self.last_update_time = datetime.now()  # naive, as the client's own watchdog compares it
        await self.fetch_peers(getattr(updates, "users", []))
        await self.fetch_peers(getattr(updates, "chats", []))
        await self._on_updates(updates)

    # --- sessions -------------------------------------------------------------------------------------------------
    async def get_session(
        self, dc_id: int | None = None, is_media: bool = False, temporary: bool = False, **arguments: Any
    ) -> Session:
        """The session with a data centre; whoever asks for it while it is being made waits for that one.

        Pyrogram looks for one, suspends, and stores its own, so that each of several first downloads would make one,
        and all but the last would ping and reconnect for ever.
        """
        if temporary or arguments:  # one of the caller's own, or one that Pyrogram looks up in another way
            return await super().get_session(dc_id, is_media, temporary=temporary, **arguments)
        key, made = (dc_id, is_media), self.media_sessions if is_media else self.sessions
        if key not in self._making and dc_id in made:
            return cast(Session, made[dc_id])
        if key not in self._making:
            # In a task of its own: a download that is given up meanwhile must not leave a session that is half made.
            making = self._make_session(dc_id, is_media)
            self._making[key] = asyncio.create_task(making, name=f"session with data centre {dc_id}")
            self._making[key].add_done_callback(lambda task: self._made(key, task))
        return await asyncio.shield(self._making[key])

    async def session_with(self, dc_id: int) -> Session:
        """The session for requests to a data centre. Raises OSError.

        Never one for media: Telegram may give such a one an address that takes requests for files only.
        """
        return await self.get_session(dc_id)

    async def _make_session(self, dc_id: int | None, is_media: bool) -> Session:
        try:
            return await super().get_session(dc_id, is_media)
        except BaseException:
            # Pyrogram stores it before it is signed in; the next who asks would be given one that never will be.
            sessions = self.media_sessions if is_media else self.sessions
            if (broken := sessions.pop(dc_id, None)) is not None:
                await broken.stop()
            raise

    def _made(self, key: tuple[int | None, bool], task: asyncio.Task[Session]) -> None:
        del self._making[key]
        if not task.cancelled():
            task.exception()  # looked at: it may be that nobody waits for it any more

    async def disconnect_all(self) -> None:
        """Disconnect; a server that does not answer, or has forgotten us, can't hold us up. Harmless when done."""
        await end_tasks(self._making.values())
        try:
            async with asyncio.timeout(STOP_TIMEOUT_SECONDS):
                # The client itself leaves its sessions with other data centres open.
                for session in self.sessions.values():
                    await session.stop()
                if self.is_initialized:
                    await self.stop()
                elif self.is_connected:
                    await self.disconnect()
        except (OSError, AuthKeyNotFound):
            pass
        finally:
            await self._watched_loop.end_tasks()  # a session that was given up while it was made tries for ever
            await self.storage.close()

    async def _connected(self, _: Client, session: Session) -> None:
        if await self._is_main(session):
            self.line.put_nowait(True)

    async def _disconnected(self, _: Client, session: Session) -> None:
        """Fail the requests that a lost connection has left without an answer, to be repeated on the next one.

        The session would let each wait for its time-out first.
        """
        for result in session.results.values():
            result.event.set()
        if await self._is_main(session):
            self.line.put_nowait(False)

    async def _is_main(self, session: Session) -> bool:
        return not session.is_media and session.dc_id == await self.storage.dc_id()


def _steady_seconds() -> float:
    """A clock that runs on while the machine sleeps, and that nobody sets."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


class _MessageNumbers(MsgFactory):  # type: ignore[misc]  # Pyrogram is untyped
    """Numbers for what a session sends: Telegram's time, always growing, but set back where the clock was wrong.

    Pyrogram's own never go back. A machine whose clock is ahead of Telegram's by more than the 30 s that Telegram
    takes learns the time with the first refusal, but would go on to number its messages as before, and to be refused.
    """

    async def allocate_message_identity(self) -> int:
        async with self._msg_id_lock:
            now = int(self.client.server_time * 2**32) & ~0b11
            is_set_back = self._last_msg_id - now > SET_BACK_SECONDS * 2**32
            self._last_msg_id: int = now if is_set_back else max(now, self._last_msg_id + 4)
            return self._last_msg_id


session_module.MsgFactory = _MessageNumbers  # the one place where a session takes it from


def _proxy(address: ProxyAddress | None) -> Any:
    """As Pyrogram wants to have it."""
    if address is None:
        return None
    login = {"secret": address.secret, "username": address.user, "password": address.password}
    place = {"scheme": address.scheme, "hostname": address.host, "port": address.port}
    return place | {name: value for name, value in login.items() if value is not None}


class _WatchedConnection(Connection):  # type: ignore[misc]  # Pyrogram is untyped
    """A connection that tells the client of what comes in, also of what the session then discards."""

    def __init__(self, client: BotClient, **arguments: Any) -> None:
        super().__init__(**arguments)
        self._client = client

    async def connect(self) -> None:
        try:
            await super().connect()
        except ProxyError as error:  # the client takes it for no trouble of the network, and would not try again
            await self.protocol.close()
            raise ConnectionError(f"the proxy refuses: {error}") from error

    async def recv(self) -> bytes | None:
        packet: bytes | None = await super().recv()
        if packet == KEY_NOT_FOUND:
            self._client.key_lost.set()
        elif packet:
            self._client.packets_received += 1
        return packet


def _packet_bytes(packet: BytesIO | Message) -> int:
    """About how long a packet is that came in, or that goes out."""
    return packet.getbuffer().nbytes if isinstance(packet, BytesIO) else int(packet.length)


class _WatchedLoop:
    """The event loop as the client sees it, which looks at how the client's tasks end.

    The client itself leaves many of them alone: asyncio would report their exceptions as never retrieved, and a
    session whose key was refused would be given up without a word.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, *, on_key_lost: Callable[[], None]) -> None:
        self._loop = loop
        self._on_key_lost = on_key_lost
        self._tasks: set[asyncio.Task[Any]] = set()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loop, name)

    def create_task(self, work: Coroutine[Any, Any, T], **options: Any) -> asyncio.Task[T]:
        task = self._loop.create_task(work, **options)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def run_in_executor(self, executor: Executor, work: Callable[..., T], *arguments: Any) -> asyncio.Future[T]:
        """A packet that is small is packed or unpacked at once, which takes a tenth of handing it to a thread."""
        if work not in (mtproto.pack, mtproto.unpack) or _packet_bytes(arguments[0]) > MOST_AT_ONCE_BYTES:
            return self._loop.run_in_executor(executor, work, *arguments)
        done: asyncio.Future[T] = self._loop.create_future()
        try:
            done.set_result(work(*arguments))
        except Exception as error:
            done.set_exception(error)
        return done

    async def end_tasks(self) -> None:
        await end_tasks(self._tasks)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        error = None if task.cancelled() else task.exception()
        if isinstance(error, (AuthKeyNotFound, *SESSION_OVER)):
            self._on_key_lost()
        elif error is not None and not isinstance(error, (OSError, RPCError)):  # an outage shows in other ways
            message = "a task of the Telegram client ended with an error"
            self._loop.call_exception_handler({"message": message, "exception": error, "task": task})
