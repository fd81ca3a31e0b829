"""The supervisor's side of the text processors: has things made in their process, which it starts, bounds and ends.

The process is started when something is first asked for, and again after it has ended. What is late is given up by
killing it; what else was under way there is made anew by the next one. So nothing a processor does can delay anything
but what is asked of processors. Lives in the event loop; no text is logged.

Connections to the language model's endpoint are made here, since the process can't, and to nothing else.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import Any
from urllib.parse import urlsplit

from voicepipe.config.processing import ProcessingConfig
from voicepipe.errors import ConfigError
from voicepipe.processing.kinds import BUILT_IN, Failing, Kind, Made, Material, NotMade
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
    Model,
    NotDone,
    ToProcess,
)
from voicepipe.supervision import end_tasks
from voicepipe.wire.codec import Garbage, decode, encode
from voicepipe.workers.local import worker_environment

PROGRAM: tuple[str, ...] = (sys.executable, "-P", "-m", "voicepipe.processing.process")
"""What is run; two arguments are added, see `process.main`."""
MOST_BYTES = 8 << 20
"""Of one thing that the process says."""
START_SECONDS = 30.0
CONNECT_SECONDS = 10.0
ATTEMPTS = 2
"""How many processes may end over the same text."""
PAUSE_SECONDS = 0.5
"""Before a process that has ended is started again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How things are made."""

    model: Model | None = None
    """None: only what is built in."""
    is_shut_in: bool = True
    built_in_seconds: float = 20.0
    """How long what is built in may take."""
    model_seconds: float = 300.0
    """How long what the model makes may take."""

    @property
    def kinds(self) -> frozenset[Kind]:
        """What can be made at all."""
        return BUILT_IN if self.model is None else frozenset(Kind)

    def seconds(self, kind: Kind) -> float:
        """How long it may take."""
        return self.built_in_seconds if self.model is None or kind is Kind.KEYWORDS else self.model_seconds


def terms_of(config: ProcessingConfig, *, is_shut_in: bool) -> Terms:
    """What the configuration says. Raises ConfigError for a language model that can't be asked."""
    if not config.has_model:
        return Terms(is_shut_in=is_shut_in)
    if not config.model:
        raise ConfigError("[processing] endpoint needs the name of a model there: set [processing] model")
    if find_spec("openai") is None:
        raise ConfigError("[processing] endpoint needs the extra `llm`: pip install 'voicepipe[llm]', or empty the key")
    model = Model(
        endpoint=config.endpoint,
        name=config.model,
        api_key=config.api_key.get_secret_value(),
        context_tokens=config.context_tokens,
        timeout_seconds=config.timeout_seconds,
        attempts=config.attempts,
        is_ollama=config.ollama,
        prompts=str(config.prompts_dir or ""),
    )
    return Terms(model=model, is_shut_in=is_shut_in, model_seconds=config.deadline_seconds)


@dataclass(slots=True, eq=False)
class _Errand:
    """Something that is being made."""

    task: Make
    on_text: Callable[[str], None]
    made: asyncio.Future[Made] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class Processing:
    """Has things made of texts."""

    def __init__(self, terms: Terms, *, program: Sequence[str] = PROGRAM) -> None:
        self._terms = terms
        self._program = program
        self._running: _Running | None = None
        self._starting = asyncio.Lock()
        self._places = asyncio.Semaphore(AT_ONCE)
        self._count = 0

    @property
    def terms(self) -> Terms:
        return self._terms

    @property
    def model(self) -> str:
        """The language model's name; empty where there is none."""
        return "" if self._terms.model is None else self._terms.model.name

    @property
    def pid(self) -> int | None:
        """Of the process, if one runs."""
        return None if self._running is None or self._running.has_ended else self._running.pid

    async def make(
        self,
        kind: Kind,
        material: Material,
        *,
        language: str = "",
        on_text: Callable[[str], None] = lambda text: None,
    ) -> Made:
        """Have something made of a text, in a language, if not the text's own. Raises NotMade.

        `on_text` is told what is there so far, if the model tells it.
        """
        if kind not in self._terms.kinds:
            raise NotMade(Failing.UNKNOWN)
        async with self._places:
            for _ in range(ATTEMPTS):
                self._count += 1
                seconds = self._terms.seconds(kind)
                task = Make(self._count, kind, material, language or material.language, seconds)
                with contextlib.suppress(_Ended):
                    return await self._attempt(_Errand(task, on_text))
            raise NotMade(Failing.BROKEN)

    async def _attempt(self, errand: _Errand) -> Made:
        """Raises NotMade; _Ended when the process has ended over this or another text."""
        running = await self._process()
        try:
            async with asyncio.timeout(errand.task.seconds + 1.0):
                return await running.make(errand)
        except TimeoutError:
            await running.stop()
            raise NotMade(Failing.LATE) from None

    async def _process(self) -> _Running:
        """The one that runs, or another. Raises _Ended when it ends before it is ready."""
        async with self._starting:
            if self._running is None or self._running.has_ended:
                if self._running is not None:
                    await self._running.stop()
                    await asyncio.sleep(PAUSE_SECONDS)
                self._running = await _Running.start(self._terms, self._program)
            return self._running

    async def stop(self) -> None:
        """End the process. Whatever is under way is not made."""
        if self._running is not None:
            await self._running.stop()
            self._running = None


class _Ended(Exception):
    """The process has ended, or said what is no message."""


