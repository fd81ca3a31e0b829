"""Sends and edits messages, each exactly once.

Every message sent carries a random_id derived from the message it replies to and its purpose, so a send repeated after
a crash or a time-out is refused by Telegram as a duplicate, which means that it is there. Edits are idempotent. Texts
go out as plain text with no parse mode: a transcript is data, whatever characters it holds.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from hashlib import blake2b, md5
from typing import Any, TypeVar

from pyrogram import raw
from pyrogram.errors import RPCError

from voicepipe.conversation.replies import Button, Document
from voicepipe.domain.connections import Connection
from voicepipe.domain.jobs import JobKey
from voicepipe.domain.markup import Entity
from voicepipe.domain.payments import Invoice
from voicepipe.errors import Undeliverable, WriteForbidden
from voicepipe.events import Events, RequestRetried
from voicepipe.telegram.chat.entities import raw_entities
from voicepipe.telegram.chat.reader import ChatReader
from voicepipe.telegram.chat.rich import rich_message
from voicepipe.telegram.chat.stars import raw_invoice
from voicepipe.telegram.intake.positions import changes_in
from voicepipe.telegram.session.errors import FAULTS, REPLY_REFUSED, is_about_chat, is_error, is_final, name_of, passes
from voicepipe.telegram.session.rpc import Rpc

T = TypeVar("T")

LONGEST_PAUSE_SECONDS = 300.0
FEW_TRIES = 3
"""How often something is asked for that Telegram refuses for a reason nobody knows."""
FEW_FAULTS = 8
"""How often something that can be done without is asked for while Telegram fails: with the pauses, for two minutes."""
FAULTS_AT_ONCE = 3
"""After how many faults, with no pauses to speak of, it is looked whether the message is in the chat all the same."""
PART_BYTES = 512 * 1024
"""Of a file that is uploaded: core.telegram.org/api/files"""
GONE = ("MESSAGE_ID_INVALID", "MSG_ID_INVALID", "MESSAGE_EDIT_TIME_EXPIRED", "MESSAGE_AUTHOR_REQUIRED")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """One message, in reply to another."""

    key: JobKey
    """The message it replies to."""
    topic_id: int | None = None
    """The topic of a forum that it belongs in, also where the message it replies to is gone."""
    moved_to: int | None = None
    """The chat to send it to if that is not the one of `key` any more; nothing there can be replied to."""
    account: Connection | None = None
    """The connected account to write by, in its owner's name; None: the bot writes as itself."""
    purpose: str
    """What makes it another message than the others in reply to the same one."""
    text: str
    entities: Sequence[Entity] = ()
    under: int | None = None
    """The message it replies to, where that is not the one of `key`."""
    is_protected: bool = False
    """Whether nobody may forward or save it."""
    is_rich: bool = False
    """Whether it is a rich message, which may be longer than a plain one."""
    buttons: Sequence[Sequence[Button]] = ()
    document: Document | None = None
    invoice: Invoice | None = None
    """What is to be paid, in the place of a text."""

    @property
    def random_id(self) -> int:
        return random_id(self.key, self.purpose)

    @property
    def chat_id(self) -> int:
        return self.key.chat_id if self.moved_to is None else self.moved_to

    @property
    def targets(self) -> Sequence[raw.types.InputReplyToMessage | None]:
        """What it replies to; where that is refused, the next: the topic, or nothing."""
        if self.moved_to is not None:
            return (None,)
        under = self.key.message_id if self.under is None else self.under
        recording = raw.types.InputReplyToMessage(reply_to_msg_id=under, top_msg_id=self.topic_id)
        if self.account is not None:
            return (recording,)  # in somebody's name nothing is said to what is gone
        if self.topic_id is None:
            return recording, None
        topic = raw.types.InputReplyToMessage(reply_to_msg_id=self.topic_id)
        # In a group, what belongs in a topic is none of the others' business; a private chat has no others.
        return (recording, topic) if self.key.chat_id < 0 else (recording, topic, None)


