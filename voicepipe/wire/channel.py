"""The private pair of one-way queues between the supervisor and one incarnation of a worker, and a way for open files.

Each queue is one pipe with one writer and one reader, so there is no lock that a dying process could take with it. The
supervisor closes its copies of the worker's ends at once: from then on the worker's death, and nothing else, is EOF.
Open files go to the worker over a Unix socket, ahead of the message that is about them, in one piece for each part.

In the supervisor a thread per incarnation reads what the worker says and hands it to the event loop, because a worker
that dies or stops in the middle of a message would block whoever reads the rest of it: that is this thread's only risk,
and SIGKILL ends it. Writing never blocks: what is sent fits the pipe many times over.
"""

from __future__ import annotations

import contextlib
import os
import socket
import threading
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Any

from voicepipe.wire.codec import Garbage, decode, encode
from voicepipe.wire.messages import FromWorker, ToWorker

if TYPE_CHECKING:
    import asyncio  # a worker has no use for it

MAX_MESSAGE_BYTES = 16 << 20
"""Far above the transcript of the longest recording accepted (a day of speech is about 2 MB)."""
MAX_UNREAD_MESSAGES = 64
"""How far the reader thread may run ahead of the event loop; then it waits, and the worker with it."""


# --- the worker's end ---------------------------------------------------------------------------------------------
class WorkerEnd:
    """The worker's ends: the pair, and the socket that open files come over.

    Messages may be sent from any of its threads; one thread receives.
    """

    def __init__(self, task_fd: int, result_fd: int, files_fd: int) -> None:
        self._tasks = Connection(task_fd, writable=False)
        self._results = Connection(result_fd, readable=False)
        self._files = socket.socket(fileno=files_fd)
        self._sending = threading.Lock()

    def is_wanted(self, seconds: float) -> bool:
        """Whether there is a message, or an end of all, within that time."""
        return self._tasks.poll(seconds)

    def receive(self) -> ToWorker:
        """Waits for the next message. Raises EOFError when the supervisor is gone."""
        message: ToWorker = decode(self._tasks.recv_bytes(), ToWorker)
        return message

    def receive_files(self, count: int) -> list[int]:
        """The open files of a task's next part, which came ahead of it; they are the caller's to close.

        Raises EOFError when the supervisor is gone, Garbage when they are not so many.
        """
        data, files, _, _ = socket.recv_fds(self._files, 1, count)
        if not data:
            raise EOFError
        if len(files) != count:
            raise Garbage(f"{len(files)} files instead of {count}")
        return files

    def send(self, message: FromWorker) -> None:
        """Raises OSError when the supervisor is gone."""
        with self._sending:
            self._results.send_bytes(encode(message))

    def close(self) -> None:
        """Says and hears nothing more."""
        self._tasks.close()
        self._results.close()
        self._files.close()


# --- the supervisor's end -----------------------------------------------------------------------------------------
class Channel:
    """The supervisor's ends of all three, and the reader thread. Its methods are called in the event loop's thread."""

    def __init__(self) -> None:
        """Raises OSError when there can be no more open files."""
        with contextlib.ExitStack() as undo:
            task_reader, task_writer = _pipe(undo)
            result_reader, result_writer = _pipe(undo)
            self._files, worker_files = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
            undo.pop_all()
        self.worker_fds: tuple[int, ...] = (task_reader, result_writer, worker_files.detach())
        """What the worker inherits: it reads tasks from the first, writes to the second and gets files by the third."""
        os.set_blocking(task_writer, False)
        self._files.setblocking(False)
        self._tasks = Connection(task_writer, readable=False)
        self._results = Connection(result_reader, writable=False)
        self._room = threading.Semaphore(MAX_UNREAD_MESSAGES)

    def close_worker_ends(self) -> None:
        """Once the worker has them, or could not be started."""
        for fd in self.worker_fds:
            os.close(fd)
        self.worker_fds = ()

    def send(self, message: ToWorker, files: Sequence[Sequence[int]] = ()) -> None:
        """Sends, or does nothing when the worker is dead or does not read: its exit or a deadline will tell.

        `files` are the descriptors that go ahead of it, part by part; they stay the caller's to close.
        """
        try:
            for each in files:
                socket.send_fds(self._files, [b"."], each)
            self._tasks.send_bytes(encode(message))
        except OSError:
            self.hang_up()

    def hang_up(self) -> None:
        """Sends nothing more; the worker reads EOF and exits."""
        if not self._tasks.closed:
            self._tasks.close()
        self._files.close()

    def close(self) -> None:
        """When there is no worker to talk to; a reader thread closes its end itself."""
        self.hang_up()
        self._results.close()

    def start_reading(
        self,
        loop: asyncio.AbstractEventLoop,
        name: str,
        on_message: Callable[[FromWorker], None],
        on_end: Callable[[Garbage | None], None],
        wait_exit: Callable[[], None],
        on_exit: Callable[[None], None],
    ) -> None:
        """Starts the reader thread, which ends with the worker process.

        It calls in the loop: on_message for each message, then once on_end (with None for EOF, with Garbage when
        the worker must be killed because it talks nonsense), and when `wait_exit()` has returned, on_exit.
        """

        def read() -> None:
            end = self._read_all(loop, on_message)
            self._results.close()
            _call(loop, on_end, end)
            wait_exit()
            _call(loop, on_exit, None)

        threading.Thread(target=read, name=name, daemon=True).start()

    def _read_all(self, loop: asyncio.AbstractEventLoop, on_message: Callable[[FromWorker], None]) -> Garbage | None:
        def pass_on(message: FromWorker) -> None:
            self._room.release()
            on_message(message)

        while True:
            try:
                message = decode(self._results.recv_bytes(MAX_MESSAGE_BYTES), FromWorker)
            except EOFError:
                return None
            except Exception as error:  # nonsense, half a message, a length above the maximum: never the pool's end
                return Garbage(str(error) or type(error).__name__)
            self._room.acquire()
            _call(loop, pass_on, message)


def _pipe(undo: contextlib.ExitStack) -> tuple[int, int]:
    ends = os.pipe()
    for end in ends:
        undo.callback(os.close, end)
    return ends


def _call(loop: asyncio.AbstractEventLoop, callback: Callable[[Any], None], value: Any) -> None:
    try:
        loop.call_soon_threadsafe(callback, value)
    except RuntimeError:  # the loop is closed: nobody is left to be told
        return
