"""Puts texts into chats: replies, edits and long answers, each message exactly once.

Every message sent carries a random_id derived from the message it replies to and its purpose, so a send repeated after
a crash or a time-out is refused by Telegram as a duplicate, which means that it is there. Edits are idempotent. Texts
go out as plain text with no parse mode: a transcript is data, whatever characters it holds.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from hashlib import blake2b
from typing import Any, TypeVar

from pyrogram import raw
from pyrogram.errors import RPCError

from voicepipe.config import TelegramConfig
from voicepipe.domain.jobs import JobKey
from voicepipe.errors import Undeliverable
from voicepipe.events import BackgroundError, Events, RequestRetried
from voicepipe.supervision import end_tasks
from voicepipe.telegram.intake.inbox import changes_in
from voicepipe.telegram.session.client import BotClient
from voicepipe.telegram.session.requests import FAULTS, Requests, is_about_chat, is_error, name_of

T = TypeVar("T")

MESSAGE_UNITS = 4096
"""Most UTF-16 code units in one message: core.telegram.org/api/config (message_length_max)."""
_GOES_ON = " …"
MESSAGES_AT_ONCE = 100
"""Most messages that can be asked for in one request."""
LONGEST_PAUSE_SECONDS = 300.0
TRIES = 3
"""How often something is asked for that Telegram refuses for no reason that lies in the chat."""
ANSWER_TRIES = 300
"""The same for an answer, which is there already: with the pauses, for about a day."""
LATE_EDIT_SECONDS = 5.0
"""How long after its time-out a request may still be performed."""
SEARCHED_MESSAGES = 2000
"""How far behind a message a reply to it is looked for whose id was lost; all private chats count together."""


class Messenger:
    """Sends and edits the bot's messages."""

    def __init__(self, client: BotClient, requests: Requests, config: TelegramConfig, events: Events) -> None:
        self._client = client
        self._requests = requests
        self._events = events
        self._editor = _ProgressEditor(self, config, events)

    async def stop(self) -> None:
        await self._editor.stop()

    async def reply(self, key: JobKey, purpose: str, text: str) -> int | None:
        """Reply to a message; the reply's id, or None when it was sent before and its id can't be known.

        Raises Undeliverable.
        """
        return await self._reply(key, purpose, text, TRIES)

    async def _reply(self, key: JobKey, purpose: str, text: str, tries: int) -> int | None:
        faults = 1 if tries == TRIES else tries
        try:
            sent = await self._insist(purpose, partial(self._send_once, key, purpose, text), tries, faults)
        except RPCError as error:
            raise Undeliverable(name_of(error)) from error
        found = _sent_message_id(sent)
        return await self.find_reply(key) if found is None else found

    async def _insist(self, what: str, step: Callable[[], Awaitable[T]], tries: int, faults: int) -> T:
        """Try as often as that if Telegram refuses, or fails, for no reason that lies in the chat.

        Raises Undeliverable for one that does, or the last RPCError.
        """
        failures = 0
        while True:
            try:
                return await step()
            except RPCError as error:
                if is_about_chat(error):
                    raise Undeliverable(name_of(error)) from error
                failures += 1
                if failures >= (faults if isinstance(error, FAULTS) else tries):
                    raise
                self._events.emit(RequestRetried(what, name_of(error), failures))
            await asyncio.sleep(min(LONGEST_PAUSE_SECONDS, 2.0 ** (failures - 1)))

    async def _send_once(self, key: JobKey, purpose: str, text: str) -> Any:
        """Telegram's answer to the sending; None when it was sent before."""
        try:
            return await self._send_reply(key, purpose, text)
        except RPCError as error:
            if is_error(error, "RANDOM_ID_DUPLICATE"):
                return None
            raise

    async def _send_reply(self, key: JobKey, purpose: str, text: str) -> Any:
        try:
            return await self._send(key, purpose, text, is_reply=True)
        except RPCError as error:
            if not is_error(error, "REPLY_MESSAGE_ID_INVALID", "REPLY_TO_INVALID", "MESSAGE_ID_INVALID"):
                raise
        # The recording was deleted meanwhile; its sender still wants the text.
        return await self._send(key, purpose, text, is_reply=False)

    async def edit(self, chat_id: int, message_id: int, text: str, *, patient: bool = True) -> bool:
        """Change one of our messages; False when it is not there any more. Raises RPCError."""
        query = raw.functions.messages.EditMessage(
            peer=await self._requests.peer(chat_id), id=message_id, message=text, no_webpage=True
        )
        try:
            await self._requests.call(query, chat_id=chat_id, patient=patient)
        except RPCError as error:
            if is_error(error, "MESSAGE_NOT_MODIFIED"):
                return True
            if is_error(error, "MESSAGE_ID_INVALID", "MESSAGE_EDIT_TIME_EXPIRED", "MESSAGE_AUTHOR_REQUIRED"):
                return False
            raise
        return True

    def show_progress(self, key: JobKey, message_id: int, text: str) -> None:
        """Change a status some time soon, no oftener than the chat bears; only the latest text counts."""
        self._editor.show(key.chat_id, message_id, beginning(text))

    async def answer(self, key: JobKey, status_message_id: int | None, text: str) -> None:
        """Turn the status into the answer's first part and send the others behind it. Raises Undeliverable."""
        first, *others = split_text(text)
        is_settled = status_message_id is None or await self._editor.finish(key.chat_id, status_message_id)
        if status_message_id is None or not await self._turn_into(key, status_message_id, first):
            await self._reply(key, "answer", first, ANSWER_TRIES)
        for number, part in enumerate(others, start=1):
            await self._reply(key, f"answer {number}", part, ANSWER_TRIES)
        if status_message_id is not None and not is_settled:
            await asyncio.sleep(LATE_EDIT_SECONDS)
            await self._turn_into(key, status_message_id, first)

    async def _turn_into(self, key: JobKey, message_id: int, text: str) -> bool:
        """Make the status the answer; False where that can't be done, but the chat could be written to."""
        try:
            # Not given up for a fault: it may have been performed, and then the text would be there twice.
            return await self._insist("answer", partial(self.edit, key.chat_id, message_id, text), TRIES, ANSWER_TRIES)
        except RPCError as error:
            self._events.emit(BackgroundError("edit answer", name_of(error)))
            return False

    def forget_peer(self, user_id: int) -> None:
        """Leave nothing of a user in the session's file; who writes again is met anew."""
        self._client.storage.forget(user_id)

    async def _send(self, key: JobKey, purpose: str, text: str, *, is_reply: bool) -> Any:
        query = raw.functions.messages.SendMessage(
            peer=await self._requests.peer(key.chat_id),
            message=text,
            random_id=random_id(key, purpose),
            no_webpage=True,
            reply_to=raw.types.InputReplyToMessage(reply_to_msg_id=key.message_id) if is_reply else None,
        )
        return await self._requests.call(query, chat_id=key.chat_id)

    async def find_reply(self, key: JobKey) -> int | None:
        """The id of our own first reply to a message; None when there is none, or none is found."""
        for start in range(key.message_id + 1, key.message_id + SEARCHED_MESSAGES, MESSAGES_AT_ONCE):
            try:
                found = await self.get_messages(key.chat_id, list(range(start, start + MESSAGES_AT_ONCE)))
            except RPCError:
                return None
            for message in found:
                if message.out and getattr(message.reply_to, "reply_to_msg_id", None) == key.message_id:
                    return int(message.id)
            if not found:
                return None
        return None

    async def get_messages(self, chat_id: int, message_ids: list[int]) -> list[raw.types.Message]:
        """Those of the messages that exist, as Telegram has them now. Raises RPCError."""
        found = await self.read(chat_id, message_ids)
        return [message for message in found.messages if isinstance(message, raw.types.Message)]

    async def read(self, chat_id: int, message_ids: list[int]) -> Any:
        """The messages, with the people they are from, in Telegram's own form. Raises RPCError."""
        ids = [raw.types.InputMessageID(id=message_id) for message_id in message_ids]
        peer = await self._requests.peer(chat_id)
        if isinstance(peer, raw.types.InputPeerChannel):
            channel = raw.types.InputChannel(channel_id=peer.channel_id, access_hash=peer.access_hash)
            return await self._requests.call(raw.functions.channels.GetMessages(channel=channel, id=ids))
        return await self._requests.call(raw.functions.messages.GetMessages(id=ids))


