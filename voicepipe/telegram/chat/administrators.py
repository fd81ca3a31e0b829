"""Who administers a group, as Telegram tells it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from pyrogram import raw
from pyrogram.errors import RPCError

from voicepipe.domain.messages import SUPERGROUPS_BELOW
from voicepipe.telegram.session.rpc import Rpc

KEPT_SECONDS = 60.0
"""For so long an answer of Telegram's counts: who was dismissed can do no more after that."""
MOST_KEPT = 10_000
PATIENCE_SECONDS = 10.0
"""How long to wait for the answer. Somebody waits for what comes of their press."""
OF_SUPERGROUP = (raw.types.ChannelParticipantAdmin, raw.types.ChannelParticipantCreator)
OF_GROUP = (raw.types.ChatParticipantAdmin, raw.types.ChatParticipantCreator)


class Administrators:
    """Knows for a minute who administers which group. Where Telegram does not tell, nobody does."""

    def __init__(self, rpc: Rpc, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._rpc = rpc
        self._clock = clock
        self._kept: dict[tuple[int, int], tuple[float, bool]] = {}
        """Chat and user -> until when it counts, and what Telegram said."""

    async def is_administrator(self, chat_id: int, user_id: int) -> bool:
        """Whether somebody administers a chat: in private, oneself.

        Who writes in the group's own name is an administrator who stays anonymous; who writes in a channel's name may
        be anybody.
        """
        if chat_id > 0 or user_id <= 0:
            return chat_id == user_id
        until, verdict = self._kept.get((chat_id, user_id), (0.0, False))
        if self._clock() < until:
            return verdict
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                verdict = await self._ask(chat_id, user_id)
        except (OSError, RPCError):  # a time-out is an OSError
            return False
        self._keep((chat_id, user_id), verdict)
        return verdict

    async def _ask(self, chat_id: int, user_id: int) -> bool:
        if chat_id < SUPERGROUPS_BELOW:
            channel, participant = await self._rpc.channel(chat_id), await self._rpc.peer(user_id)
            query = raw.functions.channels.GetParticipant(channel=channel, participant=participant)
            return isinstance((await self._rpc.call(query, patient=False)).participant, OF_SUPERGROUP)
        found = await self._rpc.call(raw.functions.messages.GetFullChat(chat_id=-chat_id), patient=False)
        members = getattr(found.full_chat.participants, "participants", [])
        return any(isinstance(member, OF_GROUP) and member.user_id == user_id for member in members)

    def _keep(self, who: tuple[int, int], verdict: bool) -> None:
        now = self._clock()
        if len(self._kept) >= MOST_KEPT:
            self._kept = {key: kept for key, kept in self._kept.items() if kept[0] > now}
        if len(self._kept) < MOST_KEPT:
            self._kept[who] = (now + KEPT_SECONDS, verdict)
