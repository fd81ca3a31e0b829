"""Answers that nobody sees but who asked: ephemeral messages in the group, else messages in the private chat.

core.telegram.org/bots/features#ephemeral-messages: a bot that administers a group may send one to any member at any
time; another bot only within 15 seconds of a message that itself was ephemeral. So a placeholder is sent at once, and
becomes the text, for which it is never too late. Telegram does not promise to show them to who is away, and forgets
them; what is sent twice for a crash is there once. Where none can be sent, the private chat is left, if who asked has
one with the bot.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from pyrogram import raw
from pyrogram.errors import RPCError

from voicepipe.conversation.replies import Reply
from voicepipe.domain.asking import Asking, Manner
from voicepipe.domain.jobs import JobKey
from voicepipe.errors import WriteForbidden
from voicepipe.events import BackgroundError, Events
from voicepipe.telegram.chat.entities import raw_entities
from voicepipe.telegram.chat.fetcher import Fetcher
from voicepipe.telegram.chat.parts import messages_of
from voicepipe.telegram.chat.reader import ChatReader
from voicepipe.telegram.chat.sending import FEW_FAULTS, FEW_TRIES, Outgoing, Sender
from voicepipe.telegram.intake.positions import changes_in
from voicepipe.telegram.session.errors import is_about_chat, is_error, name_of
from voicepipe.telegram.session.rpc import Rpc


class Whispers:
    """Speaks to one member of a group. Satisfies the journey's `Answers` for what is for nobody but who asked."""

    def __init__(self, rpc: Rpc, sender: Sender, reader: ChatReader, fetcher: Fetcher, events: Events) -> None:
        self._rpc = rpc
        self._sender = sender
        self._reader = reader
        self._fetcher = fetcher
        self._events = events

    async def say_to(self, user_id: int, key: JobKey, purpose: str, reply: Reply) -> None:
        """Say something in the private chat because of a message elsewhere. Raises Undeliverable."""
        await self._tell(user_id, Outgoing(key=key, purpose=purpose, text=reply.text, buttons=reply.buttons))

    # --- the journey's answers ----------------------------------------------------------------------------------
    async def fetch_media(self, key: JobKey, source: object | None, path: Path) -> None:
        """Raises FetchFailed, DiskFull, SessionEnded and ServiceStopping."""
        await self._fetcher.fetch(key, source if isinstance(source, raw.types.Document) else None, path)

    async def announce(self, key: JobKey, status: Reply, *, topic_id: int | None = None) -> int | None:
        """Put a placeholder into the group; its number among ephemeral messages, None where there is none.

        Raises WriteForbidden where the private chat takes nothing either.
        """
        asking, (message, *_) = _asking(key), messages_of(key, "status", [status], topic_id)
        try:
            return await self._send(asking, message)
        except RPCError as error:
            if not is_error(error, "RANDOM_ID_DUPLICATE"):
                await self._knock(asking.user_id)
        return None

    def show_progress(self, key: JobKey, status_message_id: int, status: Reply) -> None:
        """Telegram does not promise to show every edit: the placeholder stays until there is the text."""

    async def put_answer(
        self, key: JobKey, status_message_id: int | None, replies: Sequence[Reply], *, topic_id: int | None = None
    ) -> Sequence[JobKey]:
        """Raises Undeliverable. Nobody can be pointed to where it is."""
        await self._say(_asking(key), messages_of(key, "answer", replies, topic_id), status_message_id)
        return ()

    async def remove(self, key: JobKey, status_message_id: int) -> None:
        """Take a placeholder away, if Telegram lets us."""
        peer, receiver = await self._rpc.peer(key.chat_id), await self._receiver(_asking(key))
        query = raw.functions.ephemeral.DeleteMessage(peer=peer, receiver_id=receiver, id=status_message_id)
        try:
            await self._rpc.call(query, chat_id=key.chat_id)
        except RPCError as error:
            self._events.emit(BackgroundError("remove status", name_of(error)))

    async def is_there(self, key: JobKey) -> bool:
        return await self._reader.is_there(key)

    async def find_reply(self, key: JobKey) -> int | None:
        """Placeholders can't be looked for."""

    async def refuse(self, key: JobKey, refusal: Reply, *, topic_id: int | None = None) -> int | None:
        """Raises Undeliverable."""
        await self._say(_asking(key), messages_of(key, "refusal", [Reply(refusal.text)], topic_id))
        return None

    # --- how it is done -----------------------------------------------------------------------------------------
    async def _say(self, asking: Asking, messages: Sequence[Outgoing], placeholder: int | None = None) -> None:
        """Say something for good, its beginning in the place of a placeholder. Raises Undeliverable."""
        for number, message in enumerate(messages):
            if message.text:  # a document without a word has its text elsewhere
                await self._put(asking, message, None if number else placeholder)

    async def _put(self, asking: Asking, message: Outgoing, placeholder: int | None) -> None:
        """Say something in the placeholder's place, or beside it, or in private. Raises Undeliverable."""
        if placeholder is not None and await self._turn_into(asking, message, placeholder):
            return
        try:
            await self._send(asking, message)
        except RPCError as error:
            if not is_error(error, "RANDOM_ID_DUPLICATE"):
                await self._tell(asking.user_id, message)

    async def _tell(self, user_id: int, message: Outgoing) -> None:
        """Say it in private. Raises Undeliverable."""
        _require_person(user_id)
        await self._sender.send(replace(message, moved_to=user_id))

    async def _send(self, asking: Asking, message: Outgoing) -> int | None:
        query = raw.functions.ephemeral.SendMessage(
            peer=await self._rpc.peer(message.chat_id),
            receiver_id=await self._receiver(asking),
            message=message.text,
            entities=raw_entities(message.text, message.entities),
            random_id=message.random_id,
            noforwards=message.is_protected or None,
            reply_to=_reply_to(asking, message),
        )
        return _number(await self._rpc.call(query, chat_id=message.chat_id))

    async def _turn_into(self, asking: Asking, message: Outgoing, placeholder: int) -> bool:
        """Whether the placeholder says it now."""
        query = raw.functions.ephemeral.EditMessage(
            peer=await self._rpc.peer(message.chat_id),
            receiver_id=await self._receiver(asking),
            id=placeholder,
            message=message.text,
            entities=raw_entities(message.text, message.entities),
        )
        edit = partial(self._rpc.call, query, chat_id=message.chat_id)
        try:
            await self._sender.insist("answer", edit, tries=FEW_TRIES, faults=FEW_FAULTS)
        except (RPCError, WriteForbidden) as error:
            return isinstance(error, RPCError) and is_error(error, "MESSAGE_NOT_MODIFIED")
        return True

    async def _knock(self, user_id: int) -> None:
        """Raise WriteForbidden unless somebody has a private chat with the bot."""
        _require_person(user_id)
        try:
            peer = await self._rpc.peer(user_id)
            query = raw.functions.messages.SetTyping(peer=peer, action=raw.types.SendMessageTypingAction())
            await self._rpc.call(query, chat_id=user_id)
        except RPCError as error:
            if is_about_chat(error):
                raise WriteForbidden(name_of(error)) from error

    async def _receiver(self, asking: Asking) -> raw.types.InputUser:
        peer = await self._rpc.peer(asking.user_id)
        return raw.types.InputUser(user_id=asking.user_id, access_hash=getattr(peer, "access_hash", 0))


def _asking(key: JobKey) -> Asking:
    asking = Asking.of(key)
    assert asking is not None, "what nobody asked for is for everybody"
    return asking


def _require_person(user_id: int) -> None:
    """Who speaks as a group or channel has no private chat. Raises WriteForbidden."""
    if user_id <= 0:
        raise WriteForbidden("SEND_AS_PEER_INVALID")


def _reply_to(asking: Asking, message: Outgoing) -> raw.base.InputReplyTo:
    if asking.manner is Manner.WHISPERED:
        return raw.types.InputReplyToEphemeralMessage(id=asking.message_id)
    return raw.types.InputReplyToMessage(reply_to_msg_id=message.key.message_id, top_msg_id=message.topic_id)


def _number(updates: Any) -> int | None:
    found = (each for each in changes_in(updates) if isinstance(each, raw.types.UpdateNewEphemeralMessage))
    return next((int(each.message.id) for each in found), None)
