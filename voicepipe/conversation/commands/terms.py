"""/terms: under which terms seconds are sold. Telegram wants it of whoever sells."""

from __future__ import annotations

from voicepipe.conversation.commands.buy import is_sold
from voicepipe.conversation.registry import Asked, Command
from voicepipe.conversation.replies import Reply


async def _respond(asked: Asked) -> Reply:
    own = asked.services.config.payments.terms
    return Reply(own.get(asked.language) or own.get("en") or asked.text("terms"))


COMMAND = Command(name="terms", respond=_respond, menu_order=38, is_offered=is_sold)
