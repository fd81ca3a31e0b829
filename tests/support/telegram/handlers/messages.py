"""Sending, editing, deleting and reading messages, and answering the press of a button."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import accumulate
from typing import Any

from pyrogram.raw import base, functions, types
from pyrogram.raw.core import TLObject

from tests.support.words import utf16_units

from .. import wire
from ..faults import Repetition, RpcError, server_error
from ..watch import CallbackAnswer
from ..world import Change, Chat, ChatKind, Content, Document, Entity, Keyboard, MediaKind, Message, Topic
from .files import uploaded_bytes
from .payments import check_invoice
from .peers import boxed, chat_of, writable_chat_of
from .registry import Request, rpc
from .rich import plain_text, read_rich

TEXT_LIMIT, CAPTION_LIMIT = 4096, 1024
BUTTON_DATA_LIMIT = 64
ENTITIES_LIMIT = 100


@rpc(functions.messages.SendMessage)
def send_message(request: Request, query: functions.messages.SendMessage) -> TLObject[Any]:
    chat = writable_chat_of(request.world, query.peer)
    is_rich = query.rich_message is not None
    if not query.message.strip() and not is_rich:
        raise RpcError(400, "MESSAGE_EMPTY")
    if utf16_units(query.message) > TEXT_LIMIT:
        raise RpcError(400, "MESSAGE_TOO_LONG")
    return _repeated(request, query.random_id) or _send(request, chat, query, None)


@rpc(functions.messages.SendMedia)
def send_media(request: Request, query: functions.messages.SendMedia) -> TLObject[Any]:
    chat = writable_chat_of(request.world, query.peer)
    if utf16_units(query.message) > CAPTION_LIMIT:
        raise RpcError(400, "MEDIA_CAPTION_TOO_LONG")
    if isinstance(query.media, types.InputMediaInvoice):
        check_invoice(query.media, is_link=False)
        return _repeated(request, query.random_id) or _send(request, chat, query, None, query.media)
    return _repeated(request, query.random_id) or _send(request, chat, query, _document(request, query.media))


def _document(request: Request, media: base.InputMedia) -> Document:
    match media:
        case types.InputMediaUploadedDocument():
            return wire.read_document(uploaded_bytes(request.backend, media.file), request.dc, media)
        case types.InputMediaUploadedPhoto():
            content = uploaded_bytes(request.backend, media.file)
            return Document(MediaKind.PHOTO, content, "image/jpeg", request.dc, file_name=media.file.name)
        case types.InputMediaDocument(id=types.InputDocument() as known):
            document = request.world.documents.get(known.id)
            if document is not None and document.access_hash == known.access_hash:
                return document
    raise RpcError(400, "MEDIA_INVALID")


def _send(
    request: Request,
    chat: Chat,
    query: functions.messages.SendMessage | functions.messages.SendMedia,
    document: Document | None,
    invoice: types.InputMediaInvoice | None = None,
) -> TLObject[Any]:
    target, topic = _target(request, chat, query.reply_to)
    if chat.is_general_closed if topic is None else topic.is_closed:
        raise RpcError(406, "TOPIC_CLOSED")
    rich = read_rich(request, getattr(query, "rich_message", None))
    content = Content(
        text=query.message if rich is None else plain_text(rich.blocks),
        rich=rich,
        entities=entities_of(query.message, query.entities),
        document=document,
        reply_to=target,
        topic=topic,
        keyboard=keyboard_of(query.reply_markup),
        is_silent=bool(query.silent),
        is_protected=bool(query.noforwards),
        invoice=invoice,
    )
    change = request.world.post(chat, request.world.bot, content)
    request.backend.sent[query.random_id] = change.messages[0]
    chat.log.skip(request.backend.faults.steps_of_own_messages - 1)
    change = replace(change, pts=chat.log.pts)
    return _confirmation(request, change, query.random_id)


def _confirmation(request: Request, change: Change, random_id: int) -> TLObject[Any]:
    message = change.messages[0]
    is_plain = change.chat.kind is ChatKind.PRIVATE and message.document is None and message.invoice is None
    if not (is_plain and request.backend.faults.short_sent_updates):
        named = types.UpdateMessageID(id=message.id, random_id=random_id)
        return wire.updates(request.world, [change], [named])
    return types.UpdateShortSentMessage(
        out=True,
        id=message.id,
        pts=change.pts,
        pts_count=change.count,
        date=message.date,
        entities=wire.entities(message.entities) or None,
    )


def _repeated(request: Request, random_id: int) -> TLObject[Any] | None:
    """The answer to a random_id that was used before; None for a new one."""
    first, faults = request.backend.sent.get(random_id), request.backend.faults
    if first is None:
        return None
    match faults.repetition:
        case Repetition.REFUSED:
            raise RpcError(faults.random_id_duplicate_code, "RANDOM_ID_DUPLICATE")
        case Repetition.ANSWERED:
            return _confirmation(request, first.chat.log.of(first), random_id)
        case Repetition.FAILS:
            raise server_error()


def _target(request: Request, chat: Chat, reply_to: base.InputReplyTo | None) -> tuple[int | None, Topic | None]:
    """The message that is replied to, and the topic to write in: the message's own, or the one that is named."""
    if not isinstance(reply_to, types.InputReplyToMessage):
        return None, None
    if (topic := chat.topics.get(reply_to.reply_to_msg_id)) is not None:
        return None, _living(topic)
    target = chat.messages.get(reply_to.reply_to_msg_id)
    if target is not None and not target.is_deleted:
        return target.id, target.topic
    if not request.backend.faults.drop_replies_to_deleted:
        raise RpcError(400, "REPLY_MESSAGE_ID_INVALID")
    named = chat.topics.get(reply_to.top_msg_id or 0)
    return None, None if named is None else _living(named)


