"""The chats as the journey and the conversation see them: texts go in, media come out."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from pyrogram import raw
from pyrogram.errors import RPCError

from voicepipe.config.live import LiveConfig
from voicepipe.conversation.replies import Reply
from voicepipe.domain.asking import Asking
from voicepipe.domain.jobs import JobKey
from voicepipe.domain.markup import within
from voicepipe.errors import Undeliverable, WriteForbidden
from voicepipe.events import BackgroundError, Events
from voicepipe.telegram.chat.administrators import Administrators
from voicepipe.telegram.chat.drafts import Drafts
from voicepipe.telegram.chat.editor import ProgressEditor
from voicepipe.telegram.chat.fetcher import Fetcher
from voicepipe.telegram.chat.keyboards import Keyboards
from voicepipe.telegram.chat.moves import Moves
from voicepipe.telegram.chat.parts import messages_of
from voicepipe.telegram.chat.privacy import Privacy
from voicepipe.telegram.chat.reactions import Signs
from voicepipe.telegram.chat.reader import ChatReader
from voicepipe.telegram.chat.sending import FEW_FAULTS, FEW_TRIES, Outgoing, Sender
from voicepipe.telegram.chat.splitting import beginning
from voicepipe.telegram.chat.targets import Targets
from voicepipe.telegram.chat.whispers import Whispers
from voicepipe.telegram.session.client import BotClient
from voicepipe.telegram.session.errors import name_of
from voicepipe.telegram.session.rpc import Rpc

ANSWER_TRIES = 8
"""How often an answer is sent that Telegram refuses for a reason nobody knows: with the pauses, for two minutes. It
holds a place meanwhile."""
ANSWER_FAULTS = 300
"""How often an answer is sent while Telegram fails, or asks for another try: with the pauses, for about a day."""
LATE_EDIT_SECONDS = 5.0
"""How long after its time-out a request may still be performed."""


class Messenger:
    """The bot in its chats. Satisfies the journey's `Chat` and the conversation's `Speaker`."""

    def __init__(self, client: BotClient, rpc: Rpc, live: LiveConfig, events: Events) -> None:
        self._client = client
        self._rpc = rpc
        self._events = events
        self.reader = ChatReader(rpc)
        self.sender = Sender(rpc, self.reader, events)
        self._moves = Moves(rpc)
        self._administrators = Administrators(rpc)
        self._editor = ProgressEditor(self._edit_status, live, events)
        self._drafts = Drafts(rpc, events)
        self.signs = Signs(rpc, self._moves, events)
        self.targets = Targets(self.reader)
        self.privacy = Privacy(rpc, self._administrators.is_administrator)
        self._takes_rich = True
        """Whether Telegram has refused no rich message yet."""
        self.keyboards = Keyboards(self.sender)
        self._fetcher = Fetcher(client, rpc, self.reader, live=live, events=events)
        self.whispers = Whispers(rpc, self.sender, self.reader, self._fetcher, events)

    def stop_fetching(self) -> None:
        """Fetch nothing more: no worker would get it."""
        self._fetcher.stop()

    async def stop(self) -> None:
        """Show no more progress."""
        await self._drafts.stop()
        await self._editor.stop()

    # --- the journey's chat -------------------------------------------------------------------------------------
    async def fetch_media(self, key: JobKey, source: object | None, path: Path) -> None:
        """Raises FetchFailed, DiskFull, SessionEnded and ServiceStopping."""
        await self._fetcher.fetch(key, source if isinstance(source, raw.types.Document) else None, path)

    async def announce(self, key: JobKey, status: Reply, *, topic_id: int | None = None) -> int | None:
        """Raises Undeliverable. In a group that is a supergroup by now, only the answer will be there."""
        message = Outgoing(
            key=key,
            topic_id=topic_id,
            purpose="status",
            text=status.text,
            buttons=status.buttons,
            is_protected=status.is_protected,
        )
        try:
            return await self.sender.send(message)
        except WriteForbidden:
            if await self._moves.look(key.chat_id):
                return None
            raise

    def show_progress(self, key: JobKey, status_message_id: int, status: Reply) -> None:
        self._editor.show(key.chat_id, status_message_id, replace(status, text=beginning(status.text)))

    async def open_draft(self, key: JobKey, text: str, *, topic_id: int | None = None) -> bool:
        return await self._drafts.open(key, text, topic_id=topic_id)

    def show_draft(self, key: JobKey, text: str) -> None:
        self._drafts.show(key, text)

    async def close_draft(self, key: JobKey) -> None:
        await self._drafts.close(key)

    def whose_draft(self, chat_id: int, draft_id: int) -> JobKey | None:
        """The job of a draft that is shown in a chat."""
        return self._drafts.whose(chat_id, draft_id)

    async def put_answer(
        self, key: JobKey, status_message_id: int | None, replies: Sequence[Reply], *, topic_id: int | None = None
    ) -> Sequence[JobKey]:
        """Turn the status into the answer's first message and send the others behind it; where they are.

        A text that is too long for a plain message is a rich one; where that is refused, several plain ones. Raises
        Undeliverable.
        """
        messages = messages_of(key, "answer", replies, topic_id, may_be_rich=self._takes_rich)
        try:
            return await self._put(key, status_message_id, messages)
        except WriteForbidden:
            raise
        except Undeliverable as error:
            if error.is_begun or not any(message.is_rich for message in messages):
                raise
            self._takes_rich = False
            self._events.emit(BackgroundError("rich message", error.cause))
        return await self._put(key, status_message_id, messages_of(key, "answer", replies, topic_id))

    async def _put(self, key: JobKey, status_message_id: int | None, messages: Sequence[Outgoing]) -> Sequence[JobKey]:
        """Raises Undeliverable."""
        first, *others = messages
        is_settled = status_message_id is None or await self._editor.finish(key.chat_id, status_message_id)
        place: JobKey | None
        if status_message_id is not None and await self._turn_into(first, status_message_id):
            place = JobKey(key.chat_id, status_message_id)
        else:
            place = await self._send_answer(first)
            if status_message_id is not None and self._moves.has_moved(key.chat_id):
                await self.remove(key, status_message_id)
        places = [place, *await self._send_others(others)]
        if status_message_id is not None and not is_settled:
            await asyncio.sleep(LATE_EDIT_SECONDS)
            await self._turn_into(first, status_message_id)
        return [place for place in places if place is not None]

    async def _edit_status(self, chat_id: int, message_id: int, status: Reply, *, patient: bool) -> bool:
        return await self.sender.edit(chat_id, message_id, status.text, buttons=status.buttons, patient=patient)

    async def remove(self, key: JobKey, status_message_id: int) -> None:
        """Take the status away, if Telegram lets us."""
        await self._editor.finish(key.chat_id, status_message_id)
        try:
            await self.sender.delete(key.chat_id, status_message_id)
        except RPCError as error:
            self._events.emit(BackgroundError("remove status", name_of(error)))

    async def is_there(self, key: JobKey) -> bool:
        return await self.reader.is_there(key)

    async def is_administrator(self, chat_id: int, user_id: int) -> bool:
        """Whether somebody administers a chat; False also where that can't be known."""
        return await self._administrators.is_administrator(chat_id, user_id)

    async def find_reply(self, key: JobKey) -> int | None:
        return await self.reader.find_reply(key)

    async def refuse(self, key: JobKey, refusal: Reply, *, topic_id: int | None = None) -> int | None:
        """Raises Undeliverable."""
        asking = Asking.of(key)
        under = None if asking is None else asking.message_id
        message = Outgoing(
            key=key, topic_id=topic_id, purpose="refusal", text=refusal.text, buttons=refusal.buttons, under=under
        )
        place = await self._send(message)
        return place.message_id if place is not None and place.chat_id == key.chat_id else None

    async def change_refusal(self, chat_id: int, message_id: int, text: str) -> None:
        """Raises Undeliverable."""
        await self.change(JobKey(chat_id, message_id), Reply(text))

    async def _send_answer(self, answer: Outgoing) -> JobKey | None:
        tries = 1 if answer.is_rich else ANSWER_TRIES
        return await self._send(answer, tries=tries, faults=ANSWER_FAULTS)

    async def _send_others(self, messages: Sequence[Outgoing]) -> list[JobKey | None]:
        """The answer's further messages. Raises Undeliverable, of an answer that is begun."""
        try:
            return [await self._send_answer(message) for message in messages]
        except Undeliverable as error:
            raise Undeliverable(error.cause, is_begun=True) from error

    async def _send(self, message: Outgoing, *, tries: int = FEW_TRIES, faults: int = FEW_FAULTS) -> JobKey | None:
        """Send it to where its chat is now; the message there, if it can be known. Raises Undeliverable."""
        chat_id = message.key.chat_id
        if not self._moves.has_moved(chat_id):
            try:
                return _place(message, await self.sender.send(message, tries=tries, faults=faults))
            except WriteForbidden:
                if not await self._moves.look(chat_id):
                    raise
        moved = replace(message, moved_to=self._moves.place_of(chat_id))
        return _place(moved, await self.sender.send(moved, tries=tries, faults=faults))

    async def _turn_into(self, answer: Outgoing, message_id: int) -> bool:
        """Make the status the answer; False where that can't be done, but the chat could be written to.

        Raises WriteForbidden.
        """
        chat_id = answer.key.chat_id
        if self._moves.has_moved(chat_id):
            return False
        edit = partial(
            self.sender.edit,
            chat_id,
            message_id,
            answer.text,
            entities=answer.entities,
            buttons=answer.buttons,
            is_rich=answer.is_rich,
        )
        tries = 1 if answer.is_rich else FEW_TRIES
        try:
            # Not given up for a fault: it may have been performed, and then the text would be there twice.
            return await self.sender.insist("answer", edit, tries=tries, faults=ANSWER_FAULTS)
        except WriteForbidden:
            if await self._moves.look(chat_id):
                return False
            raise
        except RPCError as error:
            if answer.is_rich:
                raise Undeliverable(name_of(error)) from error
            self._events.emit(BackgroundError("edit answer", name_of(error)))
            return False

    # --- the conversation's speaker -----------------------------------------------------------------------------
    async def say(self, key: JobKey, purpose: str, reply: Reply, *, topic_id: int | None = None) -> None:
        """Reply to a message, in as many messages as it takes; said again after a crash it is there once.

        The buttons are below the last message. Raises Undeliverable.
        """
        for message in messages_of(key, purpose, [reply], topic_id):
            await self._send(message)

    async def change(self, key: JobKey, reply: Reply) -> None:
        """Put a text, what of it fits one message, and buttons in the place of one of the bot's messages.

        Nothing happens when that is not there any more. Raises Undeliverable.
        """
        text = beginning(reply.text)
        entities = tuple(within(reply.entities, 0, len(text)))
        edit = partial(self.sender.edit, key.chat_id, key.message_id, text, entities=entities, buttons=reply.buttons)
        try:
            await self.sender.insist("change", edit, tries=FEW_TRIES, faults=FEW_FAULTS)
        except RPCError as error:
            raise Undeliverable(name_of(error)) from error

    async def acknowledge(self, query_id: int, text: str) -> None:
        """Tell whoever pressed a button, briefly, what came of it; nothing happens when that was told, or is too late.

        An empty text only ends the button's waiting.
        """
        query = raw.functions.messages.SetBotCallbackAnswer(query_id=query_id, cache_time=0, message=text or None)
        try:
            await self._rpc.call(query)
        except RPCError as error:
            self._events.emit(BackgroundError("acknowledge", name_of(error)))

    async def forget_peer(self, user_id: int) -> None:
        """Leave nothing of a user in memory nor in the session's file; who writes again is met anew."""
        await self._client.storage.forget(user_id)


def _place(message: Outgoing, message_id: int | None) -> JobKey | None:
    """Where a message is that was sent."""
    # Whoever asked for it, it is a message of the chat like any other.
    return None if message_id is None else JobKey(message.chat_id, message_id)
