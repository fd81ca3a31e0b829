"""Whether somebody's texts are kept after they are delivered."""

from __future__ import annotations

from voicepipe.accounts.preferences import PREFERENCES, Preference, Preferences, Theme
from voicepipe.config.sections import ServiceConfig
from voicepipe.store.entries import KEEPS_TEXTS

KEEP_TEXTS = PREFERENCES.register(Preference(name=KEEPS_TEXTS, values=(True, False), default=True, theme=Theme.BOT))
"""Whether texts are kept for as long as the operator keeps them at all; switched off, those that are there go, too."""


def kept_hours(preferences: Preferences, config: ServiceConfig, user_id: int, chat_id: int) -> int:
    """For how many hours a text is kept of what this user says in this chat; 0: not at all."""
    is_kept = preferences.value_for(KEEP_TEXTS, user_id, chat_id)
    return config.transcript_retention_hours if is_kept else 0
