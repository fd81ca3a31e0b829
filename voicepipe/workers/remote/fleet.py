"""The hosts that work for this supervisor: who may, what each has, and who is not heard of any more.

Who speaks is told by the subject, which the message server lets only that host write to. What can't be understood bars
its sender for a while. Whether there are hosts, or a message server at all, changes nothing for the workers at home.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from functools import partial
from typing import NoReturn

from voicepipe.config import RemoteConfig
from voicepipe.domain.hosts import HostStatus
from voicepipe.errors import RequestRefused
from voicepipe.events import Events, HostJoined, HostLeft, HostRefused, MessageServerChanged
from voicepipe.supervision import Crew, unless
from voicepipe.wire.codec import Garbage
from voicepipe.wire.messages import Boot
from voicepipe.wire.post import Address, Post
from voicepipe.wire.remote import (
    ALL_HOSTS,
    MOST_PARTS,
    MOST_SLOTS,
    Answered,
    Beat,
    Decoding,
    Ended,
    Farewell,
    FromHost,
    Got,
    Hello,
    Lost,
    OtherVersion,
    Refused,
    Stranger,
    ToHost,
    Welcome,
    frame,
    host_of,
    read_frame,
    to_host,
)
from voicepipe.workers.lifecycle import LossCause
from voicepipe.workers.pace import Pace
from voicepipe.workers.pool import WorkerPool
from voicepipe.workers.remote.decoding import decoding_of
from voicepipe.workers.remote.host import RemoteHost
from voicepipe.workers.remote.link import Nonsense
from voicepipe.workers.remote.models import Unfit, Wanted, model_of
from voicepipe.workers.sounds import Sounds

BARRED_SECONDS = 60.0
"""For how long a host that talks nonsense is not listened to."""
RETRY_SECONDS = 30.0
"""When one that was refused may ask again."""
LOOK_SECONDS = 0.5
"""How often silence is looked for."""
BEATS_IN_LEASE = 5
NAME = re.compile("[A-Za-z0-9_-]{1,64}")
MOST_HOSTS = 1000
MOST_SIGNS = 200
"""Of a word that a host says of itself: operators read it."""
STOP_SECONDS = 1.0
"""What the last messages get to go out."""


class Fleet:
    """Has workers on other machines join and leave the pool. A Part."""

    def __init__(
        self, config: RemoteConfig, wanted: Wanted, boot: Boot, pool: WorkerPool, sounds: Sounds, events: Events
    ) -> None:
        """`boot` is what workers that recognise at home are told, or would be: hosts must decode in the same way."""
        self._config = config
        self._wanted = wanted
        self._boot = boot
        self._pool = pool
        self._sounds = sounds
        self._events = events
        self._crew = Crew()
        self._decoding: Decoding | None = None
        self._hosts: dict[str, RemoteHost] = {}
        self._paces: dict[tuple[str, str], Pace] = {}
        """By host and what it is for."""
        self._drained: set[str] = set()
        self._barred: dict[str, float] = {}
        """Until when."""
        self._absent: dict[str, HostStatus] = {}
        """Hosts that were here or wanted to be, and why they are not."""
        self._post = Post(address_of(config), "home", ALL_HOSTS, hear=self._hear, on_change=self._on_change)

    async def start(self) -> None:
        """Raises ConfigError when the configuration can't be right."""
        self._loop = asyncio.get_running_loop()
        self._decoding = await asyncio.to_thread(decoding_of, self._boot)
        await self._post.start()
        self._crew.spawn(self._look_for_silence(), "hosts")

    async def stop(self, timeout_seconds: float) -> None:
        """What hosts have at hand is no longer waited for."""
        await self._crew.stop()
        for name in tuple(self._hosts):
            self._part_with(name, "stopping", LossCause.STOPPING)
        await self._post.stop(STOP_SECONDS)

    async def wait_failed(self) -> NoReturn:
        """Raise the error that broke it. That no host is there, or no message server, does not."""
        await unless(self._crew.wait_failed(), self._post.wait_failed())
        raise AssertionError("both fail by an exception only")

    # --- for the operator ---------------------------------------------------------------------------------------------
    @property
    def is_connected(self) -> bool:
        """Whether the message server is there."""
        return self._post.is_up

    @property
    def trouble(self) -> str:
        """What went wrong last with the message server; empty when nothing is wrong."""
        return self._post.trouble

    def statuses(self) -> Sequence[HostStatus]:
        """One for each host that is here, or was, or wanted to be."""
        here = [self._status(host) for host in self._hosts.values()]
        absent = [status for name, status in self._absent.items() if name not in self._hosts]
        return sorted((*here, *absent), key=lambda status: status.name)

    def drain(self, name: str, *, is_over: bool = False) -> None:
        """Give a host nothing more to do, until `is_over`. Raises RequestRefused when there is none of that name."""
        host = self._hosts.get(name)
        if host is None and name not in self._drained:
            there = ", ".join(sorted(self._hosts)) or "none"
            raise RequestRefused(f"There is no host {name}; there are: {there}")
        if is_over:
            self._drained.discard(name)
            if host is not None:
                host.is_draining = False
        elif host is not None:
            self._drained.add(name)
            host.drain()

    def _status(self, host: RemoteHost) -> HostStatus:
        return HostStatus(
            name=host.name,
            state="draining" if host.is_draining else "at_work",
            model=host.hello.model,
            device=host.hello.device,
            slots=host.slots,
            busy=host.busy,
            done=host.done,
            lost=host.lost,
            part_seconds=host.pace.part_seconds,
            rss_bytes=host.rss_bytes,
            silent_seconds=self._loop.time() - host.heard_at,
            voicepipe=host.hello.voicepipe,
        )

    # --- what hosts say -----------------------------------------------------------------------------------------------
    def _hear(self, subject: str, data: bytes) -> None:
        name = host_of(subject)
        if NAME.fullmatch(name) is None or self._loop.time() < self._barred.get(name, 0.0):
            return
        try:
            message, body = read_frame(data, FromHost)
            self._obey(name, message, body)
        except OtherVersion as error:
            self._refuse(name, str(error))
        except (Garbage, Nonsense):
            self._bar(name)

    def _obey(self, name: str, message: FromHost, body: bytes) -> None:
        """Raises Nonsense."""
        if isinstance(message, Hello):
            self._welcome(name, message)
            return
        host = self._hosts.get(name)
        if host is None or host.session != message.session:
            if isinstance(message, Beat):
                self._tell(name, Stranger(message.session))
            return
        host.heard_at = self._loop.time()
        match message:
            case Beat():
                host.beat(message)
            case Farewell():
                self._part_with(name, "farewell", LossCause.OUT_OF_SIGHT)
            case Got() | Answered() | Ended() | Lost():
                host.hear(message, body)

    def _welcome(self, name: str, hello: Hello) -> None:
        """A host offers to work. Its former session is over: one that was started anew is known to have died."""
        _require_sensible(hello)
        known = self._hosts.get(name)
        if known is not None:
            if known.hello.life == hello.life:
                self._part_with(name, "returned", LossCause.OUT_OF_SIGHT)
            else:
                self._part_with(name, "restarted", LossCause.DIED)
        try:
            model = self._model_for(hello)
        except Unfit as error:
            self._refuse(name, str(error))
            return
        pace = self._paces.setdefault((name, model), Pace(hello.part_seconds, model))
        send = partial(self._post.send, to_host(name))
        host = RemoteHost(name, hello, pace, away=self._pool.away, sounds=self._sounds, send=send)
        host.is_draining = name in self._drained
        self._hosts[name] = host
        self._absent.pop(name, None)
        lease = self._config.lease_seconds
        host.tell(Welcome(hello.life, host.session, lease / BEATS_IN_LEASE, lease))
        self._events.emit(HostJoined(name, hello.device, hello.slots))

    def _model_for(self, hello: Hello) -> str:
        """What it is for. Raises Unfit."""
        assert self._decoding is not None
        if hello.capabilities.window_seconds < self._pool.capabilities.window_seconds:
            raise Unfit(f"its windows are {hello.capabilities.window_seconds:g} s long at most")
        if len(self._hosts) >= MOST_HOSTS:
            raise Unfit("there are too many hosts")
        present = {host.pace.model: host.hello.decoding for host in self._hosts.values()}
        return model_of(self._wanted, self._decoding, hello.model, hello.decoding, present)

    def _refuse(self, name: str, reason: str) -> None:
        if name in self._hosts:
            self._part_with(name, "refused", LossCause.OUT_OF_SIGHT)
        self._tell(name, Refused(reason, RETRY_SECONDS))
        status = HostStatus(name=name, state="refused", reason=reason)
        if self._absent.get(name) != status:
            self._events.emit(HostRefused(name, reason))
        self._note_absent(status)

    def _bar(self, name: str) -> None:
        self._barred[name] = self._loop.time() + BARRED_SECONDS
        self._part_with(name, "nonsense", LossCause.OUT_OF_SIGHT)
        self._note_absent(HostStatus(name=name, state="barred", reason="it says what makes no sense"))
        self._tell(name, Refused("what it says makes no sense", BARRED_SECONDS))

    def _tell(self, name: str, message: ToHost) -> None:
        self._post.send(to_host(name), frame(message))

    # --- who goes -----------------------------------------------------------------------------------------------------
    def _part_with(self, name: str, cause: str, loss: LossCause) -> None:
        host = self._hosts.pop(name, None)
        if host is None:
            if cause == "nonsense":
                self._events.emit(HostLeft(name, cause))
            return
        host.vanish(loss)
        self._note_absent(HostStatus(name=name, state="gone", reason=cause))
        self._events.emit(HostLeft(name, cause))

    def _note_absent(self, status: HostStatus) -> None:
        self._absent[status.name] = status
        while len(self._absent) > MOST_HOSTS:
            del self._absent[next(iter(self._absent))]

    async def _look_for_silence(self) -> NoReturn:
        looked_at = self._loop.time()
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            now = self._loop.time()
            if (
                now - looked_at > 2 * LOOK_SECONDS
            ):  # it is this process that has not run: what they said is not read yet
                for host in self._hosts.values():
                    host.heard_at = now
            looked_at = now
            for name, host in tuple(self._hosts.items()):
                if now - host.heard_at > self._config.lease_seconds:
                    self._part_with(name, "silent", LossCause.OUT_OF_SIGHT)

    def _on_change(self, is_up: bool, trouble: str) -> None:
        self._events.emit(MessageServerChanged(is_up, trouble))


def address_of(config: RemoteConfig) -> Address:
    """Where the message server is, and who this machine is there."""
    return Address(config.server, config.credentials, config.ca)


def _require_sensible(hello: Hello) -> None:
    """Raises Nonsense."""
    can = hello.capabilities
    is_sensible = 0 < hello.slots <= MOST_SLOTS and 0 < can.batch_size <= MOST_PARTS and can.window_seconds > 0
    words = hello.voicepipe, hello.device, hello.life, hello.model
    is_sayable = all(len(each) <= MOST_SIGNS and each.isascii() and each.isprintable() for each in words)
    if not is_sensible or not is_sayable or hello.part_seconds < 0:
        raise Nonsense
