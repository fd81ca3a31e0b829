"""How much users may have recognised: everybody, and those who have a plan."""

from __future__ import annotations

from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import Field, StringConstraints

from voicepipe.config.base import RELOADABLE, Section
from voicepipe.config.kinds import Allowed, TimeZone


class PlanConfig(Section):
    """What users of a quota plan may have recognised."""

    daily_seconds: int = Field(ge=0, le=86_400)
    max_recording_seconds: int | None = Field(None, ge=1, le=86_400)
    """None: as `limits.max_recording_seconds` says."""
    uses_per_day: int | None = Field(None, ge=0, le=10_000)
    """Of the text processors; None: as `processing.uses_per_day` says."""
    title: dict[str, str] = Field({})
    """What the plan is called in the chat, by language; else by its name."""

    def title_in(self, language: str | None, name: str) -> str:
        """In a language, else in English, else its name."""
        return self.title.get(language or "") or self.title.get("en") or name


Plans = Annotated[
    dict[Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,31}$")], PlanConfig],
    Allowed("tables [quota.plans.NAME] with daily_seconds, and perhaps max_recording_seconds, uses_per_day and title"),
]


class QuotaConfig(Section):
    """How much a user may have recognised."""

    daily_seconds: int = Field(
        60,
        ge=0,
        le=86_400,
        json_schema_extra=RELOADABLE,
        description="Seconds of audio that a user may have recognised per day",
    )
    time_zone: TimeZone = Field(
        "UTC", json_schema_extra=RELOADABLE, description="Time zone whose midnight begins a new quota day"
    )
    plans: Plans = Field(
        {}, json_schema_extra=RELOADABLE, description="Quota plans, by name: what users have whom you give one"
    )

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)
