"""Signs without a word: reactions that say that the bot is at work, or that there will be no text.

Which reactions a chat allows its administrators choose, so Telegram is asked; where none of ours is among them, there
is no sign. A bot may set one reaction under a message, and a new one takes the place of the last.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import Any

from pyrogram import raw, utils
from pyrogram.errors import RPCError

from voicepipe.domain.jobs import JobKey
from voicepipe.domain.messages import Sign
from voicepipe.errors import WriteForbidden
from voicepipe.events import BackgroundError, Events
from voicepipe.telegram.chat.moves import Moves
from voicepipe.telegram.session.errors import is_about_chat, is_error, name_of
from voicepipe.telegram.session.rpc import Rpc

EMOJI: dict[Sign, Sequence[str]] = {
    Sign.WORKING: ("👀", "✍", "👨‍💻", "🤔", "👌"),
    Sign.REFUSED: ("🤷", "🤷‍♂", "🤷‍♀", "🙊", "🙈", "😢", "💔"),
    Sign.NONE: (),
}
"""Telegram's own emoji for each sign, the best first."""
KEPT_SECONDS = 600.0
"""For so long it counts which reactions a chat allows."""
MOST_KEPT = 10_000
PATIENCE_SECONDS = 5.0
"""How long a sign may take: nobody waits for one."""
HARMLESS = ("MESSAGE_NOT_MODIFIED", "MESSAGE_ID_INVALID", "MSG_ID_INVALID")
"""It has that sign already, or none; or it is not there any more."""


class Signs:
    """Sets signs, as far as chats allow them; what can't be set is left. Satisfies the journey's `Signs`."""

    def __init__(self, rpc: Rpc, moves: Moves, events: Events, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._rpc = rpc
        self._moves = moves
        self._events = events
        self._clock = clock
        self._allowed: dict[int, tuple[float, frozenset[str] | None]] = {}
        """Until when it counts, and which emoji are allowed in a chat; None: all."""

    async def show_work(self, key: JobKey, *, topic_id: int | None = None) -> None:
        """Show that the bot is at work on a recording.

        Raises WriteForbidden: Telegram says by the way whether it will take an answer. A group that is a supergroup by
        now takes it there.
        """
        action = raw.types.SendMessageTypingAction()
        try:
            peer = await self._rpc.peer(key.chat_id)
            query = raw.functions.messages.SetTyping(peer=peer, action=action, top_msg_id=topic_id)
            await self._rpc.call(query, chat_id=key.chat_id)
        except RPCError as error:
            if is_about_chat(error):
                if await self._moves.look(key.chat_id):
                    return
                raise WriteForbidden(name_of(error)) from error
        await self.show(key, Sign.WORKING)

    async def show(self, key: JobKey, sign: Sign) -> None:
        """Put a sign under a message, in the place of another one."""
        chat_id = key.chat_id
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await self._show(chat_id, key.message_id, sign)
        except RPCError as error:
            if not is_error(error, *HARMLESS):
                self._allowed.pop(chat_id, None)
                self._events.emit(BackgroundError("reaction", name_of(error)))
        except OSError as error:  # a time-out is one
            self._events.emit(BackgroundError("reaction", type(error).__name__))

    async def _show(self, chat_id: int, message_id: int, sign: Sign) -> None:
        allowed = await self._allowed_in(chat_id)
        emoji = next((each for each in EMOJI[sign] if allowed is None or each in allowed), None)
        if emoji is None and not (allowed is None or allowed.intersection(EMOJI[Sign.WORKING])):
            return  # there is no sign that could be taken away
        query = raw.functions.messages.SendReaction(
            peer=await self._rpc.peer(chat_id),
            msg_id=message_id,
            reaction=[] if emoji is None else [raw.types.ReactionEmoji(emoticon=emoji)],
        )
        await self._rpc.call(query, chat_id=chat_id, patient=False)

    async def _allowed_in(self, chat_id: int) -> frozenset[str] | None:
        until, allowed = self._allowed.get(chat_id, (0.0, None))
        if self._clock() < until:
            return allowed
        allowed = _emoji_of((await self._rpc.call(await self._question(chat_id), patient=False)).full_chat)
        if len(self._allowed) >= MOST_KEPT:
            self._allowed.clear()
        self._allowed[chat_id] = (self._clock() + KEPT_SECONDS, allowed)
        return allowed

    async def _question(self, chat_id: int) -> Any:
        if (channel := await self._rpc.channel(chat_id)) is not None:
            return raw.functions.channels.GetFullChannel(channel=channel)
        return raw.functions.messages.GetFullChat(chat_id=utils.get_raw_peer_id(chat_id))


def _emoji_of(full_chat: raw.base.ChatFull) -> frozenset[str] | None:
    """Which emoji a chat allows; None for all. A chat that says nothing about it allows none."""
    match full_chat.available_reactions:
        case raw.types.ChatReactionsAll():
            return None
        case raw.types.ChatReactionsSome(reactions=reactions):
            return frozenset(each.emoticon for each in reactions if isinstance(each, raw.types.ReactionEmoji))
        case _:
            return frozenset()
