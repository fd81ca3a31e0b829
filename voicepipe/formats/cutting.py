"""Where a text may be cut: at the end of a line or a sentence, else of a clause, else between words.

Where there is none of these, it is between what readers see as single characters (grapheme clusters: Unicode's annex
29), so that no accent is parted from its letter and no emoji from its parts.
"""

from __future__ import annotations

from collections.abc import Iterator

import regex

from voicepipe.domain.sentences import AFTER_CLAUSE, AFTER_SENTENCE

_CLUSTER = regex.compile(r"\X")
_WHITE = regex.compile(r"(?:\s(?![\p{M}\u200d]))*")
"""White space that bears no accent."""
_ENDS = [regex.compile(end) for end in (r"\n", AFTER_SENTENCE, AFTER_CLAUSE, r"\s|\u200b")]
"""After these a text may be cut, the best first."""


def best_cut(text: str, most: int) -> int:
    """How many characters of a text that is longer than `most` make a first part of at most so many."""
    # A cluster longer than that, as a letter with a thousand accents, is torn all the same.
    between = list(_boundaries(text, most)) or [most]
    # A cut in the first half would make parts needlessly short.
    for end in _ENDS:
        found: set[int] = {match.end() for match in end.finditer(text, most // 2, most)}.intersection(between)
        if found:
            return max(found)
    return between[-1]


def behind_white(text: str, at: int) -> int:
    """Where the white space ends that begins at a place, if any does."""
    return int(_WHITE.match(text, at).end())


def _boundaries(text: str, most: int) -> Iterator[int]:
    """Where clusters end, up to there."""
    for cluster in _CLUSTER.finditer(text):
        if cluster.end() > most:
            return
        yield cluster.end()
