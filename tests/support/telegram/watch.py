"""Waiting for something to happen, without polling and never without a limit."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

T = TypeVar("T")

DEFAULT_TIMEOUT_SECONDS = 30.0


class Signal:
    """Wakes those who wait for a condition each time it may have become true."""

    def __init__(self) -> None:
        self._waiters: set[asyncio.Future[None]] = set()

    def notify(self) -> None:
        for waiter in self._waiters:
            if not waiter.done():
                waiter.set_result(None)

    async def until(self, condition: Callable[[], T | None], timeout_seconds: float, what: str) -> T:
        """The first truthy value of ``condition``; TimeoutError says ``what`` was waited for."""
        try:
            async with asyncio.timeout(timeout_seconds):
                while not (value := condition()):
                    await self._next()
        except TimeoutError:
            raise TimeoutError(f"{what}: not within {timeout_seconds} s") from None
        return value

    async def _next(self) -> None:
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiters.add(waiter)
        try:
            await waiter
        finally:
            self._waiters.discard(waiter)


@dataclass(frozen=True, slots=True)
class CallbackAnswer:
    """What a person sees after pressing a button: a short notice, or an alert; both may be empty."""

    text: str
    alert: bool = False


@dataclass(slots=True)
class Press:
    """One press of a button; the bot answers it once."""

    query_id: int
    answered: CallbackAnswer | None = None
    _changed: Signal = field(default_factory=Signal)

    def answer(self, answer: CallbackAnswer) -> None:
        self.answered = answer
        self._changed.notify()

    async def wait_answer(self, timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS) -> CallbackAnswer:
        return await self._changed.until(lambda: self.answered, timeout_seconds, "the answer to a button")
