"""The process of the text processors: makes what it is asked for, several things at a time, each in a thread.

It is started when something is first asked for. Before the first text it shuts itself in: it makes no connection,
starts no program and opens no file. To talk to the language model it is handed connections, which its supervisor makes
to the configured endpoint alone. What it says is checked by the supervisor, and it says nothing else: no log, no print.
"""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import socket
import sys
import threading
import warnings
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import IO, TYPE_CHECKING, NoReturn

from voicepipe.processing.builtin import MAKERS
from voicepipe.processing.kinds import Failing, Kind, Made, Material, NotMade, Piece
from voicepipe.processing.messages import (
    AT_ONCE,
    Begin,
    Begun,
    Connect,
    Done,
    Drop,
    FromProcess,
    Growing,
    Make,
    NotDone,
    ToProcess,
)
from voicepipe.wire.codec import decode, encode
from voicepipe.worker import sandbox
from voicepipe.worker.main import die_with

if TYPE_CHECKING:
    from voicepipe.processing.llm.making import ByModel

MEMORY_BYTES = 1 << 30
"""What it may take beyond what it has when it begins."""


def main(arguments: Sequence[str]) -> NoReturn:
    """Arguments: the descriptor that connections come by, and the supervisor's pid."""
    sockets_fd, supervisor = map(int, arguments)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the supervisor's affair
    die_with(supervisor)
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    said = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # nothing that a library prints may pass for data
    with contextlib.suppress(EOFError, OSError):  # the supervisor is gone
        _Process(sys.stdin.buffer, said, socket.socket(fileno=sockets_fd)).work()
    os._exit(0)


class _Dropped(BaseException):
    """What is being made is wanted no more. No error: nothing on the way may try it again."""


class _Process:
    """What the threads share."""

    def __init__(self, heard: IO[bytes], said: IO[bytes], sockets: socket.socket) -> None:
        self._heard = heard
        self._said = said
        self._sockets = sockets
        self._saying = threading.Lock()
        self._connecting = threading.Lock()
        self._model: ByModel | None = None
        self._dropped: set[int] = set()

    def work(self) -> None:
        """Until the supervisor says no more. Raises EOFError or OSError when it is gone."""
        begin = self._receive()
        assert isinstance(begin, Begin)
        if begin.model is not None:
            from voicepipe.processing.llm.making import ByModel

            self._model = ByModel(begin.model, self._connection)
            self._model.rehearse()
        self.say(Begun(_shut_in(begin.is_shut_in)))
        with ThreadPoolExecutor(AT_ONCE) as threads:
            while True:
                match self._receive():
                    case Make() as task:
                        threads.submit(self._carry_out, task)
                    case Drop(number):
                        self._dropped.add(number)

    def _receive(self) -> ToProcess:
        line = self._heard.readline()
        if not line:
            os._exit(0)  # threads that are at something are of no use any more
        message: ToProcess = decode(line, ToProcess)
        return message

    def say(self, message: FromProcess) -> None:
        """Raises OSError when the supervisor is gone."""
        with self._saying:
            self._said.write(encode(message) + b"\n")
            self._said.flush()

    def _connection(self) -> socket.socket:
        """A connection to the endpoint. Raises ConnectionError where there is none to be had."""
        with self._connecting:
            self.say(Connect())
            data, files, _, _ = socket.recv_fds(self._sockets, 1, 1)
        if not data or not files:
            raise ConnectionError("the endpoint can't be reached")
        return socket.socket(fileno=files[0])

    def _carry_out(self, task: Make) -> None:
        try:
            self.say(self._answer(task))
        except OSError:
            os._exit(0)

    def _answer(self, task: Make) -> FromProcess:
        try:
            return Done(task.number, self._make(task))
        except _Dropped:
            return NotDone(task.number, Failing.LATE)
        except NotMade as error:
            return NotDone(task.number, error.failing)
        except Exception:  # a text that a processor can't stand costs only itself
            return NotDone(task.number, Failing.BROKEN)
        finally:
            self._dropped.discard(task.number)

    def _make(self, task: Make) -> Made:
        """By the model where there is one; what is built in stands in for it. Raises NotMade."""
        model, maker = self._model, MAKERS.get(task.kind)
        if model is None or task.kind is Kind.KEYWORDS:
            if maker is None:
                raise NotMade(Failing.UNKNOWN)
            return maker(task.material)
        try:
            return model.make(task, lambda text: self._grow(task.number, text))
        except NotMade as error:
            if maker is None or error.failing is not Failing.UNAVAILABLE:
                raise
            made = maker(task.material)
            return Made(made.text, made.points, stands_in=True)

    def _grow(self, number: int, text: str) -> None:
        """Raises _Dropped, and OSError when the supervisor is gone."""
        if number in self._dropped:
            raise _Dropped
        self.say(Growing(number, text))


def _shut_in(is_wanted: bool) -> tuple[str, ...]:
    """Gives up what making does not need, and says in what respects that succeeded."""
    _rehearse()
    guards = ("memory",) if sandbox.limit_memory(MEMORY_BYTES) else ()
    if not is_wanted:
        return guards
    return (*guards, *(guard.value for guard in sandbox.enter(may_talk=True)))


def _rehearse() -> None:
    """What a library loads late is loaded before files are out of reach."""
    text = "One is here. Two is here too. Three is not here. Four is gone. Five is here again."
    for maker in MAKERS.values():
        maker(Material(text, "en", (Piece(0.0, 5.0, text),)))


if __name__ == "__main__":
    main(sys.argv[1:])
