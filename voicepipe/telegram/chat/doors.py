"""Every recording is answered through the door that it came in by; this knows which that is.

What the bot itself sees in a chat is the messenger's. Each other kind of door has an adapter of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from voicepipe.conversation.replies import Reply
from voicepipe.domain.connections import BUSINESS
from voicepipe.domain.jobs import JobKey
from voicepipe.journey.ports import Answers
from voicepipe.telegram.chat.accounts import Accounts
from voicepipe.telegram.chat.messenger import Messenger


class Doors:
    """The chats behind all doors. Satisfies the journey's `Chats` and the conversation's `Speaker`."""

    def __init__(self, chat: Messenger, accounts: Accounts, others: Mapping[str, Answers]) -> None:
        """`others`: who answers behind further kinds of doors, by what such a door begins with, as `guest`."""
        self._chat = chat
        self.keyboards = chat.keyboards
        self._accounts = accounts
        self._others: dict[str, Answers] = {BUSINESS: accounts, **others}

    def _behind(self, key: JobKey) -> Answers:
        return self._others[key.door.partition(":")[0]] if key.door else self._chat

    # --- behind every door ----------------------------------------------------------------------------------------
    async def fetch_media(self, key: JobKey, source: object | None, path: Path) -> None:
        """Raises FetchFailed, DiskFull, SessionEnded and ServiceStopping."""
        await self._behind(key).fetch_media(key, source, path)

    async def announce(self, key: JobKey, status: Reply, *, topic_id: int | None = None) -> int | None:
        """Raises Undeliverable."""
        return await self._behind(key).announce(key, status, topic_id=topic_id)

    def show_progress(self, key: JobKey, status_message_id: int, status: Reply) -> None:
        self._behind(key).show_progress(key, status_message_id, status)

    async def put_answer(
        self, key: JobKey, status_message_id: int | None, replies: Sequence[Reply], *, topic_id: int | None = None
    ) -> Sequence[JobKey]:
        """Raises Undeliverable."""
        return await self._behind(key).put_answer(key, status_message_id, replies, topic_id=topic_id)

    async def remove(self, key: JobKey, status_message_id: int) -> None:
        await self._behind(key).remove(key, status_message_id)

    async def is_there(self, key: JobKey) -> bool:
        return await self._behind(key).is_there(key)

    async def find_reply(self, key: JobKey) -> int | None:
        return await self._behind(key).find_reply(key)

    async def refuse(self, key: JobKey, refusal: Reply, *, topic_id: int | None = None) -> int | None:
        """Raises Undeliverable."""
        return await self._behind(key).refuse(key, refusal, topic_id=topic_id)

    async def say(self, key: JobKey, purpose: str, reply: Reply, *, topic_id: int | None = None) -> None:
        """Raises Undeliverable."""
        if key.door:
            await self._behind(key).refuse(key, reply, topic_id=topic_id)
        else:
            await self._chat.say(key, purpose, reply, topic_id=topic_id)

    async def tell_owner(self, key: JobKey, matter: str) -> None:
        """Raises Undeliverable."""
        await self._accounts.tell_owner(key, matter)

    # --- what only the bot's own chats have -----------------------------------------------------------------------
    async def open_draft(self, key: JobKey, text: str, *, topic_id: int | None = None) -> bool:
        return not key.door and await self._chat.open_draft(key, text, topic_id=topic_id)

    def show_draft(self, key: JobKey, text: str) -> None:
        self._chat.show_draft(key, text)

    async def close_draft(self, key: JobKey) -> None:
        await self._chat.close_draft(key)

    async def change(self, key: JobKey, reply: Reply) -> None:
        """Raises Undeliverable."""
        await self._chat.change(key, reply)

    async def acknowledge(self, query_id: int, text: str) -> None:
        await self._chat.acknowledge(query_id, text)

    async def is_administrator(self, chat_id: int, user_id: int) -> bool:
        return await self._chat.is_administrator(chat_id, user_id)

    async def change_refusal(self, chat_id: int, message_id: int, text: str) -> None:
        """Raises Undeliverable."""
        await self._chat.change_refusal(chat_id, message_id, text)
