"""What the owner of a connected account chooses."""

from __future__ import annotations

from voicepipe.accounts.preferences import PREFERENCES, Preference, Scope, Theme

TO_OWNER, IN_CHAT = "owner", "chat"
RECEIVED, ALL = "received", "all"
BUSINESS_ANSWERS = PREFERENCES.register(
    Preference(
        name="business_answers",
        values=(TO_OWNER, IN_CHAT),
        default=TO_OWNER,
        scope=Scope.USER,
        theme=Theme.ACCOUNT,
    )
)
"""Whether a text is for its owner alone, in their chat with the bot, or said in the chat in their name."""
BUSINESS_VOICES = PREFERENCES.register(
    Preference(
        name="business_voices",
        values=(RECEIVED, ALL),
        default=RECEIVED,
        scope=Scope.USER,
        theme=Theme.ACCOUNT,
    )
)
"""Whether the owner's own voices get a text as well."""