@dataclass(slots=True)
class _ChatEdits:
    """The progress edits of one chat: what waits to be shown, and the task that shows it."""

    waiting: dict[int, str] = field(default_factory=dict)
    task: asyncio.Task[None] | None = None
    being_edited: int | None = None
    edited: asyncio.Event = field(default_factory=asyncio.Event)


class _ProgressEditor:
    """Coalesces progress edits: one at a time in a chat, spaced, the latest text of each message wins."""

    def __init__(self, messenger: Messenger, config: TelegramConfig, events: Events) -> None:
        self._messenger = messenger
        self._config = config
        self._events = events
        self._chats: dict[int, _ChatEdits] = {}
        self._unsettled: set[tuple[int, int]] = set()
        """Messages with an edit that got no answer: it may be performed yet."""

    def show(self, chat_id: int, message_id: int, text: str) -> None:
        chat = self._chats.setdefault(chat_id, _ChatEdits())
        chat.waiting[message_id] = text
        if chat.task is None:
            chat.task = asyncio.create_task(self._edit_all(chat_id, chat), name=f"progress in {chat_id}")

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
        await end_tasks([chat.task for chat in self._chats.values() if chat.task is not None])

    async def _edit_all(self, chat_id: int, chat: _ChatEdits) -> None:
        interval = self._config.edit_interval_seconds if chat_id > 0 else self._config.group_edit_interval_seconds
        try:
            while chat.waiting:
                # The pause comes first: what is answered sooner needs no progress.
                await asyncio.sleep(interval)
                if chat.waiting:
                    message_id = next(iter(chat.waiting))
                    await self._edit(chat_id, chat, message_id, chat.waiting.pop(message_id))
        finally:
            del self._chats[chat_id]

    async def _edit(self, chat_id: int, chat: _ChatEdits, message_id: int, text: str) -> None:
        chat.being_edited = message_id
        chat.edited.clear()
        try:
            await self._messenger.edit(chat_id, message_id, text, patient=False)
        except (RPCError, OSError) as error:
            if isinstance(error, (OSError, *FAULTS)):
                self._unsettled.add((chat_id, message_id))
            self._events.emit(BackgroundError("progress edit", type(error).__name__))
        finally:
            chat.being_edited = None
            chat.edited.set()


