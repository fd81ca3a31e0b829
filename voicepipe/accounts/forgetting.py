"""Forgetting a user: one order of steps, whoever asks: the user, an operator, or the next start for one of these.

The journal forgets; the user is erased from every file; the user is told; the messenger forgets the peer, which telling
needed; and the request itself is forgotten. The request is journaled until then, so a crash between any two steps
leaves a leftover that the next start completes.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Protocol, TypeVar

from voicepipe.domain.messages import Remark
from voicepipe.errors import StoreError
from voicepipe.events import BackgroundError, Events
from voicepipe.store import Farewell, Forgotten

ERASING_SHARE = 0.05
"""Of all time, at most: to erase somebody the journal is written anew, and asking for it costs nothing."""

T = TypeVar("T")
ForgetPeer = Callable[[int], Awaitable[None]]


class ForgettingBook(Protocol):
    """What is needed of the store's book."""

    async def forget(
        self, user_id: int, *, asked_by: int = 0, language: str | None = None, sent_at: datetime | None = None
    ) -> Forgotten: ...

    async def erase(self) -> None: ...

    async def end_farewell(self, user_id: int, asked_by: int = 0) -> None: ...


class ForgettingStore(Protocol):
    """The store, as far as this goes."""

    @property
    def forgetting(self) -> ForgettingBook: ...

    async def persist(self, change: Callable[[], Awaitable[T]]) -> T: ...


class Forgetting:
    """Has users forgotten. Its memory of how much was erased lasts as long as the process."""

    def __init__(
        self,
        store: ForgettingStore,
        forget_peer: ForgetPeer,
        events: Events,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`forget_peer` deletes a user from where the messenger keeps whom it has met."""
        self._store = store
        self._book = store.forgetting
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
        user_id, message_id = request.person.user_id, request.key.message_id
        forgotten = await self._store.persist(
            lambda: self._book.forget(
                user_id, asked_by=message_id, language=request.person.language, sent_at=request.sent_at
            )
        )
        if not forgotten.unfinished:
            is_erased = not forgotten.was_known or await self._erase_in_turn()
            await confirm()
            await self._forget_peer(user_id)
            if is_erased:
                await self._end(Farewell(user_id, message_id))
        return forgotten

    async def forget_named(self, user_id: int) -> Forgotten:
        """Forget whom an operator names. Nothing is done while recordings of theirs are unfinished.

        Raises StoreError when that can't be done now; what is left of it is completed by the next start.
        """
        forgotten = await self._book.forget(user_id)
        if not forgotten.unfinished:
            if forgotten.was_known:
                await self._book.erase()
            await self._forget_peer(user_id)
            await self._book.end_farewell(user_id)
        return forgotten

    async def complete(
        self,
        farewells: Sequence[Farewell],
        confirm: Callable[[Farewell], Awaitable[None]],
        is_back: Callable[[int], bool],
    ) -> None:
        """Complete what an earlier life of the service began. `is_back` tells who has written since. Raises StoreError.

        They may be given again: each step is harmless when it is repeated.
        """
        if any(not farewell.is_erased for farewell in farewells):
            await self._store.persist(self._book.erase)
        for farewell in farewells:
            if farewell.message_id:
                await confirm(farewell)
            if not is_back(farewell.user_id):
                await self._forget_peer(farewell.user_id)
            await self._end(farewell)

    async def _end(self, farewell: Farewell) -> None:
        await self._store.persist(partial(self._book.end_farewell, farewell.user_id, farewell.message_id))

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
                await self._store.persist(self._book.erase)
            except StoreError as error:
                self._events.emit(BackgroundError("erasing a forgotten user", type(error).__name__))
                return False
            self._erased = last
            self._may_erase_at = begun_at + (self._clock() - begun_at) / ERASING_SHARE
            return True
