"""Forgetting a user, in one order of steps.

The journal forgets; the user is erased from every file; the user is told; the messenger forgets the peer, which telling
needed; and the request itself is forgotten. The request is journaled until then, so a crash between any two steps
leaves a farewell that the next start completes. Lives in the event loop.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Protocol, TypeVar

from voicepipe.domain.messages import Remark
from voicepipe.errors import StoreError
from voicepipe.events import BackgroundError, Events
from voicepipe.store import Forgotten

ERASING_SHARE = 0.05
"""Of all time, at most: to erase somebody the journal is written anew, and asking for it costs nothing."""

T = TypeVar("T")
ForgetPeer = Callable[[int], Awaitable[None]]


class ForgettingBooks(Protocol):
    """The store, as far as forgetting is concerned. What can't be done raises StoreError."""

    async def persist(self, change: Callable[[], Awaitable[T]]) -> T: ...

    async def forget(self, user_id: int, *, asked_by: int = 0, language: str | None = None) -> Forgotten: ...

    async def erase(self) -> None: ...

    async def end_farewell(self, user_id: int, asked_by: int = 0) -> None: ...


class Forgetting:
    """Has users forgotten. How much was erased lately is remembered for as long as the process lives."""

    def __init__(
        self,
        books: ForgettingBooks,
        forget_peer: ForgetPeer,
        events: Events,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`forget_peer` deletes a user from where the messenger keeps whom it has met."""
        self._books = books
        self._forget_peer = forget_peer
        self._events = events
        self._clock = clock
        self._erasing = asyncio.Lock()
        self._may_erase_at = 0.0
        self._to_erase = 0
        self._erased = 0

    async def forget_asker(self, request: Remark, confirm: Callable[[], Awaitable[None]]) -> Forgotten:
        """Forget whoever sent the request, and `confirm` it. Nothing is done while recordings of theirs are unfinished.

        What can't be erased just now is deleted, and overwritten where it stood; the next start does the rest.
        """
        books, user_id, message_id = self._books, request.person.user_id, request.key.message_id
        forgotten = await books.persist(
            lambda: books.forget(user_id, asked_by=message_id, language=request.person.language)
        )
        if not forgotten.unfinished:
            is_erased = not forgotten.was_known or await self._erase_in_turn()
            await confirm()
            await self._forget_peer(user_id)
            if is_erased:
                await books.persist(lambda: books.end_farewell(user_id, message_id))
        return forgotten

    async def _erase_in_turn(self) -> bool:
        """Erase who was forgotten, together with everybody who was before it begins, so that repeating it is no use.

        False when that was not possible.
        """
        self._to_erase += 1
        number = self._to_erase
        async with self._erasing:
            if self._erased >= number:
                return True
            await asyncio.sleep(self._may_erase_at - self._clock())
            last, begun_at = self._to_erase, self._clock()
            try:
                await self._books.persist(self._books.erase)
            except StoreError as error:
                self._events.emit(BackgroundError("erasing a forgotten user", type(error).__name__))
                return False
            self._erased = last
            self._may_erase_at = begun_at + (self._clock() - begun_at) / ERASING_SHARE
            return True
