"""What the bot's administrators are told without asking."""

from __future__ import annotations

from pydantic import Field

from voicepipe.config.base import RELOADABLE, Section
from voicepipe.config.kinds import ClockTime


class AlertsConfig(Section):
    """What the administrators (`telegram.administrators`) are told in the chat without asking."""

    summary_at: ClockTime = Field(
        "09:00",
        json_schema_extra=RELOADABLE,
        description="When they get the summary of the day before, in the quota's time zone; empty: never",
    )
    worker_given_up: bool = Field(
        True, json_schema_extra=RELOADABLE, description="Tell them of a worker that died too often and is given up"
    )
    disk_mib: int = Field(
        1024, ge=0, json_schema_extra=RELOADABLE, description="Tell them when less disk space is free, in MiB; 0: never"
    )
    queue_minutes: float = Field(
        15.0,
        ge=0,
        json_schema_extra=RELOADABLE,
        description="Tell them when a recording has waited so long for a worker, in minutes; 0: never",
    )
    telegram_minutes: float = Field(
        5.0,
        ge=0,
        json_schema_extra=RELOADABLE,
        description="Tell them afterwards when Telegram was away for so long, in minutes; 0: never",
    )
    calm_minutes: float = Field(
        5.0,
        ge=0,
        json_schema_extra=RELOADABLE,
        description="How long a trouble must be over before they are told so, in minutes",
    )
