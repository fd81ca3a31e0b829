"""Answers to guests: whoever asks for the bot in a chat that it is no member of, in reply to a recording.

Telegram lets each query be answered once, by a message that can be changed later on, but not deleted. So the status is
that answer, and it becomes the text. What its id is, Telegram says once: it is journaled at once, and if a crash comes
in between, nobody can reach that message any more; the text then goes into the private chat of whoever asked. So does
the whole of a text that is too long for one message. core.telegram.org/api/bots/guest-mode
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Protocol, TypeAlias, TypeVar

from pyrogram import raw
from pyrogram.errors import RPCError
from pyrogram.raw.core import TLObject

from voicepipe.accounts.preferences import Preferences
from voicepipe.accounts.wishes import read_wishes
from voicepipe.config.live import LiveConfig
from voicepipe.conversation.interface import language_in
from voicepipe.conversation.replies import Reply
from voicepipe.conversation.texts import Texts
from voicepipe.domain.jobs import GUEST, JobKey
from voicepipe.domain.people import Person
from voicepipe.errors import FetchFailed, Undeliverable
from voicepipe.events import Events
from voicepipe.telegram.chat.editor import ProgressEditor
from voicepipe.telegram.chat.entities import raw_entities
from voicepipe.telegram.chat.messenger import ANSWER_FAULTS, ANSWER_TRIES, LATE_EDIT_SECONDS, Messenger
from voicepipe.telegram.chat.sending import FEW_FAULTS, FEW_TRIES, GONE, Outgoing, Sender, raw_keyboard
from voicepipe.telegram.chat.splitting import MESSAGE_UNITS, beginning, split_marked, units
from voicepipe.telegram.intake.originals import unpack_original
from voicepipe.telegram.intake.reading import guest_recording
from voicepipe.telegram.session.errors import is_error, name_of
from voicepipe.telegram.session.rpc import Rpc

T = TypeVar("T")
Place: TypeAlias = raw.types.InputBotInlineMessageID | raw.types.InputBotInlineMessageID64
"""How Telegram names a message that was posted as a guest."""
QUERY_OVER = "QUERY_ID_INVALID"
"""The query was answered before, or it is too late."""


class InboxBook(Protocol):
    """Of the store: what can't be asked for again, and where it was answered."""

    async def original(self, key: JobKey) -> bytes | None: ...

    async def kept_place(self, key: JobKey) -> bytes | None: ...

    async def keep_place(self, key: JobKey, place: bytes) -> None: ...


class PeopleBook(Protocol):
    """Of the store: who has been seen."""

    def person(self, user_id: int) -> Person | None: ...


class Books(Protocol):
    """The store, as far as guests are concerned."""

    @property
    def inbox(self) -> InboxBook: ...

    @property
    def people(self) -> PeopleBook: ...

    async def persist(self, change: Callable[[], Awaitable[T]]) -> T: ...


