"""/privacy: what is processed, what is kept, and for how long."""

from __future__ import annotations

from voicepipe.accounts.retention import kept_hours
from voicepipe.conversation.registry import Asked, Command
from voicepipe.conversation.replies import Reply


async def _respond(asked: Asked) -> Reply:
    hours = kept_hours(asked.services.preferences, asked.services.config.service, asked.person.user_id, asked.chat_id)
    where, *rest = asked.text("privacy", kept_hours=hours).split("\n\n")
    if asked.services.config.remote.server:
        where = asked.text("privacy-all-elsewhere" if asked.services.config.remote.only else "privacy-elsewhere")
    payments = asked.text("privacy-payments") if asked.services.config.payments.is_open else ""
    return Reply("\n\n".join(filter(None, (where, *rest, asked.where_texts_go, payments))))


COMMAND = Command(name="privacy", respond=_respond, menu_order=90)
