"""Everything that can go wrong on the loopback Telegram, as switches a test sets while the server runs.

    server.faults.answer("messages.SendMessage", flood_wait(33))          # the next one is refused
    server.faults.delay("upload.GetFile", 2.0)                            # every one takes two seconds
    server.faults.silence("messages.SendMessage", performed=True)         # the next one is done, and never answered
    server.faults.withhold_pushes = True                                  # only getDifference tells
    server.faults.forget_keys()                                           # the client's key is unknown from now on

Methods are named as the schema does ("messages.SendMessage"); ANY stands for all of them.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any, Generic, Protocol, TypeAlias, TypeVar

from pyrogram.raw.core import TLObject

from .world import Chat, Message

ANY = "*"
T = TypeVar("T")


class RpcError(Exception):
    """A refusal, as Telegram words it: a code and an upper-case name."""

    def __init__(self, code: int, name: str) -> None:
        super().__init__(f"{code} {name}")
        self.code = code
        self.name = name


def flood_wait(seconds: int) -> RpcError:
    return RpcError(420, f"FLOOD_WAIT_{seconds}")


def migrate(kind: str, dc: int) -> RpcError:
    """``kind`` is "USER", "FILE", "NETWORK" or "PHONE"."""
    return RpcError(303, f"{kind}_MIGRATE_{dc}")


def server_error(name: str = "INTERNAL_SERVER_ERROR") -> RpcError:
    return RpcError(500, name)


class Repetition(Enum):
    """What a server may say to a random_id that was used before."""

    REFUSED = auto()
    """It says so."""
    ANSWERED = auto()
    """The message that was sent with it, as if for the first time."""
    FAILS = auto()
    """An internal error, however often."""


Answer: TypeAlias = RpcError | TLObject[Any]


@dataclass(slots=True)
class Silence:
    """One call that gets no answer; ``performed`` says whether it takes effect all the same."""

    performed: bool
    drop: bool


@dataclass(slots=True)
class Hook:
    """A callback at the moment a call arrives or has taken effect, before it is answered."""

    callback: Callable[[], None]
    performed: bool


@dataclass(slots=True)
class Planned(Generic[T]):
    """Something that happens to the next ``left`` calls; to all of them when that is None."""

    what: T
    left: int | None


class Network(Protocol):
    """What faults do to connections and keys; the server provides it."""

    def drop_connections(self) -> None: ...
    def forget_keys(self) -> None: ...
    def change_salts(self) -> None: ...
    async def release_pushes(self, *, newest_first: bool) -> None: ...


@dataclass(slots=True)
class Faults:
    """The switches. All are off at first."""

    network: Network
    #: Seconds by which the server's clock is ahead of the machine's.
    clock_skew_seconds: float = 0.0
    #: New connections are accepted and closed at once.
    refuse_connections: bool = False
    #: Connections stay open, but nothing is sent on them any more: a network that went dark.
    mute: bool = False
    #: Changes happen, but nobody is told: a client learns of them by getDifference only.
    withhold_pushes: bool = False
    #: Pushes wait until release_pushes().
    hold_pushes: bool = False
    #: How often each push is sent.
    push_copies: int = 1
    #: Push to every session of the account, media sessions too, as the real Telegram may.
    push_to_all_sessions: bool = False
    #: Announce plain texts in private chats and basic groups by the short forms, which clients must complete.
    short_text_updates: bool = False
    #: Confirm plain texts sent to private chats by the short form, as the real Telegram does.
    short_sent_updates: bool = True
    #: Take rich messages; servers of an older layer know none.
    takes_rich: bool = False
    #: How many of the next upload.GetFile answers end early (half of what was asked for).
    short_reads: int = 0
    #: At most so many changes per getDifference; the rest follows in further slices.
    difference_limit: int = 500
    #: How many of the next differences are refused as too long.
    difference_too_long: int = 0
    #: Supergroups of which the account's next difference says no more than that something happened there.
    supergroups_too_long: set[Chat] = field(default_factory=set)
    #: A reply to a message that is gone is sent as no reply, instead of being refused.
    drop_replies_to_deleted: bool = False
    #: The code that goes with RANDOM_ID_DUPLICATE; the schema's error tables list it under 500 and under 400.
    random_id_duplicate_code: int = 500
    #: How a repeated random_id is answered; either way nothing is sent again.
    repetition: Repetition = Repetition.REFUSED
    #: Each message of the bot's takes so many steps of its chat's sequence, and is told as one: the others are a gap.
    steps_of_own_messages: int = 1
    #: Messages that are not there are left out of what is read, instead of being shown as empty.
    leave_out_missing: bool = False
    #: Which supergroup too much has happened in is told by an id that is nobody's.
    wrong_too_long_ids: bool = False
    _answers: dict[str, deque[Planned[Answer]]] = field(default_factory=dict)
    _silences: dict[str, deque[Planned[Silence]]] = field(default_factory=dict)
    _hooks: dict[str, deque[Planned[Hook]]] = field(default_factory=dict)
    _delays: dict[str, float] = field(default_factory=dict)

    # ------------------------------------------------------------------ single methods

    def answer(self, method: str, answer: Answer, times: int | None = 1) -> None:
        """Give the next ``times`` calls (None: all) this answer instead of performing them."""
        self._answers.setdefault(method, deque()).append(Planned(answer, times))

    def silence(self, method: str, times: int | None = 1, *, performed: bool = False, drop: bool = False) -> None:
        """Never answer the next calls; ``drop`` also cuts the connection."""
        self._silences.setdefault(method, deque()).append(Planned(Silence(performed, drop), times))

    def hook(
        self, method: str, callback: Callable[[], None], *, performed: bool = False, times: int | None = 1
    ) -> None:
        """Run ``callback`` when the next calls arrive, or when they took effect but are not answered yet.

        Made for killing the service under test at just that moment. The call is performed also where it was killed
        before; what the callback then plans for the method, as a silence, already counts for this call.
        """
        self._hooks.setdefault(method, deque()).append(Planned(Hook(callback, performed), times))

    def delay(self, method: str, seconds: float) -> None:
        """Let each call wait before it is performed; 0 ends that."""
        self._delays[method] = seconds

    def clear(self) -> None:
        """Forget what was set for single methods."""
        for table in (self._answers, self._silences, self._hooks, self._delays):
            table.clear()

    # ------------------------------------------------------------------ files

    def expire_reference(self, message: Message) -> None:
        """Refuse the reference to this message's file until the client reads the message again."""
        if message.document is None:
            raise ValueError("the message has no file")
        message.document.reference_expired = True

    def expire_media(self, message: Message) -> None:
        """Show this message's file, which could be opened once, no more."""
        if message.document is None:
            raise ValueError("the message has no file")
        message.document.view_once = message.document.has_expired = message.document.reference_expired = True

    # ------------------------------------------------------------------ the network

    def drop_connections(self) -> None:
        """Cut every connection now."""
        self.network.drop_connections()

    def forget_keys(self) -> None:
        """Forget every authorization key and cut the connections: clients must make new keys."""
        self.network.forget_keys()

    def change_salts(self) -> None:
        """Replace every key's salt: the next packet of each client is told the new one."""
        self.network.change_salts()

    async def release_pushes(self, *, newest_first: bool = False) -> None:
        """Stop holding pushes and send those that wait, in their order or reversed."""
        self.hold_pushes = False
        await self.network.release_pushes(newest_first=newest_first)

    # ------------------------------------------------------------------ what the server asks

    def next_answer(self, method: str) -> Answer | None:
        return _next(self._answers, method)

    def next_silence(self, method: str) -> Silence | None:
        return _next(self._silences, method)

    def next_hook(self, method: str) -> Hook | None:
        return _next(self._hooks, method)

    def delay_of(self, method: str) -> float:
        return self._delays.get(method, self._delays.get(ANY, 0.0))

    def takes_short_read(self) -> bool:
        if self.short_reads <= 0:
            return False
        self.short_reads -= 1
        return True

    def takes_too_long(self) -> bool:
        if self.difference_too_long <= 0:
            return False
        self.difference_too_long -= 1
        return True


def _next(table: dict[str, deque[Planned[T]]], method: str) -> T | None:
    queue = table.get(method) or table.get(ANY)
    if not queue:
        return None
    plan = queue[0]
    if plan.left is not None:
        plan.left -= 1
        if plan.left <= 0:
            queue.popleft()
    return plan.what
