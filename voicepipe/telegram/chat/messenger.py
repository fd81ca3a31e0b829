"""The chats as the journey and the conversation see them: texts go in, media come out."""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path

from pyrogram import raw
from pyrogram.errors import RPCError

from voicepipe.config.live import LiveConfig
from voicepipe.conversation.replies import Reply
from voicepipe.domain.jobs import JobKey
from voicepipe.errors import Undeliverable
from voicepipe.events import BackgroundError, Events
from voicepipe.telegram.chat.editor import ProgressEditor
from voicepipe.telegram.chat.fetcher import Fetcher
from voicepipe.telegram.chat.reader import ChatReader
from voicepipe.telegram.chat.sending import FEW_FAULTS, FEW_TRIES, Outgoing, Sender
from voicepipe.telegram.chat.splitting import CAPTION_UNITS, beginning, split_text, units
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
        self._sender = Sender(rpc, self.reader, events)
        self._editor = ProgressEditor(self._sender.edit, live, events)
        self._fetcher = Fetcher(client, rpc, self.reader, live=live, events=events)

    def stop_fetching(self) -> None:
        """Fetch nothing more: no worker would get it."""
        self._fetcher.stop()

    async def stop(self) -> None:
        """Show no more progress."""
        await self._editor.stop()

    # --- the journey's chat -------------------------------------------------------------------------------------
    async def fetch_media(self, key: JobKey, source: object | None, path: Path) -> None:
        """Raises FetchFailed, DiskFull, SessionEnded and ServiceStopping."""
        await self._fetcher.fetch(key, source if isinstance(source, raw.types.Document) else None, path)

    async def announce(self, key: JobKey, text: str) -> int | None:
        """Raises Undeliverable."""
        return await self._sender.send(Outgoing(key=key, purpose="status", text=text))

    def show_progress(self, key: JobKey, status_message_id: int, text: str) -> None:
        self._editor.show(key.chat_id, status_message_id, beginning(text))

    async def put_answer(self, key: JobKey, status_message_id: int | None, text: str) -> None:
        """Turn the status into the answer's first part and send the others behind it. Raises Undeliverable."""
        first, *others = split_text(text)
        is_settled = status_message_id is None or await self._editor.finish(key.chat_id, status_message_id)
        if status_message_id is None or not await self._turn_into(key, status_message_id, first):
            await self._send_answer(key, "answer", first)
        for number, part in enumerate(others, start=1):
            await self._send_answer(key, f"answer {number}", part)
        if status_message_id is not None and not is_settled:
            await asyncio.sleep(LATE_EDIT_SECONDS)
            await self._turn_into(key, status_message_id, first)

    async def find_reply(self, key: JobKey) -> int | None:
        return await self.reader.find_reply(key)

    async def refuse(self, key: JobKey, text: str) -> None:
        """Raises Undeliverable."""
        await self._sender.send(Outgoing(key=key, purpose="refusal", text=text))

    async def _send_answer(self, key: JobKey, purpose: str, text: str) -> None:
        await self._sender.send(Outgoing(key=key, purpose=purpose, text=text), tries=ANSWER_TRIES, faults=ANSWER_FAULTS)

    async def _turn_into(self, key: JobKey, message_id: int, text: str) -> bool:
        """Make the status the answer; False where that can't be done, but the chat could be written to."""
        edit = partial(self._sender.edit, key.chat_id, message_id, text)
        try:
            # Not given up for a fault: it may have been performed, and then the text would be there twice.
            return await self._sender.insist("answer", edit, tries=FEW_TRIES, faults=ANSWER_FAULTS)
        except RPCError as error:
            self._events.emit(BackgroundError("edit answer", name_of(error)))
            return False

    # --- the conversation's speaker -----------------------------------------------------------------------------
    async def say(self, key: JobKey, purpose: str, reply: Reply) -> None:
        """Reply to a message, in as many messages as it takes; said again after a crash it is there once.

        The buttons are below the last message. Raises Undeliverable.
        """
        texts = split_text(reply.text)
        is_caption = len(texts) == 1 and units(texts[0]) <= CAPTION_UNITS
        if reply.document is not None and not is_caption:
            texts.append("")
        for number, text in enumerate(texts):
            is_last = number == len(texts) - 1
            message = Outgoing(
                key=key,
                purpose=f"{purpose} {number}" if number else purpose,
                text=text,
                buttons=reply.buttons if is_last else (),
                document=reply.document if is_last else None,
            )
            await self._sender.send(message)

    async def change(self, key: JobKey, reply: Reply) -> None:
        """Put a text, what of it fits one message, and buttons in the place of one of the bot's messages.

        Nothing happens when that is not there any more. Raises Undeliverable.
        """
        edit = partial(self._sender.edit, key.chat_id, key.message_id, beginning(reply.text), buttons=reply.buttons)
        try:
            await self._sender.insist("change", edit, tries=FEW_TRIES, faults=FEW_FAULTS)
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