def _living(topic: Topic) -> Topic:
    if topic.is_deleted:
        raise RpcError(406, "TOPIC_DELETED")
    return topic


@rpc(functions.messages.EditMessage)
def edit_message(request: Request, query: functions.messages.EditMessage) -> TLObject[Any]:
    message = _own_message(request, writable_chat_of(request.world, query.peer), query.id)
    text, entities = message.text, message.entities
    rich = read_rich(request, query.rich_message)
    if rich is not None:
        text, entities = plain_text(rich.blocks), ()
    elif query.message is not None:
        text, entities = query.message, entities_of(query.message, query.entities)
    if not text.strip() and message.document is None:
        raise RpcError(400, "MESSAGE_EMPTY")
    if rich is None and utf16_units(text) > (TEXT_LIMIT if message.document is None else CAPTION_LIMIT):
        raise RpcError(400, "MESSAGE_TOO_LONG")
    keyboard = keyboard_of(query.reply_markup)
    if (text, entities, keyboard) == (message.text, message.entities, message.keyboard):
        raise RpcError(400, "MESSAGE_NOT_MODIFIED")
    if query.message is not None or rich is not None:
        message.rich = rich
    return wire.updates(request.world, [request.world.edit(message, text, entities, keyboard)])


def _own_message(request: Request, chat: Chat, message_id: int) -> Message:
    message = chat.messages.get(message_id)
    if message is None or message.is_deleted:
        raise RpcError(400, "MESSAGE_ID_INVALID")
    if message.sender is not request.world.bot:
        raise RpcError(403, "MESSAGE_AUTHOR_REQUIRED")
    return message


@rpc(functions.messages.DeleteMessages)
def delete_messages(request: Request, query: functions.messages.DeleteMessages) -> TLObject[Any]:
    world = request.world
    found = [world.account_messages[number] for number in query.id if number in world.account_messages]
    if any(world.bot.id not in message.chat.members for message in found):
        raise RpcError(403, "MESSAGE_DELETE_FORBIDDEN")
    return _delete(request, found, world.account_log.pts)


