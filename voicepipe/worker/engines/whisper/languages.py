"""Which language is spoken, among those that it may be."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

LanguageProbabilities = Sequence[tuple[str, float]]
"""By ISO 639-1 code, the most probable first."""
SLAVIC = frozenset(("be", "bg", "bs", "cs", "hr", "mk", "pl", "ru", "sk", "sl", "sr", "uk"))
"""Taken for one another where little is said. So those that are not allowed count for those that are.

Measured (base, short context, Russian and English allowed): of 448 beginnings of a second 4 are taken for the other
language, without this 9, all of them Russian; of 419 single words 66 and 78."""


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
    among = _among(allowed, dict(heard)) if allowed else dict(heard)
    whole = sum(among.values()) if allowed else 1.0
    language = max(among, key=among.__getitem__)
    if among[language] < least * whole:
        language = preferred if preferred in among else language
    return Heard(language, among[language] / whole, certainty)


def _among(allowed: Collection[str], heard: Mapping[str, float]) -> dict[str, float]:
    """How probable the allowed ones are, with what was heard of their kin."""
    among = {language: probability for language, probability in heard.items() if language in allowed}
    served = SLAVIC & among.keys()
    if own := sum(among[language] for language in served):
        all_of_them = sum(heard.get(language, 0.0) for language in SLAVIC)
        among |= {language: among[language] * all_of_them / own for language in served}
    return among


def narrowed(configured: Sequence[str], wanted: Collection[str]) -> tuple[str, ...]:
    """The configured languages (empty: all) as far as they are wanted; all of them where none is."""
    if not configured:
        return tuple(wanted)
    return tuple(language for language in configured if language in wanted) or tuple(configured)
