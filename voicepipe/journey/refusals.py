"""Refusals: who sends what is not accepted is told why, once for a while, and how many more it goes for.

An album over the quota, or what was sent during an outage, would else be answered by as many equal messages, all of
which a whole group has to read. What concerns one person is told to each; what concerns everybody, once in a chat.
A recording is dismissed when its refusal, or the count that it is in, is in the chat. Lives in the event loop.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from voicepipe.config.live import LiveConfig
from voicepipe.conversation.commands.buy import offer_button
from voicepipe.conversation.commands.transcribe import first_button
from voicepipe.conversation.groups import Style, is_wordless
from voicepipe.conversation.replies import Button, Reply
from voicepipe.conversation.texts import Texts
from voicepipe.domain import admission
from voicepipe.domain.admission import RefusalReason, Refused
from voicepipe.domain.connections import is_business
from voicepipe.domain.jobs import GUEST, JobKey, Recording
from voicepipe.domain.messages import Sign
from voicepipe.errors import Undeliverable
from voicepipe.events import BackgroundError, Events, JobUndeliverable, RecordingRefused
from voicepipe.journey.ports import Books, Chats, Signs
from voicepipe.journey.wording import counted_text, refusal_text

WHILE_SECONDS = 600.0
"""How long one refusal stands for those that follow it in a group."""
PRIVATE_WHILE_SECONDS = 10.0
"""The same in private, after the latest of them: what somebody sends once they have read it gets one of its own."""
COUNTING_SECONDS = 1.0
"""How long further ones are waited for before they are counted: those of an album, say, come at once."""
EVERYBODYS = frozenset({RefusalReason.PAUSED, RefusalReason.TOO_OLD, RefusalReason.QUEUE_FULL, RefusalReason.DISK_FULL})
"""Reasons that do not lie in the sender, nor in what was sent."""

Subject = tuple[int, int | None, int, RefusalReason, JobKey | None]
"""Chat, topic, person (0 for everybody), and reason: what one refusal stands for. A guest's stands for itself alone:
the next may ask in another chat."""


@dataclass(slots=True)
class _Told:
    """A refusal that was told, or is about to be."""

    until: float
    language: str | None
    text: str
    message_id: int | None = None
    more: int = 0
    """How many others it stands for."""
    shown: int = 0
    """How many of them it says."""
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held by whoever changes what is in the chat."""


