"""What the owner of a connected account is told when it is connected, changed or disconnected."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Protocol, TypeVar

from voicepipe.accounts.connected import BUSINESS_ANSWERS
from voicepipe.accounts.preferences import Preferences
from voicepipe.conversation.interface import language_in
from voicepipe.conversation.replies import Button, Reply
from voicepipe.conversation.texts import Texts
from voicepipe.domain.connections import Connection
from voicepipe.domain.people import Person
from voicepipe.errors import Undeliverable
from voicepipe.events import BackgroundError, Events

T = TypeVar("T")
Tell = Callable[[Connection, Reply], Awaitable[None]]


class ConnectionsBook(Protocol):
    """Of the store: connected accounts."""

    async def untold(self) -> list[Connection]: ...

    async def mark_told(self, connection: Connection) -> None: ...


class PeopleBook(Protocol):
    """Of the store: who has been seen."""

    def person(self, user_id: int) -> Person | None: ...


class Books(Protocol):
    """The store, as far as this goes."""

    @property
    def connections(self) -> ConnectionsBook: ...

    @property
    def people(self) -> PeopleBook: ...

    async def persist(self, change: Callable[[], Awaitable[T]]) -> T: ...


class Connected:
    """Tells owners how their connection is."""

    def __init__(self, books: Books, texts: Texts, preferences: Preferences, tell: Tell, events: Events) -> None:
        """`tell` says something to the owner of a connection; said again it is there once. Raises Undeliverable."""
        self._books = books
        self._texts = texts
        self._preferences = preferences
        self._tell = tell
        self._events = events
        self._one_at_a_time = asyncio.Lock()

    async def tell_all(self) -> None:
        """Tell whoever was not told yet, also what an earlier life of the service owes them. Raises StoreError."""
        async with self._one_at_a_time:
            for connection in await self._books.connections.untold():
                try:
                    await self._tell(connection, self._reply(connection))
                except Undeliverable as error:
                    self._events.emit(BackgroundError("connected account", error.cause))
                await self._books.persist(partial(self._books.connections.mark_told, connection))

    def _reply(self, connection: Connection) -> Reply:
        owner = self._books.people.person(connection.owner_id) or Person(connection.owner_id, None, None)
        text = partial(self._texts.get, language_in(self._preferences, owner, owner.user_id))
        if not connection.is_enabled:
            return Reply(text("business-disconnected"))
        place = self._preferences.value_of(connection.owner_id, BUSINESS_ANSWERS)
        told = text("business-connected", place=place, can_reply=int(connection.can_reply))
        button = Button(text("business-choose"), f"settings:show:{BUSINESS_ANSWERS.name}")
        return Reply(told, ((button,),))
