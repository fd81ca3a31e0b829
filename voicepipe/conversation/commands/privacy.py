"""/privacy: what is processed, what is kept, and for how long."""

from __future__ import annotations

from voicepipe.conversation.registry import Asked, Command
from voicepipe.conversation.replies import Reply


async def _respond(asked: Asked) -> Reply:
    return Reply(asked.text("privacy", kept_hours=asked.services.config.service.transcript_retention_hours))


COMMAND = Command(name="privacy", respond=_respond, menu_order=90)
