"""Arrival: the bot was added to a group. Where Telegram hides the recordings from it, whoever added it is told so.

In private, if that can be: it is nobody else's affair; else in the group, once. Where nothing is hidden, nothing is
said: what the bot does shows by itself.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol

from voicepipe.conversation.conversation import Books
from voicepipe.conversation.replies import Reply
from voicepipe.conversation.texts import Texts
from voicepipe.domain.jobs import JobKey
from voicepipe.domain.messages import ServiceMessage
from voicepipe.errors import Undeliverable
from voicepipe.events import BackgroundError, Events

PURPOSE = "arrival"


class Speaker(Protocol):
    """The messenger. To say again what was said before is harmless."""

    async def say(self, key: JobKey, purpose: str, reply: Reply, *, topic_id: int | None = None) -> None:
        """Reply to a message. Raises Undeliverable."""


class Whisperer(Protocol):
    """The messenger, as far as it speaks to one person because of a message elsewhere."""

    async def say_to(self, user_id: int, key: JobKey, purpose: str, reply: Reply) -> None:
        """Say something in the private chat. Raises Undeliverable."""


class Arrivals:
    """Greets groups that need a word."""

    def __init__(
        self,
        *,
        books: Books,
        texts: Texts,
        speaker: Speaker,
        whisperer: Whisperer,
        is_blind_in: Callable[[int], Awaitable[bool]],
        username: str,
        events: Events,
    ) -> None:
        """`is_blind_in`: whether Telegram hides a group's recordings from the bot."""
        self._books = books
        self._texts = texts
        self._speaker = speaker
        self._whisperer = whisperer
        self._is_blind_in = is_blind_in
        self._username = username
        self._events = events

    async def greet(self, message: ServiceMessage) -> None:
        """Say what has to be said about an arrival, and dismiss the message that told of it."""
        if await self._is_blind_in(message.key.chat_id):
            await self._tell(message)
        await self._books.persist(lambda: self._books.inbox.dismiss(message.key))

    async def _tell(self, message: ServiceMessage) -> None:
        text = self._texts.get(message.person.language, "privacy-mode", bot=f"@{self._username}")
        try:
            await self._whisperer.say_to(message.person.user_id, message.key, PURPOSE, Reply(text))
            return
        except Undeliverable:
            pass  # they have never written to the bot
        try:
            await self._speaker.say(message.key, PURPOSE, Reply(text))
        except Undeliverable as error:
            self._events.emit(BackgroundError("arrival", error.cause))
