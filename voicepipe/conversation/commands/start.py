"""/start: what the bot does, and how much one may send."""

from __future__ import annotations

from voicepipe.conversation.limits import limit_facts
from voicepipe.conversation.registry import Asked, Command
from voicepipe.conversation.replies import Reply


async def _respond(asked: Asked) -> Reply:
    return Reply(asked.text("start", **limit_facts(asked.services.config.limits, asked.balance)))


COMMAND = Command(name="start", respond=_respond, menu_order=10, is_in_help=False)
