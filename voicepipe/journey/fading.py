"""Buttons fade: those under an answer go after a while, also when the service was away at that time.

One background task in the event loop. When they are due is journaled with the answer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import NoReturn, Protocol, TypeVar

from voicepipe.conversation.replies import Button
from voicepipe.domain.jobs import JobKey
from voicepipe.errors import StoreError, Undeliverable
from voicepipe.events import BackgroundError, Events
from voicepipe.supervision import Crew

T = TypeVar("T")

PERIOD_SECONDS = 10.0
"""How often it is looked for buttons that are due: so much longer they may stay."""


class Keyboards(Protocol):
    """What is needed of the messenger."""

    async def change_buttons(self, key: JobKey, buttons: Sequence[Sequence[Button]]) -> None:
        """Put buttons, or none, in the place of those below a message. Raises Undeliverable."""


class TranscriptsBook(Protocol):
    """Of the store: the messages that texts were delivered in."""

    async def with_buttons_to_hide(self) -> list[JobKey]: ...

    async def note_hidden(self, message: JobKey) -> None: ...


class Books(Protocol):
    """The store, as far as it is needed. What can't be done raises StoreError."""

    @property
    def transcripts(self) -> TranscriptsBook: ...

    async def persist(self, change: Callable[[], Awaitable[T]]) -> T: ...


class Fading:
    """Takes the buttons away that are due. A Part."""

    def __init__(self, *, store: Books, keyboards: Keyboards, events: Events) -> None:
        self._store = store
        self._keyboards = keyboards
        self._events = events
        self._crew = Crew()

    async def start(self) -> None:
        """Take away what is due already, and look again now and then."""
        self._crew.spawn(self._look_after(), "fading")

    async def stop(self, timeout_seconds: float) -> None:
        """End at once, whatever the time: what is left is done in the next life."""
        await self._crew.stop()

    async def wait_failed(self) -> NoReturn:
        await self._crew.wait_failed()

    async def _look_after(self) -> None:
        while True:
            try:
                while due := await self._store.transcripts.with_buttons_to_hide():
                    for message in due:
                        await self._hide(message)
            except StoreError as error:
                self._events.emit(BackgroundError("fading", type(error).__name__))
            await asyncio.sleep(PERIOD_SECONDS)

    async def _hide(self, message: JobKey) -> None:
        """What can't be changed, as in a chat that the bot has left, is not tried again."""
        try:
            await self._keyboards.change_buttons(message, ())
        except Undeliverable as error:
            self._events.emit(BackgroundError("fading", error.cause))
        await self._store.persist(lambda: self._store.transcripts.note_hidden(message))
