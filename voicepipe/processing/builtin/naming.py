"""The words that a text is about: those that it repeats, in the form in which they stand there most often."""

from __future__ import annotations

from collections import Counter, defaultdict

from voicepipe.processing.builtin.words import is_little, sentences_of, stem
from voicepipe.processing.kinds import Failing, Made, Material, NotMade, Point

MOST = 10
FEWEST_SIGNS = 4
"""Shorter words name nothing."""


def keywords(material: Material) -> Made:
    """Raises NotMade where no word says anything."""
    forms: defaultdict[str, Counter[str]] = defaultdict(Counter)
    spread: Counter[str] = Counter()
    for sentence in sentences_of(material):
        words = [word for word in sentence.words if _names(word, material.language)]
        spread.update({stem(word) for word in words})
        for word in words:
            forms[stem(word)][word] += 1
    if not forms:
        raise NotMade(Failing.NOTHING)
    # What several sentences name is what it is about; among the others, what is named more often, then what is longer.
    ranked = sorted(forms, key=lambda each: (-spread[each], -forms[each].total(), -len(_form(forms[each]))))
    return Made(points=tuple(Point(_form(forms[each])) for each in ranked[:MOST]))


def _names(word: str, language: str) -> bool:
    return len(word) >= FEWEST_SIGNS and not is_little(word, language)


def _form(counted: Counter[str]) -> str:
    """The most frequent form; among equals the shortest, which is most likely the one in dictionaries."""
    return min(counted, key=lambda word: (-counted[word], len(word), word))
