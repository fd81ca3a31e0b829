"""Where a chat is now: a basic group may become a supergroup, which is another chat with messages of its own.

Telegram then takes nothing more for the group, and tells whoever asks where it went. So a move is asked for when a
message is refused, and survives no restart: the next refusal asks again. What the bot wrote before stays in the group.
"""

from __future__ import annotations

from pyrogram import raw, utils
from pyrogram.errors import RPCError

from voicepipe.telegram.session.rpc import Rpc


class Moves:
    """The groups known to have become supergroups."""

    def __init__(self, rpc: Rpc) -> None:
        self._rpc = rpc
        self._places: dict[int, int] = {}

    def place_of(self, chat_id: int) -> int:
        """Where messages for a chat go, as far as is known."""
        return self._places.get(chat_id, chat_id)

    def has_moved(self, chat_id: int) -> bool:
        return chat_id in self._places

    async def look(self, chat_id: int) -> bool:
        """Whether the chat is elsewhere now; Telegram is asked unless it is known."""
        if chat_id not in self._places and utils.get_peer_type(chat_id) == "chat":
            await self._ask(chat_id)
        return self.has_moved(chat_id)

    async def _ask(self, chat_id: int) -> None:
        try:
            found = await self._rpc.call(raw.functions.messages.GetChats(id=[utils.get_raw_peer_id(chat_id)]))
        except RPCError:
            return  # the bot is not there any more
        for chat in found.chats:
            moved_to = getattr(chat, "migrated_to", None)
            if isinstance(moved_to, raw.types.InputChannel):
                self._places[chat_id] = utils.get_channel_id(moved_to.channel_id)
