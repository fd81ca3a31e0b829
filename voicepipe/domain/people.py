"""People, as far as the service needs to know them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Person:
    """A Telegram user as far as the service needs to know one."""

    user_id: int
    username: str | None
    language: str | None
    """Telegram's language code of the user's client, as `ru` or `en-GB`; None when Telegram does not tell."""
