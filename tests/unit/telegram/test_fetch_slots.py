"""How many recordings are fetched at a time, and whose."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.support.waiting import settle
from voicepipe.telegram.chat.slots import Slots


class Counter:
    """Fetches that want a slot; each keeps it until it is told to end."""

    def __init__(self, slots: int) -> None:
        self._slots = Slots(slots)
        self._tasks: list[asyncio.Task[None]] = []
        self.fetching: list[int] = []

    async def want(self, *chat_ids: int) -> None:
        self._tasks += [asyncio.create_task(self._fetch(chat_id)) for chat_id in chat_ids]
        await settle()

    async def end(self, number: int) -> None:
        """The fetch that was the so-manieth to want a slot is over, or given up."""
        self._tasks[number].cancel()
        await settle()

    async def _fetch(self, chat_id: int) -> None:
        async with self._slots.one(chat_id):
            self.fetching.append(chat_id)
            try:
                await asyncio.Event().wait()
            finally:
                self.fetching.remove(chat_id)

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.want(*range(9))
        assert len(self.fetching) == self._slots._count
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


@asynccontextmanager
async def counter(slots: int) -> AsyncIterator[Counter]:
    """Afterwards all slots are free."""
    it = Counter(slots)
    yield it
    await it.close()


@pytest.mark.parametrize(("slots", "own"), [(1, 1), (2, 1), (4, 3)])
async def test_one_chat_leaves_the_last_slot_to_another(slots: int, own: int) -> None:
    async with counter(slots) as there:
        await there.want(*[1] * 10)
        assert there.fetching == [1] * own
        await there.want(2)
        assert there.fetching == [1] * own + [2] * (slots - own)


async def test_two_chats_that_send_much_leave_the_last_slot_to_a_third() -> None:
    async with counter(4) as there:
        await there.want(1, 2, 1, 2, 1, 2, 3)
        assert there.fetching == [1, 2, 1, 3]


async def test_a_slot_that_is_free_again_goes_to_who_waited_longest() -> None:
    async with counter(2) as there:
        await there.want(1, 2, 3, 1)
        assert there.fetching == [1, 2]
        await there.end(1)
        assert there.fetching == [1, 3]
        await there.end(0)
        assert there.fetching == [3, 1]


async def test_who_gave_up_takes_no_slot() -> None:
    async with counter(1) as there:
        await there.want(1, 2, 3)
        await there.end(1)
        await there.end(0)
        assert there.fetching == [3]
