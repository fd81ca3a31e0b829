"""Reads what is in a chat: messages by their ids, and the bot's own reply to one of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pyrogram import raw
from pyrogram.errors import RPCError

from voicepipe.domain.jobs import JobKey
from voicepipe.telegram.intake.reading import chat_id
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
        ids = [raw.types.InputMessageID(id=message_id) for message_id in message_ids]
        if (channel := await self._rpc.channel(chat_id)) is not None:
            return await self._rpc.call(raw.functions.channels.GetMessages(channel=channel, id=ids))
        return await self._rpc.call(raw.functions.messages.GetMessages(id=ids))

    async def existing(self, chat_id: int, message_ids: list[int]) -> list[raw.types.Message]:
        """Those of the messages that exist. Raises RPCError."""
        found = await self.read(chat_id, message_ids)
        return [message for message in found.messages if isinstance(message, raw.types.Message)]

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
        """The first own message behind another one that is it; behind other doors nothing can be looked for."""
        if key.door:
            return None
        for start in range(key.message_id + 1, key.message_id + SEARCHED_MESSAGES, MESSAGES_AT_ONCE):
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


def _replies_to(message: raw.types.Message) -> int | None:
    number: int | None = getattr(message.reply_to, "reply_to_msg_id", None)
    return number
