"""What forgetting may cost, and what it leaves for later; with a store that only notes when it erases."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import TypeVar

from voicepipe.accounts.forgetting import ERASING_SHARE, Forgetting
from voicepipe.domain.jobs import JobKey
from voicepipe.domain.messages import Remark
from voicepipe.domain.people import Person
from voicepipe.errors import StoreError
from voicepipe.events import Events
from voicepipe.store import Forgotten

A = TypeVar("A")

TAKES_SECONDS = 0.02


class SlowBooks:
    """Erases slowly, and notes when."""

    def __init__(self, *, knows: bool = True, unfinished: int = 0) -> None:
        self._forgotten = Forgotten(unfinished, knows)
        self.erased_at: list[float] = []
        self.ended: list[tuple[int, int]] = []
        self.trouble: StoreError | None = None

    @property
    def forgetting(self) -> SlowBooks:
        return self

    async def persist(self, change: Callable[[], Awaitable[A]]) -> A:
        return await change()

    async def forget(
        self, user_id: int, *, asked_by: int = 0, language: str | None = None, sent_at: datetime | None = None
    ) -> Forgotten:
        return self._forgotten

    async def erase(self) -> None:
        self.erased_at.append(time.monotonic())
        await asyncio.sleep(TAKES_SECONDS)
        if self.trouble is not None:
            raise self.trouble

    async def end_farewell(self, user_id: int, asked_by: int = 0) -> None:
        self.ended.append((user_id, asked_by))


class Place:
    """Somewhere to ask to be forgotten; notes what happens in which order."""

    def __init__(self, books: SlowBooks) -> None:
        self.happened: list[str] = []
        self._forgetting = Forgetting(books, self._forget_peer, Events())

    async def ask(self, user_id: int, number: int) -> Forgotten:
        request = Remark(
            key=JobKey(user_id, number),
            person=Person(user_id, None, "ru"),
            is_private=True,
            text="/forget yes",
            has_media=False,
            sent_at=datetime.now(UTC),
        )
        return await self._forgetting.forget_asker(request, self._confirm)

    async def _confirm(self) -> None:
        self.happened.append("confirmed")

    async def _forget_peer(self, user_id: int) -> None:
        self.happened.append(f"peer {user_id} forgotten")


async def test_who_asks_again_and_again_to_be_forgotten_takes_little_of_the_time() -> None:
    books = SlowBooks()
    place = Place(books)
    for number in range(3):
        await place.ask(7, number)
    first, second, third = books.erased_at
    assert min(second - first, third - second) >= TAKES_SECONDS / ERASING_SHARE


async def test_who_asks_again_and_again_keeps_nobody_waiting() -> None:
    """They, and whoever else waits meanwhile, are erased together."""
    books = SlowBooks()
    place = Place(books)
    asked = [(7, number) for number in range(20)] + [(8, 100)]
    async with asyncio.timeout(4 * TAKES_SECONDS / ERASING_SHARE):
        await asyncio.gather(*(place.ask(*each) for each in asked))
    assert len(books.erased_at) <= 2
    assert len(books.ended) == len(asked)


async def test_a_stranger_costs_nothing() -> None:
    books = SlowBooks(knows=False)
    place = Place(books)
    for number in range(3):
        await place.ask(7, number)
    assert books.erased_at == []
    assert len(books.ended) == 3


async def test_what_can_not_be_erased_now_is_left_for_the_next_start() -> None:
    books = SlowBooks()
    books.trouble = StoreError()
    await Place(books).ask(7, 1)
    assert books.ended == []


async def test_who_is_forgotten_is_told_before_the_messenger_forgets_whom_to_tell() -> None:
    place = Place(SlowBooks())
    await place.ask(7, 1)
    assert place.happened == ["confirmed", "peer 7 forgotten"]


async def test_nothing_is_done_while_recordings_are_unfinished() -> None:
    books = SlowBooks(knows=False, unfinished=2)
    place = Place(books)
    assert (await place.ask(7, 1)).unfinished == 2
    assert (books.erased_at, books.ended, place.happened) == ([], [], [])
