"""What a bot offers to whoever types its name."""

from __future__ import annotations

import re
from typing import Any

from pyrogram.raw import base, functions, types
from pyrogram.raw.core import TLObject

from tests.support.words import utf16_units

from .. import wire
from ..faults import RpcError
from ..inline import InlineAnswer, Offer
from .messages import TEXT_LIMIT, entities_of
from .registry import Request, rpc

MOST_RESULTS = 50
OFFSET_BYTES = 64
START_PARAM = re.compile(r"[A-Za-z0-9_-]{1,64}")


@rpc(functions.messages.SetInlineBotResults)
def set_inline_bot_results(request: Request, query: functions.messages.SetInlineBotResults) -> TLObject[Any]:
    question = request.backend.inline.pop(query.query_id, None)
    if question is None:
        raise RpcError(400, "QUERY_ID_INVALID")
    if len(query.results) > MOST_RESULTS:
        raise RpcError(400, "RESULTS_TOO_MUCH")
    if len({result.id for result in query.results}) < len(query.results):
        raise RpcError(400, "RESULT_ID_DUPLICATE")
    if len((query.next_offset or "").encode()) > OFFSET_BYTES:
        raise RpcError(400, "NEXT_OFFSET_INVALID")
    switch = query.switch_pm
    if switch is not None and (not switch.text or not START_PARAM.fullmatch(switch.start_param)):
        raise RpcError(400, "START_PARAM_INVALID")
    question.answer(
        InlineAnswer(
            offers=[_offer(result) for result in query.results],
            next_offset=query.next_offset or "",
            hint="" if switch is None else switch.text,
            start_param="" if switch is None else switch.start_param,
            is_private=bool(query.private),
            cache_time=query.cache_time,
        )
    )
    return wire.true()


def _offer(result: base.InputBotInlineResult) -> Offer:
    if not isinstance(result, types.InputBotInlineResult) or result.type != "article" or not result.title:
        raise RpcError(400, "RESULT_TYPE_INVALID")
    sent = result.send_message
    if not isinstance(sent, types.InputBotInlineMessageText):
        raise RpcError(400, "SEND_MESSAGE_TYPE_INVALID")
    if not sent.message.strip() or utf16_units(sent.message) > TEXT_LIMIT:
        raise RpcError(400, "MESSAGE_TOO_LONG" if sent.message.strip() else "MESSAGE_EMPTY")
    entities_of(sent.message, sent.entities)
    return Offer(result.title, sent.message)