@rpc(functions.channels.DeleteMessages)
def delete_channel_messages(request: Request, query: functions.channels.DeleteMessages) -> TLObject[Any]:
    chat = chat_of(request.world, query.channel)
    found = [chat.messages[number] for number in query.id if number in chat.messages]
    return _delete(request, found, chat.log.pts)


def _delete(request: Request, messages: Iterable[Message], pts: int) -> TLObject[Any]:
    present = [message for message in messages if not message.is_deleted]
    if not present:
        return types.messages.AffectedMessages(pts=pts, pts_count=0)
    change = request.world.delete(present)[0]
    return types.messages.AffectedMessages(pts=change.pts, pts_count=change.count)


@rpc(functions.messages.GetMessages)
def get_messages(request: Request, query: functions.messages.GetMessages) -> TLObject[Any]:
    shown, found = _read(request, request.world.account_messages, query.id)
    return types.messages.Messages(messages=shown, topics=[], **wire.context(request.world, found))


@rpc(functions.channels.GetMessages)
def get_channel_messages(request: Request, query: functions.channels.GetMessages) -> TLObject[Any]:
    chat = chat_of(request.world, query.channel)
    shown, found = _read(request, chat.messages, query.id)
    about = wire.context(request.world, found)
    about["chats"] = [wire.chat(chat)]
    return types.messages.ChannelMessages(pts=chat.log.pts, count=len(shown), messages=shown, topics=[], **about)


def _read(
    request: Request, known: dict[int, Message], wanted: Sequence[base.InputMessage]
) -> tuple[list[base.Message], list[Message]]:
    shown: list[base.Message] = []
    found: list[Message] = []
    for item in (boxed(each, 8) for each in wanted):
        number = getattr(item, "id", 0)
        message = known.get(number)
        if isinstance(item, types.InputMessageReplyTo):
            message = _replied_to(message)
        elif message is not None and request.world.hides(message):
            message = None
        if message is None or (message.is_deleted and request.backend.faults.leave_out_missing):
            if not request.backend.faults.leave_out_missing:
                shown.append(types.MessageEmpty(id=number))
        else:
            found.append(message)
            shown.append(wire.message(request.world, message))
    return shown, found


def _replied_to(message: Message | None) -> Message | None:
    """What a message that the bot sees replies to: shown even where privacy mode hides it."""
    return None if message is None else message.chat.messages.get(message.reply_to or 0)


@rpc(functions.messages.SetBotCallbackAnswer)
def set_bot_callback_answer(request: Request, query: functions.messages.SetBotCallbackAnswer) -> TLObject[Any]:
    press = request.backend.presses.pop(query.query_id, None)
    if press is None:
        raise RpcError(400, "QUERY_ID_INVALID")
    press.answer(CallbackAnswer(query.message or "", alert=bool(query.alert)))
    return wire.true()


# ---------------------------------------------------------------------- what a text and its keyboard may be


def entities_of(text: str, items: list[base.MessageEntity] | None) -> tuple[Entity, ...]:
    """Markup is counted in UTF-16 units, and no bound of it lies within a character of two."""
    entities = wire.read_entities(items)
    if len(entities) > ENTITIES_LIMIT:
        raise RpcError(400, "ENTITIES_TOO_LONG")
    bounds = {0, *accumulate(utf16_units(sign) for sign in text)}
    for entity in entities:
        if entity.length <= 0 or not {entity.offset, entity.offset + entity.length} <= bounds:
            raise RpcError(400, "ENTITY_BOUNDS_INVALID")
    return entities


def keyboard_of(markup: base.ReplyMarkup | None) -> Keyboard:
    keyboard = wire.read_keyboard(markup)
    for row in keyboard:
        for button in row:
            if button.data is not None and not 0 < len(button.data) <= BUTTON_DATA_LIMIT:
                raise RpcError(400, "BUTTON_DATA_INVALID")
    return keyboard
