"""What sums of recordings are asked by."""

from __future__ import annotations

from enum import StrEnum


class UsageBy(StrEnum):
    """What recordings have in common whose sums are asked for."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    USER = "user"
    CHAT = "chat"
    LANGUAGE = "language"
    KIND = "kind"
    MODEL = "model"
    REFUSAL = "refusal"