class Sender:
    """Puts messages into chats."""

    def __init__(self, rpc: Rpc, reader: ChatReader, events: Events) -> None:
        self._rpc = rpc
        self._reader = reader
        self._events = events

    async def send(self, message: Outgoing, *, tries: int = FEW_TRIES, faults: int = FEW_FAULTS) -> int | None:
        """The message's id, or None when it was sent before and its id can't be known.

        Raises Undeliverable; WriteForbidden for a reason that lies in the chat.
        """
        try:
            sent = await self.insist(message.purpose, partial(self._send_once, message), tries=tries, faults=faults)
        except RPCError as error:
            raise Undeliverable(name_of(error)) from error
        if (found := sent if isinstance(sent, int) else _sent_message_id(sent)) is not None:
            return found
        if message.moved_to is not None:  # its numbers there are others
            return None
        # A status may say something else by now.
        return await self._find_sent(message) or await self._reader.find_reply(message.key)

    async def edit(
        self,
        chat_id: int,
        message_id: int,
        text: str | None,
        *,
        entities: Sequence[Entity] = (),
        buttons: Sequence[Sequence[Button]] = (),
        is_rich: bool = False,
        patient: bool = True,
    ) -> bool:
        """Change one of our messages: its text with its markup, or without a text only the buttons below it.

        False when it is not there any more. Raises RPCError, and OSError if not patient.
        """
        query = raw.functions.messages.EditMessage(
            peer=await self._rpc.peer(chat_id),
            id=message_id,
            no_webpage=True,
            **({} if text is None else _words(text, entities, {}, is_rich=is_rich)),
            reply_markup=raw_keyboard(buttons),
        )
        try:
            await self._rpc.call(query, chat_id=chat_id, patient=patient)
        except RPCError as error:
            if is_error(error, "MESSAGE_NOT_MODIFIED"):
                return True
            if is_error(error, *GONE):
                return False
            raise
        return True

    async def delete(self, chat_id: int, message_id: int) -> None:
        """Delete one of our messages; harmless when it is not there. Raises RPCError."""
        if (channel := await self._rpc.channel(chat_id)) is not None:
            await self._rpc.call(raw.functions.channels.DeleteMessages(channel=channel, id=[message_id]))
        else:
            await self._rpc.call(raw.functions.messages.DeleteMessages(id=[message_id], revoke=True))

    async def insist(self, what: str, step: Callable[[], Awaitable[T]], *, tries: int, faults: int) -> T:
        """Try as often as that if Telegram refuses for a reason nobody knows, or fails.

        Raises WriteForbidden for a reason that lies in the chat, or the RPCError that is final, or was the last.
        """
        failures = 0
        while True:
            try:
                return await step()
            except RPCError as error:
                if is_about_chat(error):
                    raise WriteForbidden(name_of(error)) from error
                failures += 1
                if is_final(error) or failures >= (faults if passes(error) else tries):
                    raise
                self._events.emit(RequestRetried(what, name_of(error), failures))
            await asyncio.sleep(min(LONGEST_PAUSE_SECONDS, 2.0 ** (failures - 1)))

    async def _send_once(self, message: Outgoing) -> Any:
        """Telegram's answer to the sending; the message's id, or None for an unknown one, when it was sent before."""
        try:
            return await self._send_reply(message)
        except RPCError as error:
            if is_error(error, "RANDOM_ID_DUPLICATE"):
                return None
            # Some servers say by a fault that they know the random_id, and say so for ever.
            found = await self._find_sent(message) if isinstance(error, FAULTS) else None
            if found is not None:
                return found
            raise

    async def _find_sent(self, message: Outgoing) -> int | None:
        if message.invoice is not None:
            return None  # it has no text to be found by
        return await self._reader.find_sent(message.key, message.text, topic_id=message.topic_id)

    async def _send_reply(self, message: Outgoing) -> Any:
        """Telegram's answer. Raises RPCError; WriteForbidden where nothing can be said in any form."""
        refusal = ""
        for target in message.targets:
            try:
                return await self._call(message, target)
            except RPCError as error:
                # The recording was deleted meanwhile, or can't be replied to; its sender still wants the text.
                if not is_error(error, *REPLY_REFUSED):
                    raise
                refusal = name_of(error)
        raise WriteForbidden(refusal)

    async def _call(self, message: Outgoing, reply_to: raw.base.InputReplyTo | None) -> Any:
        common = {
            "peer": await self._rpc.peer(message.chat_id),
            **_words(message.text, message.entities, await self._people_in(message), is_rich=message.is_rich),
            "random_id": message.random_id,
            # In a group, nobody but who asked waits for it.
            "silent": message.chat_id < 0 or None,
            "noforwards": message.is_protected or None,
            "reply_to": reply_to,
            "reply_markup": raw_keyboard(message.buttons),
        }
        media = await self._media_of(message)
        if media is None:
            query = raw.functions.messages.SendMessage(no_webpage=True, **common)
        else:
            query = raw.functions.messages.SendMedia(media=media, **common)
        if (account := message.account) is None:
            return await self._rpc.call(query, chat_id=message.chat_id, faults=FAULTS_AT_ONCE)
        through = raw.functions.InvokeWithBusinessConnection(connection_id=account.connection_id, query=query)
        return await self._rpc.call(through, chat_id=message.chat_id, faults=FAULTS_AT_ONCE, dc_id=account.dc_id)

    async def _media_of(self, message: Outgoing) -> raw.base.InputMedia | None:
        if message.invoice is not None:
            return raw_invoice(message.invoice)
        return None if message.document is None else await self._upload(message.document, message.random_id)

    async def _people_in(self, message: Outgoing) -> dict[int, raw.types.InputUser]:
        """Those whom the text names and whom Telegram lets the bot name."""
        found = {}
        for user_id in {entity.user_id for entity in message.entities if entity.user_id}:
            with suppress(RPCError):
                peer = await self._rpc.peer(user_id)
                found[user_id] = raw.types.InputUser(user_id=user_id, access_hash=peer.access_hash)
        return found

    async def _upload(
        self, document: Document, file_id: int
    ) -> raw.types.InputMediaUploadedDocument | raw.types.InputMediaUploadedPhoto:
        """Telegram keeps uploaded parts for a while: the same file again replaces them by themselves."""
        content = document.content
        parts = [content[start : start + PART_BYTES] for start in range(0, len(content), PART_BYTES)]
        for number, part in enumerate(parts):
            await self._rpc.call(raw.functions.upload.SaveFilePart(file_id=file_id, file_part=number, bytes=part))
        digest = md5(content, usedforsecurity=False).hexdigest()
        file = raw.types.InputFile(id=file_id, parts=len(parts), name=document.name, md5_checksum=digest)
        if document.is_picture:
            return raw.types.InputMediaUploadedPhoto(file=file)
        return raw.types.InputMediaUploadedDocument(
            file=file,
            mime_type=document.mime_type,
            attributes=[raw.types.DocumentAttributeFilename(file_name=document.name)],
            force_file=True,
        )


