"""Reacting to messages, as far as the chat allows it: core.telegram.org/api/reactions"""

from __future__ import annotations

from typing import Any

from pyrogram.raw import functions, types
from pyrogram.raw.core import TLObject

from .. import wire
from ..faults import RpcError
from .peers import boxed, chat_of
from .registry import Request, rpc

EVERYWHERE = frozenset(
    "👍👎❤🔥🥰👏😁🤔🤯😱🤬😢🎉🤩🤮💩🙏👌🕊🤡🥱🥴😍🐳🌚🌭💯🤣⚡🍌🏆💔🤨😐🍓🍾💋🖕"
    "😈😴😭🤓👻👀🎃🙈😇😨🤝✍🤗🫡🎅🎄☃💅🤪🗿🆒💘🙉🦄😘💊🙊😎👾🤷😡"
)
"""The emoji that Telegram has reactions for, of those that are one sign."""
MOST_OF_A_BOT = 1


@rpc(functions.messages.SendReaction)
def send_reaction(request: Request, query: functions.messages.SendReaction) -> TLObject[Any]:
    """Set the bot's reactions to a message, in the place of those it had."""
    chat = chat_of(request.world, query.peer)
    message = chat.messages.get(query.msg_id)
    if message is None or message.is_deleted:
        raise RpcError(400, "MESSAGE_ID_INVALID")
    wanted = [getattr(boxed(each, 8), "emoticon", "") for each in query.reaction or []]
    if len(wanted) > MOST_OF_A_BOT:
        raise RpcError(400, "REACTIONS_TOO_MANY")
    allowed = EVERYWHERE if chat.allowed_reactions is None else chat.allowed_reactions
    if any(emoji not in allowed for emoji in wanted):
        raise RpcError(400, "REACTION_INVALID")
    if not wanted and request.world.bot.id not in message.reactions:
        raise RpcError(400, "MESSAGE_NOT_MODIFIED")
    request.world.react(message, request.world.bot, "".join(wanted))
    return types.Updates(updates=[], **wire.context(request.world, [message]), date=message.date, seq=0)