class Guests:
    """The bot as a guest. Satisfies the journey's `Answers`; the id of a status is the number of the query."""

    def __init__(
        self,
        rpc: Rpc,
        messenger: Messenger,
        store: Books,
        texts: Texts,
        preferences: Preferences,
        *,
        username: str,
        live: LiveConfig,
        events: Events,
    ) -> None:
        """`username` is the bot's own, without @."""
        self._rpc = rpc
        self._messenger = messenger
        self._store = store
        self._texts = texts
        self._preferences = preferences
        self._username = username
        self._sender = Sender(rpc, messenger.reader, events)
        self._editor = ProgressEditor(self._edit_status, live, events)
        self._places: dict[JobKey, Place] = {}

    async def stop(self) -> None:
        """Show no more progress."""
        await self._editor.stop()

    # --- the journey's answers ----------------------------------------------------------------------------------
    async def fetch_media(self, key: JobKey, source: object | None, path: Path) -> None:
        """Raises FetchFailed, DiskFull, SessionEnded and ServiceStopping."""
        await self._messenger.fetch_media(key, source or await self._document(key), path)

    async def announce(self, key: JobKey, status: Reply, *, topic_id: int | None = None) -> int | None:
        """Raises Undeliverable. None where the query is over already."""
        is_there = await self._place(key) is not None or await self._post(key, status, FEW_TRIES, FEW_FAULTS)
        return key.message_id if is_there else None

    def show_progress(self, key: JobKey, status_message_id: int, status: Reply) -> None:
        self._editor.show(key.chat_id, key.message_id, Reply(beginning(status.text), status.buttons))

    async def put_answer(
        self, key: JobKey, status_message_id: int | None, replies: Sequence[Reply], *, topic_id: int | None = None
    ) -> Sequence[JobKey]:
        """Raises Undeliverable."""
        is_settled = await self._editor.finish(key.chat_id, key.message_id)
        answer = await self._answer(key, replies)
        if await self._place(key) is not None:
            await self._turn_into(key, answer)
            if not is_settled:
                await asyncio.sleep(LATE_EDIT_SECONDS)
                await self._turn_into(key, answer)
        elif not await self._post(key, answer, ANSWER_TRIES, ANSWER_FAULTS):
            await self._tell_in_private(key, [Reply(self._text(key, "guest-elsewhere")), *replies])
        self._places.pop(key, None)
        return []

    async def remove(self, key: JobKey, status_message_id: int) -> None:
        """A guest can't take back what it posted: it stays as it is."""
        await self._editor.finish(key.chat_id, key.message_id)
        self._places.pop(key, None)

    async def is_there(self, key: JobKey) -> bool:
        return True

    async def find_reply(self, key: JobKey) -> int | None:
        return key.message_id if await self._place(key) is not None else None

    async def refuse(self, key: JobKey, refusal: Reply, *, topic_id: int | None = None) -> int | None:
        """Raises Undeliverable. Nothing is said where the query is over already."""
        await self._post(key, Reply(refusal.text), FEW_TRIES, FEW_FAULTS)
        self._places.pop(key, None)
        return None

    # --- what is said -------------------------------------------------------------------------------------------
    async def _answer(self, key: JobKey, replies: Sequence[Reply]) -> Reply:
        """The one message that there can be: the whole text, or its beginning and where the rest is."""
        first, note = replies[0], await self._note(key)
        if len(replies) == 1 and first.document is None and units(first.text + note) <= MESSAGE_UNITS:
            return Reply(first.text + note, entities=first.entities)
        is_told = await self._is_told_in_private(key, replies)
        rest = "guest-rest" if is_told else "guest-rest-unreachable"
        note = f"\n\n{self._text(key, rest, bot=f'@{self._username}')}{note}"
        text, entities = split_marked(first.text, first.entities, MESSAGE_UNITS - units(note))[0]
        return Reply(text + note, entities=entities)

    async def _note(self, key: JobKey) -> str:
        """What is said below the text: which wish of whoever asked nothing here can grant."""
        query = await self._query(key)
        is_wished = query is not None and read_wishes(query.message.message or "").is_short
        return f"\n\n{self._text(key, 'guest-no-short')}" if is_wished else ""

    async def _is_told_in_private(self, key: JobKey, replies: Sequence[Reply]) -> bool:
        try:
            await self._tell_in_private(key, replies)
        except Undeliverable:
            return False
        return True

    async def _tell_in_private(self, key: JobKey, replies: Sequence[Reply]) -> None:
        """Say it in the chat of whoever asked with the bot; said again, it is there once. Raises Undeliverable."""
        number = 0
        for reply in replies:
            parts = split_marked(reply.text, reply.entities, MESSAGE_UNITS) if reply.text else [("", ())]
            for text, entities in parts:
                number += 1
                message = Outgoing(
                    key=key, moved_to=key.chat_id, purpose=f"private {number}", text=text, entities=entities
                )
                document = reply.document if (text, entities) == parts[-1] else None
                await self._sender.send(replace(message, document=document))

    def _text(self, key: JobKey, text_key: str, **facts: str) -> str:
        person = self._store.people.person(key.chat_id) or Person(key.chat_id, None, None)
        return self._texts.get(language_in(self._preferences, person, key.chat_id), text_key, **facts)

    # --- the message --------------------------------------------------------------------------------------------
    async def _post(self, key: JobKey, reply: Reply, tries: int, faults: int) -> bool:
        """Answer the query; False where it is over. Raises Undeliverable."""
        result = raw.types.InputBotInlineResult(
            id="1",
            type="article",
            title=f"@{self._username}",
            send_message=raw.types.InputBotInlineMessageText(
                message=reply.text,
                no_webpage=True,
                entities=raw_entities(reply.text, reply.entities),
                reply_markup=raw_keyboard(reply.buttons),
            ),
        )
        query = raw.functions.messages.SetBotGuestChatResult(query_id=key.message_id, result=result)
        try:
            place = await self._sender.insist("guest", partial(self._rpc.call, query), tries=tries, faults=faults)
        except RPCError as error:
            if is_error(error, QUERY_OVER):
                return False
            raise Undeliverable(name_of(error)) from error
        self._places[key] = place
        packed = place.write()
        await self._store.persist(lambda: self._store.inbox.keep_place(key, packed))
        return True

    async def _turn_into(self, key: JobKey, answer: Reply) -> None:
        """Raises Undeliverable, also where somebody has deleted the message: nobody wants it there."""
        try:
            edit = partial(self._edit, key, answer)
            is_there = await self._sender.insist("guest", edit, tries=FEW_TRIES, faults=ANSWER_FAULTS)
        except RPCError as error:
            raise Undeliverable(name_of(error)) from error
        if not is_there:
            raise Undeliverable("MESSAGE_ID_INVALID")

    async def _edit_status(self, chat_id: int, message_id: int, status: Reply, *, patient: bool) -> bool:
        return await self._edit(JobKey(chat_id, message_id, GUEST), status, patient=patient)

    async def _edit(self, key: JobKey, reply: Reply, *, patient: bool = True) -> bool:
        """Change what was posted; False when it is not there. Raises RPCError, and OSError if not patient."""
        place = await self._place(key)
        if place is None:
            return False
        query = raw.functions.messages.EditInlineBotMessage(
            id=place,
            message=reply.text,
            no_webpage=True,
            entities=raw_entities(reply.text, reply.entities),
            reply_markup=raw_keyboard(reply.buttons),
        )
        try:
            await self._rpc.call(query, chat_id=key.chat_id, patient=patient, dc_id=place.dc_id)
        except RPCError as error:
            if is_error(error, "MESSAGE_NOT_MODIFIED"):
                return True
            if is_error(error, *GONE):
                return False
            raise
        return True

    # --- what the journal has -------------------------------------------------------------------------------------
    async def _place(self, key: JobKey) -> Place | None:
        if key not in self._places and (kept := await self._store.inbox.kept_place(key)) is not None:
            self._places[key] = _read_place(kept)
        return self._places.get(key)

    async def _document(self, key: JobKey) -> raw.types.Document:
        """The media as the query showed it. Raises FetchFailed."""
        query = await self._query(key)
        found = None if query is None else guest_recording(query)
        if found is None:
            raise FetchFailed("what the query showed is not there any more")
        return found

    async def _query(self, key: JobKey) -> raw.types.UpdateBotGuestChatQuery | None:
        """The query as it came; None where that can't be known any more."""
        original = await self._store.inbox.original(key)
        news = None if original is None else unpack_original(original)
        query: raw.types.UpdateBotGuestChatQuery | None = None if news is None else news[0]
        return query


def _read_place(kept: bytes) -> Place:
    place: Place = TLObject.read(BytesIO(kept))
    return place