def random_id(key: JobKey, purpose: str) -> int:
    """The same 64-bit id at every try to send this message, and another for every other message."""
    name = f"{key.chat_id}/{key.message_id}/{purpose}".encode()
    return int.from_bytes(blake2b(name, digest_size=8).digest(), "little", signed=True)


def split_text(text: str, limit: int = MESSAGE_UNITS) -> list[str]:
    """The text in parts of at most `limit` UTF-16 units, cut at a line's or sentence's end or between words."""
    parts = []
    rest = text.strip()
    while _units(rest) > limit:
        cut = _cut_position(rest, limit)
        parts.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [*parts, rest]


def beginning(text: str) -> str:
    """As much of a text as fits one message, with a sign that it goes on."""
    if _units(text) <= MESSAGE_UNITS:
        return text
    # A character is at least one unit: what lies further on need not be looked at.
    cut = _cut_position(text[:MESSAGE_UNITS], MESSAGE_UNITS - _units(_GOES_ON))
    return text[:cut].rstrip() + _GOES_ON


def _cut_position(text: str, limit: int) -> int:
    """How many characters of a too long text make the first part."""
    # Characters outside the Basic Multilingual Plane take two units: shorten until the rest fits.
    most = limit
    while _units(text[:most]) > limit:
        most -= (_units(text[:most]) - limit + 1) // 2
    head = text[:most]
    for mark in ("\n", ". ", "! ", "? ", "… ", " "):
        # A cut in the first half would make parts needlessly short.
        if (position := head.rfind(mark)) > most // 2:
            return position + len(mark)
    return most


def _units(text: str) -> int:
    """Length in UTF-16 code units, in which Telegram counts."""
    return len(text.encode("utf-16-le")) // 2


def _sent_message_id(updates: Any) -> int | None:
    """The id that Telegram gave the message just sent, if it says so."""
    if isinstance(updates, raw.types.UpdateShortSentMessage):
        return int(updates.id)
    ids = (int(update.id) for update in changes_in(updates) if isinstance(update, raw.types.UpdateMessageID))
    return next(ids, None)
