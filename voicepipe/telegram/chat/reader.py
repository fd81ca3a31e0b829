"""Reads what is in a chat: messages by their ids, and the bot's own reply to one of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pyrogram import raw
from pyrogram.errors import RPCError

from voicepipe.domain.asking import Asking, Manner, is_in_bots_chat
from voicepipe.domain.jobs import JobKey
from voicepipe.telegram.intake.documents import document_in, read_document
from voicepipe.telegram.intake.reading import chat_id
from voicepipe.telegram.intake.relations import brought_along
from voicepipe.telegram.session.rpc import Rpc

MESSAGES_AT_ONCE = 100
"""Most messages that can be asked for in one request."""
SEARCHED_MESSAGES = 1000
"""How far behind a message the bot's reply to it is looked for, where a crash has lost its id.

All private chats count together. Measured: when n recordings come at once, the first reply to each stands n messages
behind it (n = 100, 300 and 1000); by default 100 jobs are admitted at a time. The search ends at the newest message, so
ten requests are made only where so much was written since and no reply is found."""


class ChatReader:
    """Reads messages as Telegram has them now."""

    def __init__(self, rpc: Rpc) -> None:
        self._rpc = rpc

    async def read(self, chat_id: int, message_ids: list[int]) -> Any:
        """The messages, with the people they are from, in Telegram's own form. Raises RPCError."""
        return await self._read(chat_id, [raw.types.InputMessageID(id=message_id) for message_id in message_ids])

    async def _read(self, chat_id: int, ids: list[Any]) -> Any:
        if (channel := await self._rpc.channel(chat_id)) is not None:
            return await self._rpc.call(raw.functions.channels.GetMessages(channel=channel, id=ids))
        return await self._rpc.call(raw.functions.messages.GetMessages(id=ids))

    async def existing(self, chat_id: int, message_ids: list[int]) -> list[raw.types.Message]:
        """Those of the messages that exist. Raises RPCError."""
        found = await self.read(chat_id, message_ids)
        return [message for message in found.messages if isinstance(message, raw.types.Message)]

    async def read_replied(self, chat_id: int, message_id: int, asking_id: int | None) -> Any:
        """The same of one message, and by another one that replies to it, which is shown what the bot itself is not.

        Raises RPCError.
        """
        ids: list[Any] = [raw.types.InputMessageID(id=message_id)]
        if asking_id is not None and asking_id != message_id:
            ids.append(raw.types.InputMessageReplyTo(id=asking_id))
        return await self._read(chat_id, ids)

    async def read_recording(self, key: JobKey) -> Any:
        """The message that a job's recording is in, among others, as `read` has it. Raises RPCError."""
        asking = Asking.of(key)
        asking_id = None if asking is None or asking.manner is Manner.WHISPERED else asking.message_id
        return await self.read_replied(key.chat_id, key.message_id, asking_id)

    async def recording_message(self, key: JobKey) -> raw.types.Message | None:
        """The message that a job's recording is in; None where it is not there any more. Raises RPCError."""
        found = await self.read_recording(key)
        messages = (each for each in found.messages if isinstance(each, raw.types.Message))
        return next((message for message in messages if message.id == key.message_id), None)

    async def is_there(self, key: JobKey) -> bool:
        """Whether it has not been deleted; True also where that can't be known."""
        try:
            return await self.recording_message(key) is not None
        except RPCError:
            return True

    async def find_own(self, chat_id: int, message_id: int) -> int | None:
        """A message of the bot's, if it is still there. Raises RPCError."""
        return next((message.id for message in await self.existing(chat_id, [message_id]) if message.out), None)

    async def find_reply(self, key: JobKey) -> int | None:
        """The id of the bot's own first reply to a message; None when there is none, or none is found."""
        return await self._find(key, lambda message: _replies_to(message) == key.message_id)

    async def find_sent(self, key: JobKey, text: str, *, topic_id: int | None = None) -> int | None:
        """The same of what the bot sent because of a message, as a reply to it or not, and which has this text now."""

        def is_it(message: raw.types.Message) -> bool:
            is_because = _replies_to(message) in (key.message_id, topic_id, None)
            return is_because and chat_id(message.peer_id) == key.chat_id and message.message.strip() == text.strip()

        return await self._find(key, is_it)

    async def _find(self, key: JobKey, is_it: Callable[[raw.types.Message], bool]) -> int | None:
        """The first own message that is it, behind the one that it is because of.

        Behind other doors than the bot's own nothing can be looked for.
        """
        if not is_in_bots_chat(key):
            return None
        first = _because_of(key) + 1
        for start in range(first, first + SEARCHED_MESSAGES, MESSAGES_AT_ONCE):
            try:
                found = await self.existing(key.chat_id, list(range(start, start + MESSAGES_AT_ONCE)))
            except RPCError:
                return None
            for message in found:
                if message.out and is_it(message):
                    return int(message.id)
            if not found:
                return None
        return None


def document_of(message: raw.types.Message) -> raw.types.Document | None:
    """The document of a message, or the one that it brings along from another chat."""
    return read_document(message) or document_in(brought_along(message))


def _because_of(key: JobKey) -> int:
    """The message that made the bot write: what somebody asks for may be old."""
    asking = Asking.of(key)
    return key.message_id if asking is None or asking.manner is Manner.WHISPERED else asking.message_id


def _replies_to(message: raw.types.Message) -> int | None:
    number: int | None = getattr(message.reply_to, "reply_to_msg_id", None)
    return number
