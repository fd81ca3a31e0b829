"""How much a user may send, as the facts that several texts tell."""

from __future__ import annotations

from voicepipe.config.sections import LimitsConfig
from voicepipe.domain import admission
from voicepipe.domain.quota import Balance


def limit_facts(limits: LimitsConfig, balance: Balance) -> dict[str, int | str]:
    """What a text about a user's limits mentions."""
    return {
        "daily": balance.daily_quota_seconds,
        "unlimited": int(balance.is_unlimited),
        "max_seconds": longest_seconds(limits, balance),
    }


def longest_seconds(limits: LimitsConfig, balance: Balance) -> int:
    """How long one recording of the user's may be, with nothing of the day used yet."""
    longest = admission.longest_seconds(balance, limits)
    if balance.is_unlimited:
        return longest
    return min(longest, balance.daily_quota_seconds + balance.extra_left_seconds)
