"""Which language is spoken, among those that it may be."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

LanguageProbabilities = Sequence[tuple[str, float]]
"""By ISO 639-1 code, the most probable first."""


@dataclass(frozen=True, slots=True)
class Heard:
    """The language that a window is recognised in, and how sure that is."""

    language: str
    """ISO 639-1 code."""
    probability: float = 1.0
    """Among the languages that are allowed; 1.0 where it was given."""
    certainty: float | None = None
    """How probable the model finds its first choice among all languages: low where nobody speaks. None where the
    language was given, and nobody has listened for it."""


def chosen(heard: LanguageProbabilities, allowed: Collection[str], preferred: str, least: float) -> Heard:
    """The most probable of the allowed languages (empty: all); the preferred one where it is below `least`."""
    certainty = heard[0][1]
    among = {language: probability for language, probability in heard if not allowed or language in allowed}
    whole = sum(among.values()) if allowed else 1.0
    language = next(iter(among))
    if among[language] < least * whole:
        language = preferred if preferred in among else language
    return Heard(language, among[language] / whole, certainty)


def narrowed(configured: Sequence[str], wanted: Collection[str]) -> tuple[str, ...]:
    """The configured languages (empty: all) as far as they are wanted; all of them where none is."""
    if not configured:
        return tuple(wanted)
    return tuple(language for language in configured if language in wanted) or tuple(configured)
