"""One host, as the supervisor knows it: its session, its slots, and what it was given."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from voicepipe.wire.codec import Garbage, decode
from voicepipe.wire.messages import Answer
from voicepipe.wire.remote import Answered, Beat, Drop, Ended, Give, Got, Hello, Lease, Lost, ToHost, frame
from voicepipe.workers.lifecycle import LossCause
from voicepipe.workers.pace import Pace
from voicepipe.workers.remote.link import SECRET_BYTES, Attempt, Nonsense, RemoteLink, RemoteSeat
from voicepipe.workers.sounds import Sounds

if TYPE_CHECKING:
    from voicepipe.workers.away import Away

Send = Callable[[bytes | Callable[[], bytes]], None]


class RemoteHost:
    """A host with a session. Satisfies link.Host."""

    def __init__(self, name: str, hello: Hello, pace: Pace, *, away: Away, sounds: Sounds, send: Send) -> None:
        """`pace` knows what model it is for."""
        self.name = name
        self.hello = hello
        self.session = secrets.token_hex(SECRET_BYTES)
        self.pace = pace
        self.capabilities = hello.capabilities
        self.sounds = sounds
        self.is_draining = False
        """Whether it gets nothing more to do."""
        self.rss_bytes = 0
        self.done = self.lost = 0
        """Windows that it has answered, and tasks that were lost there."""
        self.heard_at = asyncio.get_running_loop().time()
        self._away = away
        self._send = send
        self._number = 0
        self._seats: list[RemoteSeat] = []
        self._links: list[RemoteLink] = []

    @property
    def slots(self) -> int:
        """Tasks that it can be given at once."""
        return len(self._seats)

    @property
    def busy(self) -> int:
        """Tasks that it has."""
        return sum(link.attempt is not None for link in self._links)

    # --- for its slots ------------------------------------------------------------------------------------------------
    def next_number(self) -> int:
        self._number += 1
        return self._number

    def send(self, message: Give | Drop, frame_of: partial[bytes] | None = None) -> None:
        self._send(frame(message) if frame_of is None else frame_of)

    def opened(self, link: RemoteLink) -> None:
        self._links.append(link)

    def closed(self, link: RemoteLink) -> None:
        self._links.remove(link)
        if link.seat in self._seats:
            self._seats.remove(link.seat)
        self._away.leave(link.seat)

    # --- what it says -------------------------------------------------------------------------------------------------
    def beat(self, message: Beat) -> None:
        """It lives. Raises Nonsense."""
        if message.slots < 0:
            raise Nonsense
        self.rss_bytes = message.rss_bytes
        for link in tuple(self._links):
            if link.attempt is not None and self._is_missing(link.attempt, message):
                self._lose(link, LossCause.OUT_OF_SIGHT)
            else:
                link.beat()
        self._have(0 if self.is_draining else min(message.slots, self.hello.slots))
        self.tell(Lease(self.session, self._number))

    @staticmethod
    def _is_missing(attempt: Attempt, beat: Beat) -> bool:
        """Whether it has got all that was sent before this, but not this; or had it, and has it no more."""
        return beat.heard >= attempt.number and attempt.task not in beat.running

    def hear(self, message: Got | Answered | Ended | Lost, body: bytes) -> None:
        """What becomes of a task; what is said of any but the present attempt is dropped. Raises Nonsense."""
        link = next((each for each in self._links if self._is_about(message, each.attempt)), None)
        if link is None:
            return
        match message:
            case Got():
                link.got()
            case Answered(part=part):
                self.done += 1
                link.answered(part, _answer(body))
            case Ended():
                link.ended()
            case Lost(cause=cause):
                self.lost += 1
                link.lost(cause)

    @staticmethod
    def _is_about(message: Got | Answered | Ended | Lost, attempt: Attempt | None) -> bool:
        if attempt is None or attempt.task != message.task:
            return False
        return secrets.compare_digest(attempt.secret.encode(), message.secret.encode())

    def tell(self, message: ToHost) -> None:
        self._send(frame(message))

    # --- what becomes of it -------------------------------------------------------------------------------------------
    def drain(self) -> None:
        """It gets nothing more to do; what it has it finishes."""
        self.is_draining = True
        self._have(0)

    def vanish(self, loss: LossCause) -> None:
        """It is gone, and with it all that it had."""
        for link in tuple(self._links):
            self._lose(link, loss)
        self._have(0)

    def _lose(self, link: RemoteLink, loss: LossCause) -> None:
        if link.attempt is not None:
            self.lost += 1
            self.pace.lose()
        link.vanish(loss)

    def _have(self, slots: int) -> None:
        """Offer the pool so many slots. Those that go finish what they are at."""
        while len(self._seats) < slots:
            seat = RemoteSeat(self)
            self._seats.append(seat)
            self._away.join(seat)
        busy = {id(link.seat) for link in self._links if link.attempt is not None}
        for seat in sorted(self._seats, key=lambda seat: id(seat) in busy)[: len(self._seats) - slots]:
            self._seats.remove(seat)
            self._away.leave(seat)


def _answer(body: bytes) -> Answer:
    """Raises Nonsense."""
    try:
        answer: Answer = decode(body, Answer)
    except Garbage as error:
        raise Nonsense from error
    return answer
