"""Texts as word errors are counted in them: without case and punctuation, ё as е, numbers as words.

What is said and what is heard are compared word by word; the cheapest way from one to the other says which words
were replaced, lost or added.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
HYPHEN = re.compile(r"(?<=[^\W\d_])-(?=[^\W\d_])")
"""Within a word, where one writes it and another does not."""
THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}\b)")
"""The comma in an English number."""
BEYOND_WORDS = 1_000_000
"""Numbers from here on are compared figure by figure."""

_ONES = {
    "ru": "ноль один два три четыре пять шесть семь восемь девять десять одиннадцать двенадцать тринадцать "
    "четырнадцать пятнадцать шестнадцать семнадцать восемнадцать девятнадцать",
    "en": "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen",
}
_TENS = {
    "ru": "двадцать тридцать сорок пятьдесят шестьдесят семьдесят восемьдесят девяносто",
    "en": "twenty thirty forty fifty sixty seventy eighty ninety",
}
_HUNDREDS = {
    "ru": "сто двести триста четыреста пятьсот шестьсот семьсот восемьсот девятьсот",
    "en": "",
}
_THOUSAND = {"ru": "тысяч", "en": "thousand"}


def words_of(text: str, language: str) -> list[str]:
    """The words to compare. `language` is that of the numbers: what is said, whatever was heard."""
    plain = HYPHEN.sub("", text.lower().replace("ё", "е").replace("’", "'"))
    if language == "en":
        plain = THOUSANDS.sub("", plain)
    return [word for found in WORD.findall(plain) for word in _spoken(found, language)]


def _spoken(word: str, language: str) -> list[str]:
    if not (word.isascii() and word.isdigit()):
        return [word]
    if (len(word) > 1 and word.startswith("0")) or int(word) >= BEYOND_WORDS:
        return [each for figure in word for each in number_words(int(figure), language)]
    return number_words(int(word), language)


def number_words(number: int, language: str) -> list[str]:
    """A number below a million in words: cardinal, masculine, nominative. Raises KeyError for other languages."""
    if number >= 1000:
        thousands, rest = divmod(number, 1000)
        return [*number_words(thousands, language), _THOUSAND[language], *_below_thousand(rest, language)]
    return _below_thousand(number, language) or [_ONES[language].split()[0]]


def _below_thousand(number: int, language: str) -> list[str]:
    """No words for 0."""
    hundreds, rest = divmod(number, 100)
    words = _hundred_words(hundreds, language)
    if rest >= 20:
        words.append(_TENS[language].split()[rest // 10 - 2])
        rest %= 10
    return words + ([_ONES[language].split()[rest]] if rest else [])


def _hundred_words(hundreds: int, language: str) -> list[str]:
    if not hundreds:
        return []
    known = _HUNDREDS[language].split()
    return [known[hundreds - 1]] if known else [_ONES[language].split()[hundreds], "hundred"]


LENGTHS = range(1, 9)
"""In words, of what may stand twice in a row."""


# --- comparing ----------------------------------------------------------------------------------------------------
class Fate(Enum):
    """What became of a word."""

    RIGHT = "right"
    REPLACED = "replaced"
    LOST = "lost"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the way from what was said to what was heard."""

    fate: Fate
    said: int
    """Which word of what was said it is about; for an added one, the one that comes next."""
    heard: int
    """Which word of what was heard; for a lost one, the one that comes next."""


def compare(said: Sequence[str], heard: Sequence[str]) -> list[Step]:
    """The way with the fewest errors, in order (Levenshtein)."""
    return list(_way_back(said, heard, _distances(said, heard)))[::-1]


def errors_in(steps: Sequence[Step]) -> int:
    return sum(step.fate is not Fate.RIGHT for step in steps)


def _distances(said: Sequence[str], heard: Sequence[str]) -> list[list[int]]:
    """At [i][j] the fewest errors between the first i and j words."""
    rows = [list(range(len(heard) + 1))]
    for row, word in enumerate(said, 1):
        above, present = rows[-1], [row]
        for column, other in enumerate(heard, 1):
            present.append(min(above[column] + 1, present[-1] + 1, above[column - 1] + (word != other)))
        rows.append(present)
    return rows


def _way_back(said: Sequence[str], heard: Sequence[str], rows: Sequence[Sequence[int]]) -> Iterator[Step]:
    i, j = len(said), len(heard)
    while i or j:
        if i and j and rows[i][j] == rows[i - 1][j - 1] + (said[i - 1] != heard[j - 1]):
            i, j = i - 1, j - 1
            yield Step(Fate.RIGHT if said[i] == heard[j] else Fate.REPLACED, i, j)
        elif i and rows[i][j] == rows[i - 1][j] + 1:
            i -= 1
            yield Step(Fate.LOST, i, j)
        else:
            j -= 1
            yield Step(Fate.ADDED, i, j)


def doubled(steps: Sequence[Step], heard: Sequence[str]) -> list[Step]:
    """The added words that repeat what was heard just before, word by word: «три | три», "to the | to the"."""
    added = {step.heard: step for step in steps if step.fate is Fate.ADDED}
    return [step for index, step in added.items() if any(_repeats(heard, index, length) for length in LENGTHS)]


def _repeats(heard: Sequence[str], index: int, length: int) -> bool:
    """Whether the word is in a run of so many words that stands twice in a row."""
    starts = range(max(0, index - 2 * length + 1), index + 1)
    return any(
        start + 2 * length <= len(heard) and heard[start : start + length] == heard[start + length : start + 2 * length]
        for start in starts
    )
