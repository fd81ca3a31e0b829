"""Progress edits: one at a time in a chat, spaced, and of each message only the latest version."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Protocol

from pyrogram.errors import RPCError

from voicepipe.config.live import LiveConfig
from voicepipe.conversation.replies import Reply
from voicepipe.events import BackgroundError, Events
from voicepipe.log import forget_context
from voicepipe.supervision import end_tasks
from voicepipe.telegram.session.errors import FAULTS


class Edit(Protocol):
    """Changes a message once. Raises RPCError and OSError."""

    async def __call__(self, chat_id: int, message_id: int, status: Reply, *, patient: bool) -> bool: ...


@dataclass(slots=True)
class _ChatEdits:
    """The progress edits of one chat: what waits to be shown, and the task that shows it."""

    waiting: dict[int, Reply] = field(default_factory=dict)
    task: asyncio.Task[None] | None = None
    being_edited: int | None = None
    edited: asyncio.Event = field(default_factory=asyncio.Event)


class ProgressEditor:
    """Shows how far jobs are, no oftener than their chats bear."""

    def __init__(self, edit: Edit, live: LiveConfig, events: Events) -> None:
        self._edit = edit
        self._live = live
        self._events = events
        self._chats: dict[int, _ChatEdits] = {}
        self._unsettled: set[tuple[int, int]] = set()
        """Messages with an edit that got no answer: it may be performed yet."""

    def show(self, chat_id: int, message_id: int, status: Reply) -> None:
        """Change a message some time soon."""
        chat = self._chats.setdefault(chat_id, _ChatEdits())
        chat.waiting[message_id] = status
        if chat.task is None:
            work = self._edit_all(chat_id, chat)
            chat.task = asyncio.create_task(work, name=f"progress in {chat_id}", context=forget_context())

    async def finish(self, chat_id: int, message_id: int) -> bool:
        """Show nothing more in this message; returns once no progress edit of it is under way.

        False if one may be performed yet: its answer did not come, for a time-out or for a lost connection.
        """
        chat = self._chats.get(chat_id)
        if chat is not None:
            chat.waiting.pop(message_id, None)
            if chat.being_edited == message_id:
                await chat.edited.wait()
        is_settled = (chat_id, message_id) not in self._unsettled
        self._unsettled.discard((chat_id, message_id))
        return is_settled

    async def stop(self) -> None:
        """Show nothing more."""
        await end_tasks([chat.task for chat in self._chats.values() if chat.task is not None])

    async def _edit_all(self, chat_id: int, chat: _ChatEdits) -> None:
        try:
            while chat.waiting:
                # The pause comes first: what is answered sooner needs no progress.
                await asyncio.sleep(self._interval_seconds(chat_id))
                if chat.waiting:
                    message_id = next(iter(chat.waiting))
                    await self._edit_one(chat_id, chat, message_id)
        finally:
            del self._chats[chat_id]

    def _interval_seconds(self, chat_id: int) -> float:
        telegram = self._live.telegram
        return telegram.edit_interval_seconds if chat_id > 0 else telegram.group_edit_interval_seconds

    async def _edit_one(self, chat_id: int, chat: _ChatEdits, message_id: int) -> None:
        status = chat.waiting.pop(message_id)
        chat.being_edited = message_id
        chat.edited.clear()
        try:
            await self._edit(chat_id, message_id, status, patient=False)
        except (RPCError, OSError) as error:
            if isinstance(error, (OSError, *FAULTS)):
                self._unsettled.add((chat_id, message_id))
            self._events.emit(BackgroundError("progress edit", type(error).__name__))
        finally:
            chat.being_edited = None
            chat.edited.set()
