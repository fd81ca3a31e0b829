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
from dataclasses import dataclass, replace
from typing import NoReturn, Protocol, TypeVar

from voicepipe.conversation.makings import not_made, said
from voicepipe.conversation.replies import Reply
from voicepipe.conversation.texts import Texts
from voicepipe.domain.jobs import JobKey
from voicepipe.errors import Undeliverable
from voicepipe.events import BackgroundError, Events, TextMade
from voicepipe.processing.keeping import packed, unpacked
from voicepipe.processing.kinds import Failing, Kind, Made, Material, NotMade, worded
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

    async def stop_making(self, making: Making, result: str) -> bool: ...

    async def stopped_at(self, making: Making) -> str | None: ...

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

    @property
    def model(self) -> str:
        """The language model's name; empty where there is none."""
        ...

    async def make(
        self, kind: Kind, material: Material, *, language: str = "", on_text: Callable[[str], None] = ...
    ) -> Made:
        """Raises NotMade."""
        ...

    async def stop(self) -> None: ...


@dataclass(slots=True, eq=False)
class _Growing:
    """Something that is seen being made."""

    making: Making
    task: asyncio.Task[Made]
    text: str = ""
    """What is there so far."""
    stopped: Made | None = None
    """What is there when it is stopped; that is durable."""


class _Stopped(Exception):
    """Who wants it has had it stopped."""

    def __init__(self, made: Made) -> None:
        super().__init__()
        self.made = made


class Makers:
    """Makes what is wanted, and says it. A Part."""

    def __init__(
        self,
        *,
        processing: Processing,
        chat: Chat,
        books: Books,
        texts: Texts,
        events: Events,
        most_uses: Callable[[int], int],
    ) -> None:
        """`most_uses`: how often a user may have something made in a day; 0: any number."""
        self._most_uses = most_uses
        self._growing: dict[JobKey, _Growing] = {}
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

    async def stop_early(self, key: JobKey) -> None:
        """What is there of what is being made, where it is seen in reply to a message, shall be it. Durable."""
        growing = self._growing.get(key)
        if growing is None or growing.stopped is not None:
            return
        kind, model = Kind(growing.making.kind), self._processing.model
        made = growing.stopped = worded(kind, growing.text, model=model, is_stopped=True)
        await self._books.persist(lambda: self._books.makings.stop_making(growing.making, packed(made)))
        growing.task.cancel()

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
        except _Stopped as stopped:
            self._events.emit(TextMade(making.kind, "stopped", time.monotonic() - begun_at))
            return self._stopped(making, stopped.made, is_protected=kept.is_protected)
        except NotMade as error:
            self._events.emit(TextMade(making.kind, error.failing.value, time.monotonic() - begun_at))
            return not_made(self._texts, making.speaks, error.failing), False
        self._events.emit(TextMade(making.kind, outcome, time.monotonic() - begun_at))
        reply = said(self._texts, making.speaks, Kind(making.kind), made)
        return replace(reply, is_protected=kept.is_protected), True

    def _stopped(self, making: Making, made: Made, *, is_protected: bool) -> tuple[Reply, bool]:
        """What was there is a use; where nothing was, there was none."""
        if made.is_empty:
            return Reply(self._texts.get(making.speaks, "made-stopped-empty")), False
        limit = self._most_uses(making.user_id)
        reply = said(self._texts, making.speaks, Kind(making.kind), made, limit=limit)
        return replace(reply, is_protected=is_protected), True

    async def _made(self, making: Making, kept: Kept) -> tuple[Made, str]:
        """What is made already, or is made now, and kept; and which of these. Raises NotMade, _Stopped."""
        if (result := await self._books.makings.result(making)) is not None:
            return unpacked(result), "kept"
        if (stopped := await self._books.makings.stopped_at(making)) is not None:
            raise _Stopped(unpacked(stopped))
        made = await self._make(making, kept)
        if made.stands_in:  # the model may be there the next time
            return made, "stand_in"
        await self._books.persist(lambda: self._books.makings.keep_made(making, packed(made)))
        return made, "model" if made.model else "built_in"

    async def _make(self, making: Making, kept: Kept) -> Made:
        """In private, it is seen growing where the model tells it word by word. Raises NotMade, _Stopped."""
        key, waiting = making.said, self._texts.get(making.speaks, "made-taken")
        has_draft = making.by_model and key.chat_id > 0
        has_draft = has_draft and await self._chat.open_draft(key, waiting, topic_id=making.topic_id)
        try:
            return await (self._make_in_sight(making, kept) if has_draft else self._process(making, kept))
        except (NotMade, _Stopped):
            raise
        except Exception as error:  # it costs only this text
            self._events.emit(BackgroundError("make", type(error).__name__))
            raise NotMade(Failing.BROKEN) from error
        finally:
            if has_draft:
                await self._chat.close_draft(key)

    async def _make_in_sight(self, making: Making, kept: Kept) -> Made:
        """Raises NotMade; _Stopped when who sees it grow has it stopped."""

        def grow(text: str) -> None:
            growing.text = text
            self._chat.show_draft(making.said, text)

        task = asyncio.create_task(self._process(making, kept, grow), name=f"make {making.kind} in sight")
        growing = self._growing[making.said] = _Growing(making, task)
        try:
            return await task
        except asyncio.CancelledError:
            if growing.stopped is None or _is_being_cancelled():
                raise
            raise _Stopped(growing.stopped) from None
        finally:
            del self._growing[making.said]

    async def _process(self, making: Making, kept: Kept, on_text: Callable[[str], None] = lambda _: None) -> Made:
        material = Material.of(kept.transcript)
        return await self._processing.make(Kind(making.kind), material, language=making.language, on_text=on_text)

    async def _say(self, making: Making, reply: Reply) -> None:
        try:
            await self._chat.say(making.said, making.purpose, reply, topic_id=making.topic_id)
        except Undeliverable as error:
            self._events.emit(BackgroundError("say what was made", error.cause))


def _is_being_cancelled() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
