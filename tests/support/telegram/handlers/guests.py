"""What a bot posts where it is a guest: each query is answered once, and that message can be changed."""

from __future__ import annotations

import secrets
from typing import Any

from pyrogram.raw import base, functions, types
from pyrogram.raw.core import TLObject

from tests.support.words import utf16_units

from .. import wire
from ..faults import RpcError
from ..world import Content, Entity, Keyboard
from .messages import TEXT_LIMIT, entities_of, keyboard_of
from .registry import Request, rpc


@rpc(functions.messages.SetBotGuestChatResult)
def set_bot_guest_chat_result(request: Request, query: functions.messages.SetBotGuestChatResult) -> TLObject[Any]:
    asked = request.backend.guests.by_id.get(query.query_id)
    if asked is None or asked.is_over or asked.answer is not None:
        raise RpcError(400, "QUERY_ID_INVALID")
    chat = asked.asked.chat
    if chat.refusal is not None:
        raise RpcError(*chat.refusal)
    text, entities, keyboard = _content(query.result)
    content = Content(text=text, entities=entities, keyboard=keyboard, reply_to=asked.asked.id)
    asked.access_hash = secrets.randbits(60)
    asked.answer = request.world.post(chat, request.world.bot, content).messages[0]
    return wire.place(asked)


def _content(result: base.InputBotInlineResult) -> tuple[str, tuple[Entity, ...], Keyboard]:
    if not isinstance(result, types.InputBotInlineResult) or result.type != "article" or not result.title:
        raise RpcError(400, "RESULT_TYPE_INVALID")
    sent = result.send_message
    if not isinstance(sent, types.InputBotInlineMessageText):
        raise RpcError(400, "SEND_MESSAGE_TYPE_INVALID")
    return _checked(sent.message), entities_of(sent.message, sent.entities), keyboard_of(sent.reply_markup)


def _checked(text: str) -> str:
    if not text.strip():
        raise RpcError(400, "MESSAGE_EMPTY")
    if utf16_units(text) > TEXT_LIMIT:
        raise RpcError(400, "MESSAGE_TOO_LONG")
    return text


@rpc(functions.messages.EditInlineBotMessage)
def edit_inline_bot_message(request: Request, query: functions.messages.EditInlineBotMessage) -> TLObject[Any]:
    place = query.id
    asked = None
    # At another data centre nobody knows the message.
    if isinstance(place, types.InputBotInlineMessageID64):
        asked = request.backend.guests.answered_by(request.dc, place.access_hash)
    if asked is None or asked.answer is None or asked.answer.is_deleted:
        raise RpcError(400, "MESSAGE_ID_INVALID")
    message, text = asked.answer, _checked(query.message or "")
    entities, keyboard = entities_of(text, query.entities), keyboard_of(query.reply_markup)
    if (text, entities, keyboard) == (message.text, message.entities, message.keyboard):
        raise RpcError(400, "MESSAGE_NOT_MODIFIED")
    request.world.edit(message, text, entities, keyboard)
    return wire.true()
