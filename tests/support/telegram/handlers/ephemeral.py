"""Messages in a group that one member alone sees: core.telegram.org/bots/features#ephemeral-messages

A bot that is an administrator may send one to any member at any time, another bot only in answer to an ephemeral
command, and not later than 15 s after it. To edit one is never too late.
"""

from __future__ import annotations

import time
from typing import Any

from pyrogram.raw import functions, types
from pyrogram.raw.core import TLObject

from tests.support.words import utf16_units

from .. import wire
from ..faults import RpcError
from ..world import Chat, ChatKind, Ephemeral, Person
from .peers import person_of, writable_chat_of
from .registry import Request, rpc

TEXT_LIMIT = 4096
PATIENCE_SECONDS = 15.0


@rpc(functions.ephemeral.SendMessage)
def send_message(request: Request, query: functions.ephemeral.SendMessage) -> TLObject[Any]:
    chat, receiver = _place(request, query)
    _require_text(query.message)
    if query.random_id in request.backend.whispered:
        raise RpcError(request.backend.faults.random_id_duplicate_code, "RANDOM_ID_DUPLICATE")
    _require_right(request, chat, receiver, query.reply_to)
    whispered = request.world.whisper(chat, request.world.bot, receiver, query.message)
    whispered.is_protected = bool(query.noforwards)
    match query.reply_to:
        case types.InputReplyToEphemeralMessage(id=number):
            whispered.reply_to_ephemeral = number
        case types.InputReplyToMessage(reply_to_msg_id=number):
            if number not in chat.messages or chat.messages[number].is_deleted:
                raise RpcError(400, "REPLY_MESSAGE_ID_INVALID")
            whispered.reply_to, whispered.topic = number, chat.messages[number].topic
    request.backend.whispered[query.random_id] = whispered
    return wire.whispered(request.world, types.UpdateNewEphemeralMessage, whispered)


@rpc(functions.ephemeral.EditMessage)
def edit_message(request: Request, query: functions.ephemeral.EditMessage) -> TLObject[Any]:
    chat, receiver = _place(request, query)
    _require_text(query.message or "")
    whispered = _own(request, chat, receiver, query.id)
    if whispered.text == query.message:
        raise RpcError(400, "MESSAGE_NOT_MODIFIED")
    request.world.whisper_again(whispered, query.message or "")
    return wire.whispered(request.world, types.UpdateEditEphemeralMessage, whispered)


@rpc(functions.ephemeral.DeleteMessage)
def delete_message(request: Request, query: functions.ephemeral.DeleteMessage) -> TLObject[Any]:
    chat, receiver = _place(request, query)
    _own(request, chat, receiver, query.id).is_deleted = True
    return wire.true()


def _place(
    request: Request,
    query: functions.ephemeral.SendMessage | functions.ephemeral.EditMessage | functions.ephemeral.DeleteMessage,
) -> tuple[Chat, Person]:
    if query.peer is None:
        raise RpcError(400, "PEER_ID_INVALID")
    chat, receiver = writable_chat_of(request.world, query.peer), person_of(request.world, query.receiver_id)
    if chat.kind is ChatKind.PRIVATE or chat.is_broadcast:
        raise RpcError(400, "PEER_ID_INVALID")
    if receiver.is_bot or receiver.id not in chat.members:
        raise RpcError(400, "USER_NOT_PARTICIPANT")
    return chat, receiver


def _require_text(text: str) -> None:
    if not text.strip():
        raise RpcError(400, "MESSAGE_EMPTY")
    if utf16_units(text) > TEXT_LIMIT:
        raise RpcError(400, "MESSAGE_TOO_LONG")


def _require_right(request: Request, chat: Chat, receiver: Person, reply_to: object) -> None:
    if request.world.bot.id in chat.administrators:
        return
    number = reply_to.id if isinstance(reply_to, types.InputReplyToEphemeralMessage) else None
    asked = next((each for each in chat.ephemerals if each.id == number and each.sender is receiver), None)
    if asked is None or time.monotonic() - asked.at > PATIENCE_SECONDS:
        raise RpcError(403, "CHAT_ADMIN_REQUIRED")


def _own(request: Request, chat: Chat, receiver: Person, number: int) -> Ephemeral:
    for each in chat.ephemerals:
        is_own = each.sender is request.world.bot and each.receiver is receiver
        if each.id == number and is_own and not each.is_deleted:
            return each
    raise RpcError(400, "MESSAGE_ID_INVALID")
