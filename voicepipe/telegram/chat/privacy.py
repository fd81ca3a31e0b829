"""Privacy mode: what Telegram hides from the bot in groups: core.telegram.org/bots/features#privacy-mode"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from pyrogram import raw
from pyrogram.errors import RPCError

from voicepipe.telegram.session.rpc import Rpc


class Privacy:
    """Asks Telegram each time: the bot's owner may switch it at any moment."""

    def __init__(self, rpc: Rpc, is_administrator: Callable[[int, int], Awaitable[bool]]) -> None:
        self._rpc = rpc
        self._is_administrator = is_administrator

    async def is_blind_in(self, chat_id: int) -> bool:
        """Whether a group's recordings are hidden from the bot; False also where that can't be known."""
        try:
            (bot,) = await self._rpc.call(raw.functions.users.GetUsers(id=[raw.types.InputUserSelf()]))
        except RPCError:
            return False
        return not bot.bot_chat_history and not await self._is_administrator(chat_id, bot.id)