class Refusals:
    """Remembers, for as long as the process lives, what was told lately."""

    def __init__(
        self,
        *,
        chat: Chats,
        signs: Signs,
        store: Books,
        texts: Texts,
        live: LiveConfig,
        events: Events,
        style: Callable[[JobKey], Style | None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`style`: what the group of a recording sees; None elsewhere. `clock` gives monotonic seconds."""
        self._style = style
        self._chat = chat
        self._signs = signs
        self._store = store
        self._texts = texts
        self._live = live
        self._events = events
        self._clock = clock
        self._told: dict[Subject, _Told] = {}

    async def refuse(self, recording: Recording, refused: Refused) -> None:
        """See to it that the sender can know why, and dismiss the recording."""
        key = recording.key
        self._events.emit(RecordingRefused(key.chat_id, key.message_id, refused.reason.value, key.door))
        # A banned user is told so in private only: a group need not know.
        if recording.is_private or refused.reason is not RefusalReason.BANNED:
            await self._show(recording, refused)
        await self._store.persist(lambda: self._dismiss(recording, refused.reason))

    async def _show(self, recording: Recording, refused: Refused) -> None:
        key = recording.key
        if is_wordless(self._style(key), key):
            await self._signs.show(key, Sign.REFUSED)
        elif is_business(key.door) and refused.reason is not RefusalReason.BANNED:
            await self._tell_owner(key, refused.reason)
        else:
            await self._tell(recording, refused)

    async def pass_over(self, recording: Recording, reason: RefusalReason) -> None:
        """Dismiss a recording whose sender was told why already."""
        key = recording.key
        self._events.emit(RecordingRefused(key.chat_id, key.message_id, reason.value, key.door))
        await self._store.persist(lambda: self._dismiss(recording, reason))

    async def _dismiss(self, recording: Recording, reason: RefusalReason) -> None:
        await self._store.inbox.reject(
            recording.key, recording.person.user_id, reason.value, recording.declared_seconds
        )

    async def _tell_owner(self, key: JobKey, reason: RefusalReason) -> None:
        try:
            await self._chat.tell_owner(key, reason.value)
        except Undeliverable as error:
            self._events.emit(JobUndeliverable(key.chat_id, key.message_id, error.cause, key.door))

    def end(self, accepted: Recording) -> None:
        """In private a refusal stands no longer once something was accepted: what is refused after that is news."""
        if accepted.is_private:
            chat_id = accepted.key.chat_id
            self._told = {subject: told for subject, told in self._told.items() if subject[0] != chat_id}

    async def _tell(self, recording: Recording, refused: Refused) -> None:
        subject, now = _subject(recording, refused.reason), self._clock()
        self._told = {which: told for which, told in self._told.items() if now < told.until}
        told = self._told.get(subject)
        if told is not None:
            if recording.is_private:
                told.until = now + PRIVATE_WHILE_SECONDS
            await self._count(told, recording)
            return
        seconds = PRIVATE_WHILE_SECONDS if recording.is_private else WHILE_SECONDS
        text = self._text(recording, refused)
        told = self._told[subject] = _Told(now + seconds, recording.person.language, text)
        async with told.turn:
            await self._say(told, recording, refused.reason)

    async def _say(self, told: _Told, recording: Recording, reason: RefusalReason) -> None:
        key = recording.key
        try:
            refusal = Reply(told.text, self._offer(recording) + self._shop(recording, reason))
            told.message_id = await self._chat.refuse(key, refusal, topic_id=recording.topic_id)
        except Undeliverable as error:
            self._events.emit(JobUndeliverable(key.chat_id, key.message_id, error.cause, key.door))

    async def _count(self, told: _Told, recording: Recording) -> None:
        told.more += 1
        async with told.turn:
            if told.shown == told.more or told.message_id is None:
                return
            await asyncio.sleep(COUNTING_SECONDS)
            told.shown = told.more
            text = counted_text(self._texts, told.language, told.text, told.more)
            try:
                await self._chat.change_refusal(recording.key.chat_id, told.message_id, text)
            except Undeliverable as error:
                self._events.emit(BackgroundError("count refusals", error.cause))

    def _offer(self, recording: Recording) -> tuple[tuple[Button, ...], ...]:
        """A button for the beginning of what is too long; gone once the refusal stands for others as well."""
        balance = self._store.accounts.balance(recording.person.user_id)
        seconds = admission.offered_seconds(recording.declared_seconds, balance, self._live.limits)
        if seconds is None or recording.key.door or recording.first_seconds is not None:
            return ()
        label = self._texts.get(recording.person.language, "first-button", seconds=seconds)
        return ((first_button(label, recording.key.message_id),),)

    def _shop(self, recording: Recording, reason: RefusalReason) -> tuple[tuple[Button, ...], ...]:
        """A button for more seconds, where they are sold and lacking."""
        is_lacking = reason is RefusalReason.OVER_QUOTA and recording.is_private and not recording.key.door
        if not is_lacking or not self._live.payments.is_open:
            return ()
        return ((offer_button(self._texts.get(recording.person.language, "buy-offer")),),)

    def _text(self, recording: Recording, refused: Refused) -> str:
        balance = self._store.accounts.balance(recording.person.user_id)
        max_age_hours = self._live.telegram.max_message_age_hours
        return refusal_text(self._texts, recording, refused, balance=balance, max_age_hours=max_age_hours)


def _subject(recording: Recording, reason: RefusalReason) -> Subject:
    person = 0 if reason in EVERYBODYS else recording.person.user_id
    alone = recording.key if recording.key.door == GUEST else None
    return recording.key.chat_id, recording.topic_id, person, reason, alone