def _words(
    text: str, entities: Sequence[Entity], people: Mapping[int, raw.types.InputUser], *, is_rich: bool
) -> dict[str, Any]:
    """A message's text as a request has it."""
    if is_rich:
        return {"message": "", "rich_message": rich_message(text, entities)}
    return {"message": text, "entities": raw_entities(text, entities, people)}


def random_id(key: JobKey, purpose: str) -> int:
    """The same 64-bit id at every try to send this message, and another for every other message."""
    name = f"{key}/{purpose}".encode()
    return int.from_bytes(blake2b(name, digest_size=8).digest(), "little", signed=True)


def raw_keyboard(rows: Sequence[Sequence[Button]]) -> raw.types.ReplyInlineMarkup | None:
    """Rows of buttons in Telegram's own form; None for none."""
    if not rows:
        return None
    return raw.types.ReplyInlineMarkup(
        rows=[raw.types.KeyboardInlineButtonRow(buttons=[_button(button) for button in row]) for row in rows]
    )


def _button(button: Button) -> raw.types.KeyboardInlineButton:
    action: raw.base.InlineButtonType = raw.types.InlineButtonTypeCallback(data=button.data.encode())
    if button.url:
        action = raw.types.InlineButtonTypeUrl(url=button.url)
    return raw.types.KeyboardInlineButton(text=button.text, type=action)


def _sent_message_id(updates: Any) -> int | None:
    """The id that Telegram gave the message just sent, if it says so."""
    if isinstance(updates, raw.types.UpdateShortSentMessage):
        return int(updates.id)
    for update in changes_in(updates):
        if isinstance(update, raw.types.UpdateMessageID):
            return int(update.id)
        if isinstance(update, raw.types.UpdateBotNewBusinessMessage):
            return int(update.message.id)
    return None
