"""/quota: how many seconds are left, and when they come back."""

from __future__ import annotations

from voicepipe.conversation.limits import longest_seconds
from voicepipe.conversation.registry import Asked, Command
from voicepipe.conversation.replies import Reply
from voicepipe.domain.quota import quota_facts


async def _respond(asked: Asked) -> Reply:
    return Reply(_text(asked))


def _text(asked: Asked) -> str:
    balance = asked.balance
    if balance.is_banned:
        return asked.text("quota-banned")
    if balance.is_unlimited:
        return asked.text("quota-unlimited", max_seconds=longest_seconds(asked.services.config.limits, balance))
    facts = quota_facts(balance)
    # The reserve has a sentence of its own.
    return asked.text("quota-limited", **facts | {"left": balance.daily_left_seconds})


COMMAND = Command(name="quota", respond=_respond, menu_order=30)
