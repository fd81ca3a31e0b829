"""Inline mode: whoever types the bot's name in any chat is offered their own latest texts, to send one there.

A question is answered now or never, so none is journaled. While somebody types there is one for each letter: of one
person only the latest counts, and few are answered at a time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from voicepipe.accounts.preferences import Preferences
from voicepipe.accounts.retention import kept_hours
from voicepipe.config.live import LiveConfig
from voicepipe.conversation.interface import language_in
from voicepipe.conversation.texts import Texts
from voicepipe.domain.messages import InlineQuery

AT_ONCE = 4
"""Questions answered at a time."""
PATIENCE_SECONDS = 10.0
"""After that nobody looks at the answer any more."""
SEARCHED_TEXTS = 500
"""Of one person, the newest."""
PAGE = 20
"""Texts offered at once; a client asks for more as somebody scrolls."""
TITLE_SIGNS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One text that may be sent."""

    number: int
    """Counted from the newest that was found."""
    title: str
    description: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Offers:
    """What is answered to a question."""

    offers: Sequence[Offer]
    next_offset: str
    """What the question for more has to say; empty when there are no more."""
    hint: str
    """Shown above, and leads into the private chat; may be empty."""


class TextsBook(Protocol):
    """Of the store: delivered texts that are kept."""

    async def latest(self, user_id: int, limit: int) -> list[str]: ...


class Shop(Protocol):
    """The messenger, as far as offers go."""

    async def offer(self, query_id: int, offers: Offers) -> None:
        """Answer a question; too late is harmless."""


class Inline:
    """Answers inline questions."""

    def __init__(
        self, *, books: TextsBook, shop: Shop, texts: Texts, preferences: Preferences, live: LiveConfig
    ) -> None:
        self._books = books
        self._shop = shop
        self._texts = texts
        self._preferences = preferences
        self._live = live
        self._room = asyncio.Semaphore(AT_ONCE)
        self._latest: dict[int, int] = {}
        """By user: the question that counts."""

    async def answer(self, query: InlineQuery) -> None:
        """Offer what is found, unless the same person has asked something else by then."""
        user_id = query.person.user_id
        self._latest[user_id] = query.query_id
        try:
            async with asyncio.timeout(PATIENCE_SECONDS), self._room:
                if self._latest.get(user_id) == query.query_id:
                    await self._shop.offer(query.query_id, await self._offers(query))
        except TimeoutError:
            pass
        finally:
            if self._latest.get(user_id) == query.query_id:
                del self._latest[user_id]

    async def _offers(self, query: InlineQuery) -> Offers:
        texts = await self._books.latest(query.person.user_id, SEARCHED_TEXTS)
        found = [(number, text) for number, text in enumerate(texts) if _is_meant(text, query.text)]
        start = int(query.offset) if query.offset.isdecimal() else 0
        page = found[start : start + PAGE]
        return Offers(
            offers=[_offer(number, text) for number, text in page],
            next_offset=str(start + PAGE) if len(found) > start + PAGE else "",
            hint="" if found else self._hint(query),
        )

    def _hint(self, query: InlineQuery) -> str:
        """Why there is nothing."""
        person = query.person
        hours = kept_hours(self._preferences, self._live.service, person.user_id, person.user_id)
        key = "inline-not-kept" if not hours else "inline-not-found" if query.text.strip() else "inline-none"
        return self._texts.get(language_in(self._preferences, person, person.user_id), key)


def _is_meant(text: str, words: str) -> bool:
    """Whether a text has all the words, or their beginnings or parts, in any case."""
    folded = text.casefold()
    return all(word in folded for word in words.casefold().split())


def _offer(number: int, text: str) -> Offer:
    line = " ".join(text.split())
    cut = line.rfind(" ", 0, TITLE_SIGNS) if len(line) > TITLE_SIGNS else len(line)
    cut = cut if cut > 0 else TITLE_SIGNS
    return Offer(number=number, title=line[:cut], description=line[cut:].strip()[: 3 * TITLE_SIGNS].rstrip(), text=text)
