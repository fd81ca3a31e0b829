"""The office: what administrators' commands work with, and the words they read."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Protocol, TypeVar

from voicepipe.accounts.preferences import Preferences
from voicepipe.config.live import LiveConfig
from voicepipe.control.messages import OperatorRequest, Report
from voicepipe.conversation.interface import language_in
from voicepipe.conversation.replies import Reply
from voicepipe.conversation.texts import Texts, add_texts
from voicepipe.domain.jobs import JobKey
from voicepipe.domain.people import Person
from voicepipe.errors import Undeliverable
from voicepipe.events import BackgroundError, Events
from voicepipe.store.books.broadcasts import Broadcasts

R = TypeVar("R", bound=Report)


class Performing(Protocol):
    """Answers the same requests as the control socket."""

    async def perform(self, request: OperatorRequest[R]) -> R:
        """Raises RequestRefused, StoreError."""
        ...


class Voice(Protocol):
    """Says something to one person in private."""

    async def say_to(self, user_id: int, key: JobKey, purpose: str, reply: Reply) -> None:
        """To say again what was said for the same key and purpose is harmless. Raises Undeliverable."""


class Authors(Protocol):
    """Knows who wrote what."""

    async def find_author(self, chat_id: int, message_id: int) -> int | None:
        """Who wrote a message, or wrote it first where it was forwarded; None where nobody tells."""
        ...


class PeopleBook(Protocol):
    """Of the store: who has written to the bot."""

    def person(self, user_id: int) -> Person | None: ...

    def reachable(self) -> int:
        """How many of them have not blocked the bot."""
        ...


class Words:
    """What administrators read, in the language of each."""

    def __init__(self, texts: Texts, preferences: Preferences, people: PeopleBook) -> None:
        self._texts = texts
        self._preferences = preferences
        self._people = people

    def language_of(self, user_id: int) -> str:
        """One of `texts.LANGUAGES`."""
        person = self._people.person(user_id) or Person(user_id, None, None)
        return self._texts.language_for(language_in(self._preferences, person, user_id))

    def get(self, language: str, key: str, **facts: int | str) -> str:
        """The text `admin-KEY`."""
        _add_texts(language)
        return self._texts.get(language, f"admin-{key}", **facts)


@cache
def _add_texts(language: str) -> None:
    """Only who administers a bot pays for the texts."""
    file = resources.files("voicepipe.administration").joinpath("locales", f"{language}.ftl")
    add_texts(language, file.read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """What there is to administer with."""

    live: LiveConfig
    operations: Performing
    broadcasts: Broadcasts
    people: PeopleBook
    words: Words
    voice: Voice
    authors: Authors
    events: Events

    def is_administrator(self, user_id: int) -> bool:
        """Whether somebody administers the bot, as configured now."""
        return user_id in self.live.telegram.administrators

    async def tell(self, user_id: int, purpose: str, reply: Reply) -> None:
        """Tell an administrator something, once for each purpose; who can't be told misses it."""
        try:
            await self.voice.say_to(user_id, JobKey(user_id, 0), purpose, reply)
        except Undeliverable as error:
            self.events.emit(BackgroundError("tell an administrator", error.cause))
