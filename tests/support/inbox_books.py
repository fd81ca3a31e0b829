"""A store in memory, as far as it concerns what comes in from Telegram."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from voicepipe.domain.jobs import JobKey
from voicepipe.domain.messages import Press
from voicepipe.domain.people import Person
from voicepipe.errors import DiskFull
from voicepipe.store import InboxMessage, UpdateState

T = TypeVar("T")
ANNA = Person(7, "anna", "ru")


class InboxBooks:
    """Messages and presses; one outlives many an intake. It knows Anna."""

    def __init__(self) -> None:
        self.inbox: InboxBooks = self
        self.people: InboxBooks = self
        self.messages: dict[JobKey, bool] = {}
        """Whether each is decided."""
        self.originals: dict[JobKey, bytes] = {}
        self.presses: dict[int, Press] = {}
        self.finished: set[int] = set()
        self.refusals = 0
        """How often the disk is full yet."""

    async def persist(self, change: Callable[[], Awaitable[T]]) -> T:
        while True:
            try:
                return await change()
            except DiskFull:
                await asyncio.sleep(0)

    async def receive(self, messages: Sequence[InboxMessage], state: UpdateState | None = None) -> list[JobKey]:
        new = [message.key for message in messages if message.key not in self.messages]
        self.messages.update(dict.fromkeys(new, False))
        kept = {message.key: message.original for message in messages if message.original is not None}
        self.originals.update({key: kept[key] for key in new if key in kept})
        return new

    async def original(self, key: JobKey) -> bytes | None:
        return self.originals.get(key)

    async def answered_at(self, place: bytes) -> JobKey | None:
        return None

    async def dismiss(self, key: JobKey) -> None:
        self.messages[key] = True

    async def drop_update_state(self, box: int) -> None:
        pass

    async def last_message_id(self, box: int) -> int | None:
        return None

    async def undecided(self) -> list[InboxMessage]:
        return []

    def person(self, user_id: int) -> Person | None:
        return ANNA if user_id == ANNA.user_id else None

    async def receive_press(self, press: Press) -> bool:
        if self.refusals:
            self.refusals -= 1
            raise DiskFull
        is_new = press.query_id not in self.presses
        self.presses.setdefault(press.query_id, press)
        return is_new

    async def undecided_presses(self) -> list[Press]:
        return [press for query_id, press in self.presses.items() if query_id not in self.finished]

    async def finish_press(self, query_id: int) -> None:
        self.finished.add(query_id)
