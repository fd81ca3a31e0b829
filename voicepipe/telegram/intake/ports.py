"""What the intake needs of the store. What can't be done raises StoreError."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol, TypeVar

from voicepipe.domain.connections import Connection
from voicepipe.domain.jobs import JobKey
from voicepipe.domain.messages import Deletion, Press
from voicepipe.domain.people import Person
from voicepipe.store import InboxMessage, Sent, UpdateState

T = TypeVar("T")


class InboxBook(Protocol):
    """What was received, and how far a box is known."""

    async def receive(self, messages: Sequence[InboxMessage], state: UpdateState | None = None) -> list[JobKey]: ...

    async def original(self, key: JobKey) -> bytes | None:
        """The update that brought a message which is not answered yet, if it was given with it."""
        ...

    async def answered_at(self, place: bytes) -> JobKey | None:
        """The message that is answered at a place, as long as it is not done."""
        ...

    async def dismiss(self, key: JobKey) -> None: ...

    async def mark_deleted(self, deletion: Deletion) -> None:
        """Remember what was deleted in a connected account."""

    async def undecided(self) -> list[InboxMessage]: ...

    async def drop_update_state(self, box: int) -> None: ...

    async def last_message_id(self, box: int) -> int | None: ...

    async def receive_press(self, press: Press) -> bool:
        """Journal a press; False, and nothing changed, for one that is known already."""
        ...

    async def undecided_presses(self) -> list[Press]:
        """Those that are journaled and not finished, the oldest first."""
        ...

    async def finish_press(self, query_id: int) -> None:
        """A press is acted upon, and will be known when it comes again. Harmless when finished already."""


class PeopleBook(Protocol):
    """Who has been seen before."""

    def person(self, user_id: int) -> Person | None: ...

    async def see(self, person: Person, sent: Sent | None = None) -> None: ...


class ConnectionsBook(Protocol):
    """What owners of connected accounts allow."""

    def find(self, connection_id: str) -> Connection | None: ...

    async def record(self, connection: Connection) -> bool:
        """Remember a change, to be told to its owner; False for one that is known, or out of date."""
        ...


class Books(Protocol):
    """The store, as far as what comes in is concerned."""

    @property
    def inbox(self) -> InboxBook: ...

    @property
    def people(self) -> PeopleBook: ...

    @property
    def connections(self) -> ConnectionsBook: ...

    async def persist(self, change: Callable[[], Awaitable[T]]) -> T:
        """Make a change as soon as there is room for it on the disk."""
        ...
