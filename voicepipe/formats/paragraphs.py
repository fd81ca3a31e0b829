"""What a transcript says, in paragraphs: a pause begins a new one, and so do several sentences.

Whisper leaves one block of text. Where its segments can be found in that text, they tell when each stretch was said.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from operator import itemgetter

from voicepipe.domain.sentences import CLOSING, SENTENCE_ENDS, sentences
from voicepipe.domain.transcripts import Segment, Transcript

PAUSE_SECONDS = 1.0
"""A longer pause between sentences begins a new paragraph."""
BREAK_SECONDS = 3.0
"""The same within what looks like one sentence."""
FEWEST_SIGNS = 80
"""No pause ends a paragraph that is shorter: who speaks haltingly says no more for it."""
MOST_SIGNS = 500
"""The sentence that passes this is a paragraph's last."""
STAMP_SECONDS = 8.0
"""How far apart the times are at least that are told within a paragraph."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of a transcript's text: where it begins and ends there, and when it was said."""

    start: int
    end: int
    seconds: float
    """From the recording's beginning; 0 where nobody knows."""


def paragraphs(transcript: Transcript) -> list[Stretch]:
    """The text in paragraphs, without the white space between them; none for an empty text."""
    placed = placed_segments(transcript)
    return list(_stretches(transcript.text, _paragraph_starts(transcript.text, placed), placed))


def stamped(transcript: Transcript) -> list[Stretch]:
    """The same, cut further where a segment begins, so that there is a time every few seconds."""
    placed = placed_segments(transcript)
    starts = set(_paragraph_starts(transcript.text, placed))
    told_at = 0.0
    for start, segment in placed:
        if start in starts or segment.start - told_at >= STAMP_SECONDS:
            starts.add(start)
            told_at = segment.start
    return list(_stretches(transcript.text, sorted(starts), placed))


def in_paragraphs(transcript: Transcript) -> str:
    """The whole text, with an empty line between paragraphs."""
    return "\n\n".join(transcript.text[each.start : each.end] for each in paragraphs(transcript))


def placed_segments(transcript: Transcript) -> Sequence[tuple[int, Segment]]:
    """The segments, each with where it begins in the text; none at all where one is not found."""
    placed: list[tuple[int, Segment]] = []
    at = 0
    for segment in transcript.segments:
        if not (words := segment.text.strip()):
            continue
        if (start := transcript.text.find(words, at)) < 0:
            return ()
        placed.append((start, segment))
        at = start + len(words)
    return placed


def _paragraph_starts(text: str, placed: Sequence[tuple[int, Segment]]) -> Sequence[int]:
    pauses = dict(_pauses(text, placed))
    ends = [end for _, end in sentences(text)]
    starts = [0]
    for place in sorted({*pauses, *ends}):
        signs = place - starts[-1]
        if signs >= MOST_SIGNS if place not in pauses else signs >= FEWEST_SIGNS or pauses[place] > BREAK_SECONDS:
            starts.append(place)
    return starts


def _pauses(text: str, placed: Sequence[tuple[int, Segment]]) -> Iterator[tuple[int, float]]:
    """Where a pause may begin a paragraph, and its seconds."""
    is_punctuated = any(sign in SENTENCE_ENDS for sign in text)
    for (_, before), (start, segment) in pairwise(placed):
        seconds = segment.start - before.end
        is_end = not is_punctuated or text[:start].rstrip().rstrip(CLOSING)[-1:] in tuple(SENTENCE_ENDS)
        if seconds > (PAUSE_SECONDS if is_end else BREAK_SECONDS):
            yield start, seconds


def _stretches(text: str, starts: Iterable[int], placed: Sequence[tuple[int, Segment]]) -> Iterator[Stretch]:
    for start, end in pairwise([*starts, len(text)]):
        stretch = text[start:end]
        if stretch.strip():
            first = start + len(stretch) - len(stretch.lstrip())
            yield Stretch(first, first + len(stretch.strip()), seconds_at(first, placed))


def seconds_at(place: int, placed: Sequence[tuple[int, Segment]]) -> float:
    """When the sign at a place was said; within a segment, time is shared out by signs."""
    number = bisect_right(placed, place, key=itemgetter(0)) - 1
    if number < 0:
        return 0.0
    start, segment = placed[number]
    share = min(1.0, (place - start) / len(segment.text.strip()))
    return segment.start + share * (segment.end - segment.start)
