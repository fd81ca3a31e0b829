"""/quota: how many seconds are left, and when they come back."""

from __future__ import annotations

import math
from datetime import datetime
from zoneinfo import ZoneInfo, available_timezones

from voicepipe.accounts.preferences import PREFERENCES, FreeText, Scope, Theme
from voicepipe.conversation.limits import longest_seconds
from voicepipe.conversation.payments.wording import day_of
from voicepipe.conversation.registry import Asked, Command
from voicepipe.conversation.replies import Reply
from voicepipe.domain.quota import Balance, quota_facts

BAR_SIGNS = 12
FULL, EMPTY = "▰", "▱"


def _known_zone(text: str) -> str:
    zones = {zone.casefold(): zone for zone in available_timezones()}
    name = text.strip().replace(" ", "_")
    if name and name.casefold() not in zones:
        raise ValueError("a time zone such as Europe/Moscow")
    return zones.get(name.casefold(), "")


TIME_ZONE = PREFERENCES.register(
    FreeText(name="time_zone", most_signs=40, clean=_known_zone, scope=Scope.USER, theme=Theme.BOT)
)
"""The empty text is the zone that the quota days are counted in."""


async def _respond(asked: Asked) -> Reply:
    return Reply(_text(asked))


def _text(asked: Asked) -> str:
    balance = asked.balance
    if balance.is_banned:
        return asked.text("quota-banned")
    return f"{_left(asked, balance)}{_plan(asked, balance)}"


def _plan(asked: Asked, balance: Balance) -> str:
    if balance.plan is None:
        return ""
    plan = asked.services.config.quota.plans[balance.plan]
    said = asked.text("quota-plan", title=plan.title_in(asked.person.language, balance.plan))
    return f"\n{said}{_paid_until(asked, balance)}"


def _paid_until(asked: Asked, balance: Balance) -> str:
    """How long the plan is paid for, and what comes then; nothing of one that was given."""
    if balance.plan_until is None:
        return ""
    until = day_of(balance.plan_until.astimezone(ZoneInfo(_zone(asked))))
    return " " + asked.text("quota-plan-until", until=until, renewal=balance.renewal.value)


def _left(asked: Asked, balance: Balance) -> str:
    if balance.is_unlimited:
        return asked.text("quota-unlimited", max_seconds=longest_seconds(asked.services.config.limits, balance))
    zone = _zone(asked)
    # The reserve has a sentence of its own.
    facts = quota_facts(balance) | {"left": balance.daily_left_seconds}
    return asked.text("quota-limited", bar=_bar(balance), at=_clock(balance.resets_at, zone), zone=zone, **facts)


def _zone(asked: Asked) -> str:
    """The time zone that somebody is told times in."""
    return asked.services.preferences.value_of(asked.person.user_id, TIME_ZONE) or asked.services.config.quota.time_zone


def _bar(balance: Balance) -> str:
    """What is left of the day's quota: empty only when nothing is, full only when everything is."""
    if not balance.daily_quota_seconds:
        return ""
    share = min(1.0, balance.daily_left_seconds / balance.daily_quota_seconds)
    signs = math.ceil(share * BAR_SIGNS) if share < 0.5 else math.floor(share * BAR_SIGNS)
    return FULL * signs + EMPTY * (BAR_SIGNS - signs)


def _clock(instant: datetime, zone: str) -> str:
    return instant.astimezone(ZoneInfo(zone)).strftime("%H:%M")


COMMAND = Command(name="quota", respond=_respond, menu_order=30)
