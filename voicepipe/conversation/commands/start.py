"""/start: what the bot does, and how much one may send. A link to the bot may name another command instead.

As `https://t.me/NAME?start=settings`: core.telegram.org/api/links#bot-links
"""

from __future__ import annotations

from dataclasses import replace

from voicepipe.conversation.limits import limit_facts
from voicepipe.conversation.registry import Asked, Command
from voicepipe.conversation.replies import Reply


async def _respond(asked: Asked) -> Reply | None:
    named = asked.commands.find(asked.argument)
    if named is not None and named.is_in_menu and named is not asked.command:
        remark = replace(asked.remark, text=f"/{named.name}")
        return await named.respond(replace(asked, command=named, remark=remark))
    said = asked.text("start", **limit_facts(asked.services.config.limits, asked.balance))
    return Reply("\n\n".join(filter(None, (said, asked.where_texts_go))))


COMMAND = Command(name="start", respond=_respond, menu_order=10, is_in_help=False)
