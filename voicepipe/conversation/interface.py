"""Which language the bot speaks to somebody."""

from __future__ import annotations

from voicepipe.accounts.languages import own_name
from voicepipe.accounts.preferences import PREFERENCES, Preference, Preferences, Theme
from voicepipe.conversation.texts import LANGUAGES
from voicepipe.domain.people import Person

AUTO = "auto"

INTERFACE = PREFERENCES.register(
    Preference(
        name="interface",
        values=(AUTO, *LANGUAGES),
        default=AUTO,
        theme=Theme.BOT,
        value_name=lambda code, _: None if code == AUTO else own_name(code),
    )
)
"""The language of the bot's texts: that of the user's Telegram, or a fixed one."""


def language_in(preferences: Preferences, person: Person, chat_id: int) -> str | None:
    """The code of the language to speak to a person in a chat; None where nobody knows."""
    chosen = preferences.value_for(INTERFACE, person.user_id, chat_id)
    return person.language if chosen == AUTO else chosen
