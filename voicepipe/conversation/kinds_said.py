"""What somebody wants made of a text, in their own words: tasks, key points, a translation into a language.

The words are those of all interface languages, as an answer's buttons have them, and more; nobody has to know which
language the bot takes theirs for.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from voicepipe.accounts.languages import language_name
from voicepipe.config.kinds import SPEECH_LANGUAGES
from voicepipe.conversation.texts import LANGUAGES, Texts
from voicepipe.processing.kinds import Kind

ASKED_FOR = (Kind.SUMMARY, Kind.POINTS, Kind.TASKS, Kind.TRANSLATION)
_ROUND = ".,;:!?…«»\"'()"


@dataclass(frozen=True, slots=True)
class Said:
    """What is wanted."""

    kind: Kind = Kind.SUMMARY
    language: str | None = None
    """What a translation is into; None: as usual."""


def read_kind(text: str) -> Said | None:
    """What the words after the command want: nothing said is a summary, a language alone a translation; None where it
    is not clear."""
    words = " ".join(word.strip(_ROUND) for word in text.casefold().split()).strip()
    if not words:
        return Said()
    for name, kind in _kinds():
        if words == name or (kind is Kind.TRANSLATION and words.startswith(f"{name} ")):
            return _with_language(kind, words.removeprefix(name).split())
    return _with_language(Kind.TRANSLATION, words.split())


def _with_language(kind: Kind, words: list[str]) -> Said | None:
    """A language stands last, after what any language has before it, as "into"."""
    if not words:
        return Said(kind)
    language = _languages().get(" ".join(words)) or _languages().get(words[-1])
    return None if language is None or len(words) > 2 else Said(kind, language)


@cache
def _kinds() -> list[tuple[str, Kind]]:
    """By all that they may be called, the longest first."""
    texts = Texts(lambda: LANGUAGES[0])
    named = {
        word.strip().casefold(): kind
        for language in LANGUAGES
        for kind in ASKED_FOR
        for word in texts.get(language, f"summary-{kind}").split(",")
    }
    return sorted(named.items(), key=lambda item: -len(item[0]))


@cache
def _languages() -> dict[str, str]:
    """Languages by code, and by what they are called in each interface language: `en`, `english`, `английский`."""
    named = {code: code for code in SPEECH_LANGUAGES}
    for interface in LANGUAGES:
        for code in sorted(SPEECH_LANGUAGES):
            named.setdefault(language_name(code, interface).casefold(), code)
    return named
