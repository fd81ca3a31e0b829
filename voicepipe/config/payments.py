"""What users can buy with Telegram Stars."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from voicepipe.config.base import RELOADABLE, Section
from voicepipe.config.kinds import Allowed

MOST_STARS = 10_000
"""The most that Telegram lets a bot ask for at once."""


class PackageConfig(Section):
    """Something that can be bought: seconds, or a quota plan for 30 days at a time."""

    stars: int = Field(ge=1, le=MOST_STARS)
    seconds: int | None = Field(None, ge=1, le=366 * 86_400)
    plan: str | None = None
    """A quota plan, for a subscription."""
    title: dict[str, Annotated[str, StringConstraints(min_length=1, max_length=32)]] = Field({})
    """What it is called in the chat, by language; else how much it is."""

    @model_validator(mode="after")
    def _is_one_thing(self) -> Self:
        if (self.seconds is None) == (self.plan is None):
            raise ValueError("a package has either seconds or a plan")
        return self

    def title_in(self, language: str) -> str | None:
        """In a language, else in English; None where it has none."""
        return self.title.get(language) or self.title.get("en")


Packages = Annotated[
    dict[Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,31}$")], PackageConfig],
    Allowed("tables [payments.packages.NAME] with stars, seconds (or a plan, for a subscription), and perhaps title"),
]
TextByLanguage = Annotated[
    dict[str, Annotated[str, StringConstraints(min_length=1, max_length=3000)]],
    Allowed('texts by language such as { ru = "…", en = "…" }, or {} for the bot\'s own'),
]


class PaymentsConfig(Section):
    """What users can buy; nothing, unless there are packages."""

    packages: Packages = Field({}, description="What can be bought with Telegram Stars, by name; none: nothing is sold")
    order_minutes: int = Field(
        60,
        ge=1,
        le=10_080,
        json_schema_extra=RELOADABLE,
        description="How long an invoice can be paid, in minutes",
    )
    terms: TextByLanguage = Field(
        {}, json_schema_extra=RELOADABLE, description="What /terms says; Telegram wants whoever sells to have terms"
    )
    support: TextByLanguage = Field(
        {}, json_schema_extra=RELOADABLE, description="What /paysupport says to who asks nothing yet"
    )

    @property
    def is_open(self) -> bool:
        """Whether anything is sold."""
        return bool(self.packages)
