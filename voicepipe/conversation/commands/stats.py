"""/stats: what one has had recognised of late, as a picture."""

from __future__ import annotations

import asyncio

from voicepipe.conversation.chart import day_chart
from voicepipe.conversation.registry import Asked, Command, Place
from voicepipe.conversation.replies import Document, Reply

DAYS = 30


async def _respond(asked: Asked) -> Reply:
    days = await asked.services.reports.usage_by_day(DAYS, asked.person.user_id)
    if not days:
        return Reply(asked.text("stats-none", days=DAYS))
    seconds = {day.day: day.audio_seconds for day in days}
    picture = await asyncio.to_thread(day_chart, seconds, days=DAYS, last=asked.balance.quota_day)
    text = asked.text(
        "stats",
        days=DAYS,
        count=sum(day.recordings for day in days),
        seconds=round(sum(seconds.values())),
        most=round(max(seconds.values())),
    )
    document = Document(name="stats.png", mime_type="image/png", content=picture, is_picture=True)
    return Reply(text, document=document)


COMMAND = Command(name="stats", respond=_respond, menu_order=60, places=frozenset({Place.PRIVATE}))
