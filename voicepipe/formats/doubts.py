"""What of a transcript is doubtful: the words that the engine is not sure of."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from voicepipe.domain.transcripts import Segment, Transcript
from voicepipe.formats.paragraphs import placed_segments

SURE_FROM = 0.5
"""A word of a lower probability is doubtful.

Measured with the genuine Whisper base on 23 recorded sentences (16 Russian, the others English; 329 words, 41 of them
wrong): 22 words are below it, and 12 of these are wrong. Below .7 there are 53, and 20 wrong ones."""


def doubts(transcript: Transcript) -> list[tuple[int, int]]:
    """Where each doubtful stretch begins and ends in the text: words, without the space and the marks around them.

    Doubtful words that follow one another are one stretch. None where the engine does not say how sure it is.
    """
    found: list[tuple[int, int]] = []
    is_open = False
    for start, end, probability in _words(transcript):
        is_doubtful = probability < SURE_FROM
        if is_doubtful and is_open:
            start, _ = found.pop()
        if is_doubtful:
            found.append((start, end))
        is_open = is_doubtful
    return found


def _words(transcript: Transcript) -> Iterator[tuple[int, int, float]]:
    """Where the words are in the text that have a letter or a digit, and how sure they are."""
    for place, segment in placed_segments(transcript):
        for start, end, probability in _words_of(segment):
            yield place + start, place + end, probability


def _words_of(segment: Segment) -> Iterator[tuple[int, int, float]]:
    whole = "".join(word.text for word in segment.words)
    if whole.strip() != segment.text.strip():
        return
    at = len(whole.lstrip()) - len(whole)
    for word in segment.words:
        if letters := [place for place, sign in enumerate(word.text) if unicodedata.category(sign)[0] in "LNM"]:
            yield at + letters[0], at + letters[-1] + 1, word.probability
        at += len(word.text)
