"""What is to be made of texts is made, and said: exactly once, whatever is killed.

What somebody wants is journaled before anything is made; what was made is kept before it is said; what is said is a
reply whose random_id is derived from the wish, so a reply repeated after a crash is refused by Telegram as a duplicate.
The next life goes on with whatever is not said. One task for each; the process that makes is bounded by itself, so none
of this delays recognition or delivery.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import NoReturn, Protocol, TypeVar

from voicepipe.conversation.makings import not_made, said
from voicepipe.conversation.replies import Reply
from voicepipe.conversation.texts import Texts
from voicepipe.domain.jobs import JobKey
from voicepipe.errors import Undeliverable
from voicepipe.events import BackgroundError, Events, TextMade
from voicepipe.processing.keeping import packed, unpacked
from voicepipe.processing.kinds import Failing, Kind, Made, Material, NotMade
from voicepipe.store import Kept, Making
from voicepipe.supervision import Crew

T = TypeVar("T")


class Chat(Protocol):
    """The messenger, as far as it says what was made."""

    async def say(self, key: JobKey, purpose: str, reply: Reply, *, topic_id: int | None = None) -> None:
        """Raises Undeliverable."""

    async def open_draft(self, key: JobKey, text: str, *, topic_id: int | None = None) -> bool: ...

    def show_draft(self, key: JobKey, text: str) -> None: ...

    async def close_draft(self, key: JobKey) -> None: ...


class MakingsBook(Protocol):
    """Of the store: what is to be made."""

    async def waiting(self) -> list[Making]: ...

    async def is_wanted(self, making: Making) -> bool: ...

    async def result(self, making: Making) -> str | None: ...

    async def keep_made(self, making: Making, result: str) -> None: ...

    async def end_making(self, making: Making, *, counts: bool) -> None: ...


class TranscriptsBook(Protocol):
    """Of the store: the texts that are kept."""

    async def text_of(self, key: JobKey) -> Kept | None: ...


class Books(Protocol):
    """The store, as far as it is needed."""

    @property
    def makings(self) -> MakingsBook: ...

    @property
    def transcripts(self) -> TranscriptsBook: ...

    async def persist(self, change: Callable[[], Awaitable[T]]) -> T: ...


class Processing(Protocol):
    """Makes things of texts."""

    async def make(
        self, kind: Kind, material: Material, *, language: str = "", on_text: Callable[[str], None] = ...
    ) -> Made:
        """Raises NotMade."""
        ...

    async def stop(self) -> None: ...


class Makers:
    """Makes what is wanted, and says it. A Part."""

    def __init__(self, *, processing: Processing, chat: Chat, books: Books, texts: Texts, events: Events) -> None:
        self._processing = processing
        self._chat = chat
        self._books = books
        self._texts = texts
        self._events = events
        self._woken = asyncio.Event()
        self._under_way: set[Making] = set()
        self._crew = Crew()

    async def start(self) -> None:
        """Go on with what an earlier life has not said, and wait for more."""
        self._crew.spawn(self._take_all(), "text processors")

    async def stop(self, timeout_seconds: float) -> None:
        """End at once, whatever the time: the next life goes on."""
        await self._crew.stop()
        await self._processing.stop()

    async def wait_failed(self) -> NoReturn:
        await self._crew.wait_failed()

    def wake(self) -> None:
        """Something is wanted."""
        self._woken.set()

    async def _take_all(self) -> NoReturn:
        while True:
            self._woken.clear()
            for making in await self._books.persist(self._books.makings.waiting):
                if making not in self._under_way:
                    self._under_way.add(making)
                    self._crew.spawn(self._carry_out(making), f"make {making.kind} of {making.key}")
            await self._woken.wait()

    async def _carry_out(self, making: Making) -> None:
        try:
            reply, counts = await self._reply_to(making)
            if await self._books.makings.is_wanted(making):
                await self._say(making, reply)
            await self._books.persist(lambda: self._books.makings.end_making(making, counts=counts))
        finally:
            self._under_way.discard(making)

    async def _reply_to(self, making: Making) -> tuple[Reply, bool]:
        """What is said, and whether it counts as a use."""
        kept = await self._books.transcripts.text_of(making.key)
        if kept is None:
            return Reply(self._texts.get(making.speaks, "summary-gone")), False
        begun_at = time.monotonic()
        try:
            made, outcome = await self._made(making, kept)
        except NotMade as error:
            self._events.emit(TextMade(making.kind, error.failing.value, time.monotonic() - begun_at))
            return not_made(self._texts, making.speaks, error.failing), False
        self._events.emit(TextMade(making.kind, outcome, time.monotonic() - begun_at))
        reply = said(self._texts, making.speaks, Kind(making.kind), made)
        return replace(reply, is_protected=kept.is_protected), True

    async def _made(self, making: Making, kept: Kept) -> tuple[Made, str]:
        """What is made already, or is made now, and kept; and which of these. Raises NotMade."""
        if (result := await self._books.makings.result(making)) is not None:
            return unpacked(result), "kept"
        made = await self._make(making, kept)
        if made.stands_in:  # the model may be there the next time
            return made, "stand_in"
        await self._books.persist(lambda: self._books.makings.keep_made(making, packed(made)))
        return made, "model" if made.model else "built_in"

    async def _make(self, making: Making, kept: Kept) -> Made:
        """In private, it is seen growing where the model tells it word by word. Raises NotMade."""
        key, waiting = making.said, self._texts.get(making.speaks, "made-taken")
        has_draft = making.by_model and key.chat_id > 0
        has_draft = has_draft and await self._chat.open_draft(key, waiting, topic_id=making.topic_id)
        try:
            return await self._processing.make(
                Kind(making.kind),
                Material.of(kept.transcript),
                language=making.language,
                on_text=lambda text: self._chat.show_draft(key, text),
            )
        except NotMade:
            raise
        except Exception as error:  # it costs only this text
            self._events.emit(BackgroundError("make", type(error).__name__))
            raise NotMade(Failing.BROKEN) from error
        finally:
            if has_draft:
                await self._chat.close_draft(key)

    async def _say(self, making: Making, reply: Reply) -> None:
        try:
            await self._chat.say(making.said, making.purpose, reply, topic_id=making.topic_id)
        except Undeliverable as error:
            self._events.emit(BackgroundError("say what was made", error.cause))
