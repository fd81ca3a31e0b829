"""What a bot shows while it is busy: that it is typing, or a live draft."""

from __future__ import annotations

from typing import Any

from pyrogram.raw import functions, types
from pyrogram.raw.core import TLObject

from tests.support.words import utf16_units

from .. import wire
from ..faults import RpcError
from ..world import Chat, ChatKind
from .messages import TEXT_LIMIT
from .peers import writable_chat_of
from .registry import Request, rpc


@rpc(functions.messages.SetTyping)
def set_typing(request: Request, query: functions.messages.SetTyping) -> TLObject[Any]:
    chat = writable_chat_of(request.world, query.peer)
    match query.action:
        case types.SendMessageTextDraftAction() as action:
            _draft(request, chat, action)
        case _:
            request.world.typing(chat)
    return wire.true()


def _draft(request: Request, chat: Chat, action: types.SendMessageTextDraftAction) -> None:
    """core.telegram.org/api/bots/ai#live-response-streaming"""
    if not request.world.takes_drafts:
        raise RpcError(400, "INPUT_CONSTRUCTOR_INVALID")
    if chat.kind is not ChatKind.PRIVATE:
        raise RpcError(400, "PEER_ID_INVALID")
    if not action.random_id:
        raise RpcError(400, "RANDOM_ID_INVALID")
    if utf16_units(action.text.text) > TEXT_LIMIT:
        raise RpcError(400, "MESSAGE_TOO_LONG")
    request.world.draft(
        chat,
        action.random_id,
        action.text.text,
        can_stop=bool(action.can_stop),
        keeps_on_stop=bool(action.keep_on_stop),
    )
