"""What a slot of a host is to the pool: a seat, and a link that turns assignments into messages.

An attempt at a task has a number, and a secret that whoever answers has to know: what comes of an earlier attempt
counts no more, whoever sends it.
"""

from __future__ import annotations

import asyncio
import errno
import os
import secrets
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Protocol

from voicepipe.wire.messages import (
    Answer,
    Begun,
    Capabilities,
    Checked,
    Finished,
    FurtherWindow,
    Guard,
    Heartbeat,
    Ready,
)
from voicepipe.wire.remote import Drop, Give, Loss, frame, sound_bytes
from voicepipe.workers.assignment import Assignment, GivenPart
from voicepipe.workers.lifecycle import Action, AskToCheck, AskToExit, Kill, LossCause
from voicepipe.workers.link import Listener
from voicepipe.workers.pace import Pace
from voicepipe.workers.sounds import Sounds

SECRET_BYTES = 16
LOSSES = {Loss.DIED: LossCause.DIED, Loss.DEADLINE: LossCause.DEADLINE}


class Nonsense(Exception):
    """The host says what can't be."""


class Host(Protocol):
    """What a slot asks of its host."""

    name: str
    session: str
    pace: Pace
    capabilities: Capabilities
    sounds: Sounds

    def next_number(self) -> int:
        """The number of the next message to it."""
        ...

    def send(self, message: Give | Drop, frame_of: partial[bytes] | None = None) -> None:
        """Send a message; `frame_of` makes its frame where that means to read a file."""

    def opened(self, link: RemoteLink) -> None:
        """A link to one of its slots is there."""

    def closed(self, link: RemoteLink) -> None:
        """It is there no more."""


@dataclass(slots=True, eq=False)
class Attempt:
    """A task, as the host was told of it."""

    task: int
    secret: str
    parts: int
    number: int
    """Of the last message about it."""
    is_begun: bool = False
    answered: set[int] = field(default_factory=set)


class RemoteSeat:
    """A slot of a host. Satisfies Seat."""

    is_express = False
    model_path = Path()
    wanted_guards: tuple[Guard, ...] = ()
    """Its host knows, and tells its own operator."""

    def __init__(self, host: Host) -> None:
        self._host = host

    @property
    def host(self) -> str:
        return self._host.name

    @property
    def pace(self) -> Pace:
        return self._host.pace

    def connect(self, name: str, listener: Listener) -> RemoteLink:
        return RemoteLink(self, self._host, listener)


class RemoteLink:
    """A worker in a slot, from when the host offers it until it does not. Satisfies Link."""

    pid = None
    cpu_seconds = None

    def __init__(self, seat: RemoteSeat, host: Host, listener: Listener) -> None:
        self.seat = seat
        self.attempt: Attempt | None = None
        """What it is at."""
        self._host = host
        self._listener = listener
        self._is_gone = False
        self._later(Ready(host.capabilities, 0.0, ()))
        host.opened(self)

    def _later(self, message: Ready | Checked) -> None:
        asyncio.get_running_loop().call_soon(self._listener.hear, self, message)

    # --- what the pool wants ------------------------------------------------------------------------------------------
    def hand_over(self, assignment: Assignment) -> None:
        files = [(given, fd) for given in tuple(assignment.parts) if (fd := self._open(assignment, given)) is not None]
        if not files:
            return
        attempt = Attempt(assignment.id, secrets.token_hex(SECRET_BYTES), len(files), 0)
        self.attempt = attempt
        for part, (given, fd) in enumerate(files):
            attempt.number = self._host.next_number()
            self._give(attempt, part, given, fd)

    def _open(self, assignment: Assignment, given: GivenPart) -> int | None:
        try:
            return self._host.sounds.open(given.part.sound, os.O_RDONLY)
        except OSError as error:
            name = errno.errorcode.get(error.errno or 0, "OSError")
            assignment.leave_out(given, f"{name} before a worker had it")
            return None

    def _give(self, attempt: Attempt, part: int, given: GivenPart, fd: int) -> None:
        work = given.part.work
        assert isinstance(work, FurtherWindow), "recordings are opened at home"
        alone = replace(work, window=replace(work.window, offset=0))
        session, count = self._host.session, attempt.parts
        message = Give(session, attempt.number, attempt.task, attempt.secret, part, count, alone)
        self._host.send(message, partial(_with_sound, message, fd, work.window.offset))

    def obey(self, action: Action) -> None:
        match action:
            case AskToCheck():  # its host sees to that
                self._later(Checked())
            case AskToExit():
                self.end(None)
            case Kill():
                self.end(LossCause.OUT_OF_SIGHT)

    def release(self) -> int:
        return 0

    # --- what the host says -------------------------------------------------------------------------------------------
    def beat(self) -> None:
        """The host lives, and so does what it has in this slot."""
        self._listener.hear(self, Heartbeat(0))

    def got(self) -> None:
        attempt = self._present()
        if not attempt.is_begun:
            attempt.is_begun = True
            self._listener.hear(self, Begun(attempt.task))

    def answered(self, part: int, answer: Answer) -> None:
        """Raises Nonsense."""
        attempt = self._present()
        if not attempt.is_begun or not 0 <= part < attempt.parts or part in attempt.answered:
            raise Nonsense
        attempt.answered.add(part)
        self._listener.hear(self, replace(answer, task_id=attempt.task, part=part))

    def ended(self) -> None:
        """Raises Nonsense."""
        attempt = self._present()
        if len(attempt.answered) != attempt.parts:
            raise Nonsense
        self.attempt = None
        self._listener.hear(self, Finished(attempt.task))

    def lost(self, cause: Loss) -> None:
        """The host can't answer the rest."""
        is_begun = self._present().is_begun
        self.attempt = None
        self._lose(LOSSES.get(cause, LossCause.OUT_OF_SIGHT), is_begun=is_begun)

    def vanish(self, loss: LossCause) -> None:
        """The host is gone, or has lost what it was given."""
        self._lose(loss, is_begun=self.attempt is not None and self.attempt.is_begun)

    def _lose(self, loss: LossCause, *, is_begun: bool) -> None:
        """What no worker had is nobody's death; it is counted as out of sight, so that it has an end."""
        is_known = is_begun or loss is LossCause.STOPPING
        self.end(loss if is_known else LossCause.OUT_OF_SIGHT)

    def end(self, loss: LossCause | None) -> None:
        """The slot is there no more."""
        if self._is_gone:
            return
        self._is_gone = True
        if self.attempt is not None:
            self._host.send(Drop(self._host.session, self._host.next_number(), self.attempt.task))
            self.attempt = None
        self._host.closed(self)
        self._listener.exited(self, loss)

    def _present(self) -> Attempt:
        assert self.attempt is not None, "the host has looked"
        return self.attempt


def _with_sound(message: Give, fd: int, offset: int) -> bytes:
    """In a thread: the message with its window's sound. Raises OSError."""
    try:
        length = sound_bytes(message.further.window)
        sound = os.pread(fd, length, 2 * offset)
    finally:
        os.close(fd)
    if len(sound) != length:
        raise OSError(errno.ENODATA, "the sound file ends before the window does")
    return frame(message, sound)
