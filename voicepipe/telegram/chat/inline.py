"""Offers to whoever types the bot's name in any chat: core.telegram.org/api/bots/inline"""

from __future__ import annotations

from pyrogram import raw
from pyrogram.errors import RPCError

from voicepipe.conversation.inline import Offer, Offers
from voicepipe.events import BackgroundError, Events
from voicepipe.telegram.chat.splitting import beginning
from voicepipe.telegram.session.errors import is_error, name_of
from voicepipe.telegram.session.rpc import Rpc

PRIVATE_CHAT = "help"
"""What the hint's link into the private chat says: core.telegram.org/api/links#bot-links"""


class InlineShop:
    """Shows offers. Satisfies the conversation's `Shop`."""

    def __init__(self, rpc: Rpc, events: Events) -> None:
        self._rpc = rpc
        self._events = events

    async def offer(self, query_id: int, offers: Offers) -> None:
        """Answer a question, for nobody else and not for later; tried once, since it is asked with each letter."""
        hint = raw.types.InlineBotSwitchPM(text=offers.hint, start_param=PRIVATE_CHAT) if offers.hint else None
        query = raw.functions.messages.SetInlineBotResults(
            query_id=query_id,
            results=[_result(offer) for offer in offers.offers],
            cache_time=0,
            private=True,
            next_offset=offers.next_offset,
            switch_pm=hint,
        )
        try:
            await self._rpc.call(query, patient=False)
        except (RPCError, OSError) as error:
            if not (isinstance(error, RPCError) and is_error(error, "QUERY_ID_INVALID")):
                cause = name_of(error) if isinstance(error, RPCError) else type(error).__name__
                self._events.emit(BackgroundError("inline", cause))


def _result(offer: Offer) -> raw.types.InputBotInlineResult:
    return raw.types.InputBotInlineResult(
        id=str(offer.number),
        type="article",
        title=offer.title,
        description=offer.description or None,
        send_message=raw.types.InputBotInlineMessageText(message=beginning(offer.text), no_webpage=True),
    )
