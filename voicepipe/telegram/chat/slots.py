"""Who may fetch now: a few recordings at a time, and no chat may have all the places."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Slots:
    """So many places, given in turn. A chat that has one never gets the last free one, which is for somebody else."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._taken: Counter[int] = Counter()
        self._waiting: list[tuple[int, asyncio.Future[None]]] = []

    @asynccontextmanager
    async def one(self, chat_id: int) -> AsyncIterator[None]:
        """Wait for a place and hold it."""
        waiting = (chat_id, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        self._give()
        try:
            await waiting[1]
            yield
        finally:
            if waiting in self._waiting:
                self._waiting.remove(waiting)
            else:
                self._taken[chat_id] -= 1
                self._give()

    def _give(self) -> None:
        for waiting in tuple(self._waiting):
            chat_id, given = waiting
            if self._may_have_one(chat_id) and not given.done():
                self._waiting.remove(waiting)
                self._taken[chat_id] += 1
                given.set_result(None)
        # Nothing is kept of those who have none.
        self._taken = +self._taken

    def _may_have_one(self, chat_id: int) -> bool:
        free = self._count - self._taken.total()
        return free > 1 or (free == 1 and (self._count == 1 or not self._taken[chat_id]))
