"""/history: what somebody has paid, and what of their speech was recognised of late."""

from __future__ import annotations

from voicepipe.conversation.commands.buy import is_sold
from voicepipe.conversation.payments.wording import day_of
from voicepipe.conversation.registry import Asked, Command, Place
from voicepipe.conversation.replies import Reply

DAYS = 30


async def _respond(asked: Asked) -> Reply:
    payments, use = await _payments(asked), await _use(asked)
    return Reply("\n\n".join((payments, use)))


async def _payments(asked: Asked) -> str:
    cashier = asked.services.cashier
    paid = await cashier.history(asked.person.user_id)
    if not paid:
        return asked.text("history-none")
    lines = [cashier.words.line(asked.language, payment) for payment in paid]
    return "\n".join([asked.text("history-payments"), *lines])


async def _use(asked: Asked) -> str:
    used = await asked.services.reports.usage_by_day(DAYS, asked.person.user_id)
    lines = [
        asked.text("history-use-line", at=day_of(row.day), seconds=round(row.audio_seconds), count=row.recordings)
        for row in used
    ]
    return "\n".join([asked.text("history-use", days=DAYS), *(lines or ["—"])])


COMMAND = Command(
    name="history", respond=_respond, menu_order=36, places=frozenset({Place.PRIVATE}), is_offered=is_sold
)
