"""What the operator can set about the answers that hold a text."""

from __future__ import annotations

from pydantic import Field

from voicepipe.config.base import RELOADABLE, Section


class AnswersConfig(Section):
    """What the answers that hold a text look like."""

    long_from_seconds: float = Field(
        20.0,
        ge=0,
        json_schema_extra=RELOADABLE,
        description="From this length on, in seconds, the answer to a recording folds its text and has buttons",
    )
    file_from_signs: int = Field(
        12_000,
        ge=0,
        json_schema_extra=RELOADABLE,
        description="A text of at least so many signs also comes as a .txt file; 0: none does",
    )
    buttons_minutes: float = Field(
        60.0, gt=0, json_schema_extra=RELOADABLE, description="How long the buttons stay under an answer, in minutes"
    )
