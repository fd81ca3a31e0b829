"""What somebody has chosen about how speech is recognised: its languages, a translation, a vocabulary."""

from __future__ import annotations

from voicepipe.accounts.languages import language_name
from voicepipe.accounts.preferences import PREFERENCES, Few, FreeText, Preference, Theme
from voicepipe.config.kinds import SPEECH_LANGUAGES

COMMON = ("ru", "en", "uk", "be", "kk", "uz", "de", "es", "pt", "fr", "it", "tr")
"""Those offered first."""
MOST_LANGUAGES = 5
MOST_WORDS, MOST_SIGNS = 50, 300
"""Of a vocabulary. A model gives it a part of the place for its text, about a token for three signs."""
MOST_WORD_SIGNS = 40

LANGUAGES = PREFERENCES.register(
    Few(
        name="languages",
        values=(*COMMON, *sorted(SPEECH_LANGUAGES - set(COMMON))),
        most=MOST_LANGUAGES,
        nothing="auto",
        theme=Theme.SPEECH,
        value_name=language_name,
    )
)
"""The languages that are spoken: one is not detected, of several the most likely is taken, `auto` is any."""

TRANSLATION = PREFERENCES.register(
    Preference(name="translation", values=(False, True), default=False, theme=Theme.SPEECH)
)
"""Whether the text is in English, whatever is spoken."""


def words_of(vocabulary: str) -> tuple[str, ...]:
    """The words, or short phrases, of a vocabulary."""
    return tuple(filter(None, (" ".join(word.split()) for word in vocabulary.replace("\n", ",").split(","))))


def _clean(text: str) -> str:
    words: dict[str, str] = {}
    for word in words_of(text):
        if len(word) > MOST_WORD_SIGNS or not word.isprintable() or ";" in word or "<|" in word:
            raise ValueError(f"words of at most {MOST_WORD_SIGNS} signs, with commas between them")
        words.setdefault(word.casefold(), word)
    if len(words) > MOST_WORDS:
        raise ValueError(f"at most {MOST_WORDS} words, not {len(words)}")
    return ", ".join(words.values())


VOCABULARY = PREFERENCES.register(FreeText(name="vocabulary", most_signs=MOST_SIGNS, clean=_clean, theme=Theme.SPEECH))
"""Names and jargon that may be said, with commas."""