class _Running:
    """One life of the process."""

    def __init__(self, process: asyncio.subprocess.Process, sockets: socket.socket, terms: Terms) -> None:
        self._process = process
        self._sockets = sockets
        self._terms = terms
        self._errands: dict[int, _Errand] = {}
        self._ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._connecting: set[asyncio.Task[None]] = set()
        self._reading = asyncio.create_task(self._read(), name="text processors")

    @classmethod
    async def start(cls, terms: Terms, program: Sequence[str]) -> _Running:
        """Raises _Ended when it does not get ready in time."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        ours.setblocking(False)
        with theirs:
            try:
                process = await asyncio.create_subprocess_exec(
                    *program,
                    *(str(theirs.fileno()), str(os.getpid())),
                    stdin=asyncio.subprocess.PIPE,
                    stdout=asyncio.subprocess.PIPE,
                    pass_fds=(theirs.fileno(),),
                    env=worker_environment(1),
                    start_new_session=True,  # a Ctrl-C in the terminal must not reach it
                    limit=MOST_BYTES,
                )
            except OSError:
                ours.close()
                raise _Ended from None
        running = cls(process, ours, terms)
        running._say(Begin(terms.model, terms.is_shut_in))
        try:
            async with asyncio.timeout(START_SECONDS):
                await running._ready
        except TimeoutError:
            await running.stop()
            raise _Ended from None
        except BaseException:
            await running.stop()
            raise
        return running

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def has_ended(self) -> bool:
        return self._reading.done()

    async def make(self, errand: _Errand) -> Made:
        """Raises NotMade, _Ended."""
        if self.has_ended:
            raise _Ended
        self._errands[errand.task.number] = errand
        try:
            self._say(errand.task)
            return await errand.made
        finally:
            self._errands.pop(errand.task.number, None)
            if not self.has_ended and not (errand.made.done() and not errand.made.cancelled()):
                self._say(Drop(errand.task.number))

    def kill(self) -> None:
        """Now, whatever it is at."""
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()

    async def stop(self) -> None:
        """Kill it and wait for its end. Stopping twice is harmless."""
        self.kill()
        await end_tasks([*self._connecting])
        await asyncio.wait([self._reading])
        self._sockets.close()

    def _say(self, message: ToProcess) -> None:
        # A process that does not read is late, and killed for that; until then what it is told waits in memory.
        assert self._process.stdin is not None
        with contextlib.suppress(OSError, RuntimeError):
            self._process.stdin.write(encode(message) + b"\n")

    async def _read(self) -> None:
        assert self._process.stdout is not None
        try:
            while line := await self._process.stdout.readline():
                self._hear(decode(line, FromProcess))
        except (Garbage, ValueError, OSError):  # nonsense, or more of it than there may be
            self.kill()
        finally:
            self.kill()
            await self._process.wait()
            _fail(self._ready)
            for errand in self._errands.values():
                _fail(errand.made)

    def _hear(self, message: FromProcess) -> None:
        match message:
            case Begun():
                if not self._ready.done():
                    self._ready.set_result(None)
            case Connect():
                task = asyncio.create_task(self._hand_over(), name="connect to the language model")
                self._connecting.add(task)
                task.add_done_callback(self._connecting.discard)
            case Growing(number, text):
                if errand := self._errands.get(number):
                    errand.on_text(text)
            case Done(number, made):
                self._end(number, made)
            case NotDone(number, failing):
                self._end(number, NotMade(failing))

    def _end(self, number: int, end: Made | NotMade) -> None:
        errand = self._errands.get(number)
        if errand is None or errand.made.done():
            return
        if isinstance(end, NotMade):
            errand.made.set_exception(end)
        else:
            errand.made.set_result(end)

    async def _hand_over(self) -> None:
        """Connect to the endpoint and give the connection away; nothing where it can't be reached."""
        connection = await connected(self._terms.model.endpoint) if self._terms.model else None
        with contextlib.suppress(OSError):
            if connection is None:
                self._sockets.send(b"-")
                return
            with connection:
                connection.setblocking(True)
                socket.send_fds(self._sockets, [b"+"], [connection.fileno()])


def _fail(future: asyncio.Future[Any]) -> None:
    if not future.done():
        future.set_exception(_Ended())
        future.exception()  # looked at: it may be that nobody waits any more


def address_of(endpoint: str) -> tuple[str, int]:
    """Host and port. Raises ValueError for what is no address of HTTP."""
    parts = urlsplit(endpoint)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("an address such as http://127.0.0.1:11434/v1")
    return parts.hostname, parts.port or (443 if parts.scheme == "https" else 80)


async def connected(endpoint: str) -> socket.socket | None:
    """A connection to the endpoint; None where there is none to be had in time."""
    loop = asyncio.get_running_loop()
    host, port = address_of(endpoint)
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            for family, kind, protocol, _, address in await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM):
                if (connection := await _connection(family, kind, protocol, address)) is not None:
                    return connection
    except (OSError, UnicodeError):  # TimeoutError is one of the former
        return None
    return None


async def _connection(family: int, kind: int, protocol: int, address: Any) -> socket.socket | None:
    connection = socket.socket(family, kind, protocol)
    connection.setblocking(False)
    try:
        await asyncio.get_running_loop().sock_connect(connection, address)
    except BaseException as error:
        connection.close()
        if isinstance(error, OSError) and not isinstance(error, TimeoutError):
            return None
        raise
    return connection
