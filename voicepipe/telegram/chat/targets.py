"""Finds the recording that somebody asks for: replied to, shown from another chat, or in the very message.

Telegram shows a bot what a message replies to also where privacy mode hides it, if it is asked by the reply.
"""

from __future__ import annotations

from dataclasses import replace

from pyrogram import raw
from pyrogram.errors import RPCError

from voicepipe.conversation.requests import Verdict
from voicepipe.domain.jobs import JobKey, Recording
from voicepipe.domain.messages import Remark
from voicepipe.domain.people import Person
from voicepipe.telegram.chat.reader import ChatReader, document_of
from voicepipe.telegram.intake.documents import has_expired, recording_kind
from voicepipe.telegram.intake.reading import chat_id as peer_id
from voicepipe.telegram.intake.reading import recording_in


class Targets:
    """Reads what remarks are about."""

    def __init__(self, reader: ChatReader) -> None:
        self._reader = reader

    async def find_recording(self, remark: Remark) -> Recording | Verdict:
        """The recording, as its message's and its sender's; a verdict where there is none."""
        target_id = remark.key.message_id if remark.is_caption or remark.brings_recording else remark.replies_to
        if target_id is None:
            return Verdict.NOTHING
        asking_id = None if remark.is_whispered else remark.key.message_id
        try:
            found = await self._reader.read_replied(remark.key.chat_id, target_id, asking_id)
        except RPCError:
            return Verdict.GONE
        message = next((each for each in found.messages if _is_there(each, target_id)), None)
        if message is None:
            return Verdict.GONE
        return _recording(message, found)

    async def find_recording_of(self, key: JobKey) -> Recording | None:
        """The recording of a job, if it is still there."""
        try:
            found = await self._reader.read_recording(key)
        except RPCError:
            return None
        message = next((each for each in found.messages if _is_there(each, key.message_id)), None)
        recording = None if message is None else _recording(message, found)
        return recording if isinstance(recording, Recording) else None

    async def find_own_recording(self, chat_id: int, message_id: int, person: Person) -> Recording | None:
        """The recording in a message, if it is this person's."""
        try:
            found = await self._reader.read(chat_id, [message_id])
        except RPCError:
            return None
        message = next((each for each in found.messages if _is_there(each, message_id)), None)
        recording = None if message is None else _recording(message, found)
        if not isinstance(recording, Recording) or recording.person.user_id != person.user_id:
            return None
        return replace(recording, person=person)

    async def find_author(self, chat_id: int, message_id: int) -> int | None:
        """Who wrote a message, or wrote it first where it was forwarded; None where Telegram does not tell."""
        try:
            found = await self._reader.read(chat_id, [message_id])
        except RPCError:
            return None
        message = next((each for each in found.messages if _is_there(each, message_id)), None)
        return None if message is None else _author(message)

    async def find_answer(self, key: JobKey, message_id: int | None) -> int | None:
        """The bot's message that a job was answered by, if it is still there; `message_id` where that is known."""
        try:
            if message_id is None:
                return await self._reader.find_reply(key)
            return await self._reader.find_own(key.chat_id, message_id)
        except RPCError:
            return None


def _is_there(message: raw.base.Message, message_id: int) -> bool:
    return isinstance(message, raw.types.Message) and message.id == message_id


def _author(message: raw.types.Message) -> int | None:
    forwarded = message.fwd_from
    if forwarded is not None:
        return None if forwarded.from_id is None else peer_id(forwarded.from_id)
    return peer_id(message.from_id or message.peer_id)


def _recording(message: raw.types.Message, found: raw.base.messages.Messages) -> Recording | Verdict:
    document = document_of(message)
    # What may or may not be a recording is tried: somebody thinks that it is one.
    kind = None if document is None else recording_kind(document, is_private=True)
    if document is None or kind is None:
        return Verdict.EXPIRED if has_expired(message) else Verdict.NOTHING
    is_protected = message.noforwards or any(getattr(chat, "noforwards", False) for chat in found.chats)
    return recording_in(message, document, kind, {}, is_protected=bool(is_protected))
