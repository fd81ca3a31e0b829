"""What somebody wishes of one recording, in the words after the bot's name."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from voicepipe.accounts.languages import language_name
from voicepipe.config.kinds import SPEECH_LANGUAGES

SHORT = frozenset({"кратко", "коротко", "кратенько", "short", "brief", "briefly", "summary"})
_ROUND = ".,;:!?…«»\"'()"
_ADJECTIVE = "ский", "цкий"


@dataclass(frozen=True, slots=True)
class Wishes:
    """None of them is the usual."""

    language: str | None = None
    """ISO 639-1 code of the language that is spoken in it."""
    is_short: bool = False
    """Rather what it comes to than each word."""


def read_wishes(text: str) -> Wishes:
    """What a message wishes that names the bot. Unless every word of it is a wish, it is talk, and wishes nothing."""
    words = [word.strip(_ROUND).casefold() for word in text.split() if not word.startswith("@")]
    words = [word for word in words if word]
    languages = [_languages()[word] for word in words if word in _languages()]
    if not all(word in SHORT or word in _languages() for word in words):
        return Wishes()
    return Wishes(languages[-1] if languages else None, any(word in SHORT for word in words))


@cache
def _languages() -> dict[str, str]:
    """Languages by all that they may be called: `en`, `english`, `английский`, `по-английски`."""
    named: dict[str, str] = {}
    for code in sorted(SPEECH_LANGUAGES):
        russian = language_name(code, "ru").casefold()
        names = {russian, language_name(code, "en").casefold()}
        if russian.endswith(_ADJECTIVE):
            names.add(f"по-{russian.removesuffix('й')}")
        named |= dict.fromkeys(names, code)
    return named | {code: code for code in SPEECH_LANGUAGES}
