"""Live drafts: in a private chat, the text appears as it is recognised, with Telegram's own button to stop it.

A draft is no message: it is gone half a minute after it was last shown, or with the bot's next message. So it is shown
again and again, and nothing rests on it. A chat shows one at a time: the job that has it keeps it until it is closed.
core.telegram.org/api/bots/ai#live-response-streaming
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from pyrogram import raw
from pyrogram.errors import RPCError

from voicepipe.domain.jobs import JobKey
from voicepipe.events import BackgroundError, Events
from voicepipe.supervision import end_tasks
from voicepipe.telegram.chat.sending import random_id
from voicepipe.telegram.chat.splitting import ending
from voicepipe.telegram.session.errors import is_about_chat, name_of
from voicepipe.telegram.session.rpc import Rpc

INTERVAL_SECONDS = 1.0
"""Shortest time between two versions of a draft."""
KEPT_SECONDS = 20.0
"""How long a draft is left as it is; a client takes it away after 30 s."""
PATIENCE_SECONDS = 3.0
"""How long a first version may take before a message takes its place."""
REFUSED_SECONDS = 600.0
"""How long no draft is tried after Telegram has refused one for no reason that lies in its chat."""


@dataclass(slots=True, eq=False)
class _Draft:
    key: JobKey
    topic_id: int | None
    text: str
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    task: asyncio.Task[None] | None = None

    @property
    def id(self) -> int:
        """The same for the job in every life of the service; never 0."""
        return random_id(self.key, "draft") or 1


class Drafts:
    """The drafts of all chats."""

    def __init__(self, rpc: Rpc, events: Events, clock: Callable[[], float] = time.monotonic) -> None:
        self._rpc = rpc
        self._events = events
        self._clock = clock
        self._by_chat: dict[int, _Draft] = {}
        self._refused_until = 0.0

    async def open(self, key: JobKey, text: str, *, topic_id: int | None = None) -> bool:
        """Show a draft for a job; False where there can't be one, or another job's is there."""
        if key.chat_id in self._by_chat or self._clock() < self._refused_until:
            return False
        draft = self._by_chat[key.chat_id] = _Draft(key, topic_id, text)
        try:
            if await self._is_taken(draft):
                draft.task = asyncio.create_task(self._keep(draft), name=f"draft of {key}")
        finally:
            if draft.task is None:
                del self._by_chat[key.chat_id]
        return draft.task is not None

    def show(self, key: JobKey, text: str) -> None:
        """Change a job's draft some time soon; only the latest text counts. Nothing happens where it has none."""
        draft = self._of(key)
        if draft is not None and draft.text != text:
            draft.text = text
            draft.changed.set()

    async def close(self, key: JobKey) -> None:
        """Show a job's draft no longer; returns once no version of it is under way. Harmless where it has none."""
        draft = self._of(key)
        if draft is not None and draft.task is not None:
            await end_tasks([draft.task])
            del self._by_chat[key.chat_id]

    async def stop(self) -> None:
        """Show nothing more."""
        await end_tasks([draft.task for draft in self._by_chat.values() if draft.task is not None])

    def whose(self, chat_id: int, draft_id: int) -> JobKey | None:
        """The job of a draft that is shown in a chat."""
        draft = self._by_chat.get(chat_id)
        return draft.key if draft is not None and draft.id == draft_id else None

    def _of(self, key: JobKey) -> _Draft | None:
        draft = self._by_chat.get(key.chat_id)
        return draft if draft is not None and draft.key == key else None

    async def _is_taken(self, draft: _Draft) -> bool:
        """Whether Telegram takes a first version."""
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await self._put(draft)
        except OSError:
            return False
        except RPCError as error:
            if not is_about_chat(error):
                self._refused_until = self._clock() + REFUSED_SECONDS
            self._events.emit(BackgroundError("draft", name_of(error)))
            return False
        return True

    async def _keep(self, draft: _Draft) -> None:
        """Show each change of it, and at times the same again."""
        while True:
            await asyncio.sleep(INTERVAL_SECONDS)
            try:
                async with asyncio.timeout(KEPT_SECONDS):
                    await draft.changed.wait()
            except TimeoutError:
                pass
            draft.changed.clear()
            try:
                await self._put(draft)
            except (OSError, RPCError) as error:
                self._events.emit(BackgroundError("draft", type(error).__name__))

    async def _put(self, draft: _Draft) -> None:
        """Raises RPCError and OSError."""
        action = raw.types.SendMessageTextDraftAction(
            random_id=draft.id,
            text=raw.types.TextWithEntities(text=ending(draft.text), entities=[]),
            can_stop=True,
            keep_on_stop=True,
        )
        query = raw.functions.messages.SetTyping(
            peer=await self._rpc.peer(draft.key.chat_id), action=action, top_msg_id=draft.topic_id
        )
        await self._rpc.call(query, chat_id=draft.key.chat_id, patient=False)
