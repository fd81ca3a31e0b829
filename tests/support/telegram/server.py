"""The loopback Telegram: start it, point a client at it, act as people, watch, and break things."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import Self, TypeVar

from pyrogram.raw import base

from .business import ConnectedAccount, connect
from .connection import Call, Connection, Hub
from .faults import Faults
from .guests import Elsewhere
from .handlers import Backend, is_known
from .handshake import published_key
from .line import Call as LineCall
from .people import Stage, User
from .pushes import Pushes
from .session import AuthKey, MessageIds
from .stars import Stars
from .transport import AbridgedTransport
from .watch import DEFAULT_TIMEOUT_SECONDS, Signal
from .world import ChatEvent, Message, Person, World

HOST = "127.0.0.1"
BOT_ID = 1001
T = TypeVar("T")


class LoopbackTelegram:
    """A Telegram of one bot and any number of people, in this process's event loop, on 127.0.0.1.

    The first data centre is the bot's home. Ports are the system's choice, so they are known after ``start()``.
    """

    def __init__(
        self,
        data_centres: Sequence[int] = (2, 4),
        bot_token: str = f"{BOT_ID}:loopback",
        bot_username: str = "loopback_bot",
        home_dc: int | None = None,
    ) -> None:
        self.data_centres = tuple(data_centres)
        self.bot_token = bot_token
        self.addresses: dict[int, tuple[str, int]] = {}
        self.calls: list[Call] = []
        self.unknown_methods: list[str] = []
        self.faults = Faults(self)
        bot = Person(BOT_ID, "Loopback bot", username=bot_username, is_bot=True)
        self.world = World(bot, self._clock)
        self._backend = Backend(
            self.world, self.faults, bot_token, home_dc or self.data_centres[0], addresses=self.addresses
        )
        self._key = published_key()
        self._hub = Hub(self._key, self._backend, MessageIds(self._clock))
        self._hub.on_call, self._hub.on_failure = self._note_call, self._note_failure
        self._pushes = Pushes(self._hub)
        self._backend.echo = self._echo
        self._stage = Stage(self._backend, self._pushes)
        self._changed = Signal()
        self._listeners: list[asyncio.Server] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._failures: list[BaseException] = []
        self._stopping = False
        self.world.listeners.append(self._note_event)

    # ------------------------------------------------------------------ life

    async def start(self) -> None:
        """Listen, one port for each data centre."""
        for dc in self.data_centres:
            listener = await asyncio.start_server(self._greeter(dc), HOST, 0)
            self._listeners.append(listener)
            self.addresses[dc] = (HOST, listener.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Close everything; raises what went wrong inside the server, for that is no client's fault."""
        self._stopping = True
        for listener in self._listeners:
            listener.close()
        self.drop_connections()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for listener in self._listeners:
            await listener.wait_closed()
        self._listeners.clear()
        if self._failures:
            raise BaseExceptionGroup("the loopback Telegram failed", self._failures)

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    # ------------------------------------------------------------------ pointing a client here

    @property
    def public_key_pem(self) -> str:
        """The RSA key a client must trust, as PKCS#1 PEM."""
        return self._key.public_pem

    @property
    def fingerprint(self) -> int:
        return self._key.fingerprint

    @property
    def public_key(self) -> tuple[int, int]:
        """Modulus and exponent."""
        return self._key.modulus, self._key.exponent

    @property
    def address_setting(self) -> str:
        """All data centres in the form of the service's ``[telegram] server`` setting: "2@host:port,4@host:port"."""
        return ",".join(f"{dc}@{host}:{port}" for dc, (host, port) in self.addresses.items())

    # ------------------------------------------------------------------ acting and watching

    def user(self, user_id: int) -> User:
        """A person to act as; they are added if nobody has that id yet."""
        person = self.world.people.get(user_id) or self.world.add_user(user_id)
        return User(self._stage, person)

    def elsewhere(self, *members: User, is_private: bool = False) -> Elsewhere:
        """A chat that the bot is no member of."""
        return Elsewhere(self._stage, members, is_private=is_private)

    async def connect(
        self,
        owner: User,
        *others: User,
        reply: bool = True,
        delete: bool = False,
        dc: int | None = None,
        deliver: bool = True,
    ) -> ConnectedAccount:
        """The owner connects the bot to their account, for the chats with these people."""
        return await connect(self._stage, owner, *others, reply=reply, delete=delete, dc=dc, deliver=deliver)

    async def push(self, update: base.Updates) -> None:
        """Send this very object to the bot, whatever it says."""
        await self._pushes.tell_as_is(update)

    def on_chat_event(self, listener: Callable[[ChatEvent], None]) -> None:
        """Call ``listener`` for everything that happens in the chats from now on."""
        self.world.listeners.append(listener)

    async def wait_for(
        self,
        condition: Callable[[], T | None],
        timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS,
        what: str = "the condition",
    ) -> T:
        """The first truthy value of ``condition``, asked again after every call and every event in a chat."""
        return await self._changed.until(condition, timeout_seconds, what)

    def calls_of(self, name: str) -> list[Call]:
        """The calls of one method ("messages.SendMessage"), oldest first."""
        return [call for call in self.calls if call.name == name]

    async def wait_call(self, name: str, times: int = 1, timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS) -> Call:
        """The ``times``-th call of a method, once it has come."""
        calls = await self.wait_for(
            lambda: found if len(found := self.calls_of(name)) >= times else None, timeout_seconds, name
        )
        return calls[times - 1]

    @property
    def commands(self) -> dict[tuple[str, str], dict[str, str]]:
        """The bot's commands with their descriptions, by scope ("Default", "Users", …) and language."""
        return self._backend.commands

    @property
    def profiles(self) -> dict[str, tuple[str, str]]:
        """What the bot says of itself, by language: about, and description."""
        return self._backend.profiles

    @property
    def stars(self) -> Stars:
        """The bot's account of Stars."""
        return self._backend.stars

    @property
    def connection_count(self) -> int:
        return len(self._hub.connections)

    def connections_with(self, dc: int) -> int:
        """How many connections there are with one data centre."""
        return sum(connection.dc == dc for connection in self._hub.connections)

    # ------------------------------------------------------------------ going on from an earlier life of this Telegram

    @property
    def sent(self) -> dict[int, Message]:
        """What the bot sent with which random_id; sending it again is refused."""
        return self._backend.sent

    def know_key(self, data: bytes, dc: int) -> None:
        """Accept a key that the bot agreed on, and signed in with, before."""
        key = AuthKey(data, dc, self.world.bot.id)
        self._hub.keys[key.id] = key

    # ------------------------------------------------------------------ what faults do to the network

    def drop_connections(self) -> None:
        for connection in tuple(self._hub.connections):
            connection.transport.abort()

    def forget_keys(self) -> None:
        self._hub.keys.clear()
        self.drop_connections()

    def change_salts(self) -> None:
        for key in self._hub.keys.values():
            key.salt ^= 0x5A5A5A5A

    async def release_pushes(self, *, newest_first: bool) -> None:
        await self._pushes.release(newest_first=newest_first)

    # ------------------------------------------------------------------ inside

    def _clock(self) -> float:
        return time.time() + self.faults.clock_skew_seconds

    def _greeter(self, dc: int) -> Callable[[asyncio.StreamReader, asyncio.StreamWriter], None]:
        def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            if self.faults.refuse_connections or self._stopping:
                writer.transport.abort()
                return
            connection = Connection(self._hub, dc, AbridgedTransport(reader, writer, lambda: self.faults.mute))
            task = asyncio.create_task(connection.serve(), name=f"loopback-dc{dc}")
            self._tasks.add(task)
            task.add_done_callback(self._ended)

        return greet

    def _echo(self, call: LineCall) -> None:
        task = asyncio.create_task(self._pushes.tell_in_line(call), name="loopback-echo")
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._failures.append(error)

    def _note_call(self, call: Call) -> None:
        self.calls.append(call)
        if not is_known(call.query):
            self.unknown_methods.append(call.name)
        self._changed.notify()

    def _note_event(self, event: ChatEvent) -> None:
        self._stage.note(event)
        self._changed.notify()

    def _note_failure(self, error: BaseException) -> None:
        self._failures.append(error)
