"""/paysupport: questions about payments, which go to the bot's administrators. Telegram wants it of whoever sells."""

from __future__ import annotations

from voicepipe.conversation.commands.buy import is_sold
from voicepipe.conversation.registry import Asked, Command, Place
from voicepipe.conversation.replies import Reply


async def _respond(asked: Asked) -> Reply:
    support = asked.services.support
    if not asked.argument:
        own = asked.services.config.payments.support
        return Reply(own.get(asked.language) or own.get("en") or asked.text("paysupport"))
    is_told = await support.ask(asked.person, asked.argument, asked.remark.key)
    return Reply(asked.text("paysupport-sent" if is_told else "paysupport-nobody"))


COMMAND = Command(
    name="paysupport", respond=_respond, menu_order=37, places=frozenset({Place.PRIVATE}), is_offered=is_sold
)
