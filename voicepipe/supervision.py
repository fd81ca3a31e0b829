"""Tasks that are looked after: every long-lived part of the supervisor is built from these few pieces.

A part whose background task dies can't go on, and must not go on silently: its `wait_failed` raises, the service ends
with the traceback, and systemd starts it again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from typing import Any, NoReturn, Protocol, TypeVar

T = TypeVar("T")
U = TypeVar("U")

_PATIENCE_SECONDS = 0.2


class Fallible(Protocol):
    """Something that may become unable to go on."""

    async def wait_failed(self) -> NoReturn:
        """Raise what makes it unable to go on, as soon as there is something."""
        ...


class Part(Fallible, Protocol):
    """A long-lived part of the supervisor."""

    async def start(self) -> None:
        """Begin to work. Raises VoicepipeError when that can't be done; nothing is left running then."""

    async def stop(self, timeout_seconds: float) -> None:
        """Let what runs finish within the time, then end it. Stopping twice is harmless."""


class Crew:
    """Named tasks of one part. The first that dies by an exception is fatal to the part."""

    def __init__(self, *, harmless: tuple[type[BaseException], ...] = ()) -> None:
        """A task may end by an exception that is `harmless` without any consequence."""
        self._harmless = harmless
        self._tasks: set[asyncio.Task[Any]] = set()
        self._failed: asyncio.Future[NoReturn] = asyncio.get_running_loop().create_future()

    def spawn(self, work: Coroutine[Any, Any, T], name: str) -> asyncio.Task[T]:
        """Run work in a task of that name, which is told with the exception that ends it."""
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._on_end)
        return task

    def fail(self, error: BaseException) -> None:
        """The part can't go on. Only the first error counts."""
        if not self._failed.done():
            self._failed.set_exception(error)
            self._failed.exception()  # looked at: it may be that nobody waits for it any more

    async def wait_failed(self) -> NoReturn:
        """Raise the first error, as soon as there is one."""
        await asyncio.shield(self._failed)
        raise AssertionError("a part fails by an exception only")

    async def finish(self, timeout_seconds: float) -> None:
        """Let all tasks end by themselves within the time, then end those that are left."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=timeout_seconds)
        await self.stop()

    async def stop(self) -> None:
        """End all tasks now."""
        await end_tasks(self._tasks)

    def _on_end(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is not None and not isinstance(error, self._harmless):
            error.add_note(f"It ended the task {task.get_name()!r}.")
            self.fail(error)


async def together(first: Awaitable[T], second: Awaitable[U]) -> tuple[T, U]:
    """The results of both; when one fails, the other is ended and the error raised."""
    tasks = asyncio.ensure_future(first), asyncio.ensure_future(second)
    try:
        await asyncio.gather(*tasks)
        return tasks[0].result(), tasks[1].result()
    finally:
        await end_tasks(tasks)


async def unless(work: Awaitable[T], *failures: Awaitable[Any]) -> T:
    """The result of `work`, unless one of `failures` ends first: then its exception, or CancelledError for a result.

    Whatever has not ended then is cancelled and awaited.
    """
    task = asyncio.ensure_future(work)
    watches = [asyncio.ensure_future(failure) for failure in failures]
    try:
        await asyncio.wait((task, *watches), return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            return task.result()
        for watch in watches:
            if watch.done():
                watch.result()
        raise asyncio.CancelledError
    finally:
        await end_tasks([task, *watches])


async def end_tasks(tasks: Iterable[asyncio.Future[Any]]) -> None:
    """Cancel the tasks and wait until each is done, however it ends, also where whoever waits is cancelled meanwhile.

    Once is not enough: before Python 3.12 `asyncio.wait_for`, by which Pyrogram waits for every answer, loses a
    cancellation that comes at the moment of the answer, and the task goes on. So who ends a task that is ending others
    cancels it again and again; it must not leave those behind.
    """
    ended, interrupted = list(tasks), None
    while pending := [task for task in ended if not task.done()]:
        for task in pending:
            task.cancel()
        try:
            await asyncio.wait(pending, timeout=_PATIENCE_SECONDS)
        except asyncio.CancelledError as error:
            interrupted = error
    for task in ended:
        if not task.cancelled():
            task.exception()  # looked at, or it would be reported as never retrieved
    if interrupted is not None:
        raise interrupted


async def in_thread(work: Callable[[], T]) -> T:
    """Do what touches the disk outside the event loop, to its end also where the task is cancelled meanwhile.

    Whoever is told of the cancellation may remove the file that is written, and it must not come back; and a file that
    is being removed must not stay.
    """
    doing, interrupted = asyncio.get_running_loop().run_in_executor(None, work), None
    while not doing.done():
        try:
            await asyncio.wait([doing])
        except asyncio.CancelledError as error:
            interrupted = error
    if interrupted is not None:
        doing.exception()  # looked at: nobody else will
        raise interrupted
    return doing.result()
