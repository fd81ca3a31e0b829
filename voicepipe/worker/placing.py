"""From the time within a window's speech to the time in the recording.

Silence has been left out of a window. So what a model takes for one utterance may lie on both sides of a long pause:
there it is divided. Nobody knows which word was said when, so the text is shared out by the number of signs, at the end
of a sentence where there is one near.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise

from voicepipe.domain.sentences import SENTENCE_ENDS
from voicepipe.domain.transcripts import Segment, Word
from voicepipe.wire.messages import Span
from voicepipe.wire.sound import SAMPLE_RATE

LEAST_PAUSE_SECONDS = 1.0
"""A shorter pause divides nothing."""
LEAST_PIECE_SECONDS = 0.3
"""A model's times are as exact as this: what reaches less far over a pause begins or ends at it."""
NEAR = 0.15
"""Part of a text within which a sentence's end is near."""


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A stretch of a recording, and where it stands in the window's speech; in seconds."""

    start: float
    at: float
    length: float

    @property
    def ends_at(self) -> float:
        return self.at + self.length


def placed(spans: Sequence[Span], start: float, end: float, text: str, words: Sequence[Word] = ()) -> Iterator[Segment]:
    """What is said from `start` to `end`, in seconds of the speech of these spans, in seconds of the recording."""
    stretches = list(_stretches(spans))
    whole = stretches[-1].ends_at
    start, end = min(start, whole), min(end, whole)
    pauses = [left.ends_at for left, right in pairwise(stretches) if _is_pause(left, right)]
    start = next((at for at in pauses if start < at < start + LEAST_PIECE_SECONDS), start)
    end = next((at for at in pauses if end - LEAST_PIECE_SECONDS < at < end), end)
    cuts = [at for at in pauses if start < at < end]
    pieces = zip([start, *cuts], [*cuts, end], strict=True)
    rest = list(words)
    for (piece_start, piece_end), piece in zip(pieces, _divided(text, start, end, cuts), strict=True):
        begin = _time_of(stretches, piece_start, is_end=False)
        of_piece = tuple(_taken(rest, len(piece)))
        yield Segment(begin, max(begin, _time_of(stretches, piece_end, is_end=True)), piece, of_piece)


def _stretches(spans: Sequence[Span]) -> Iterator[_Stretch]:
    lengths = [(span.end - span.start) / SAMPLE_RATE for span in spans]
    for span, length, end in zip(spans, lengths, accumulate(lengths), strict=True):
        yield _Stretch(span.start / SAMPLE_RATE, end - length, length)


def _is_pause(left: _Stretch, right: _Stretch) -> bool:
    return right.start - (left.start + left.length) >= LEAST_PAUSE_SECONDS


def _time_of(stretches: Sequence[_Stretch], at: float, *, is_end: bool) -> float:
    """Between two stretches, an end is the first one's and a beginning the second one's. To a hundredth of a second."""
    for stretch in stretches:
        if at < stretch.ends_at or (is_end and at == stretch.ends_at):
            return round(stretch.start + at - stretch.at, 2)
    return round(stretches[-1].start + stretches[-1].length, 2)


def _divided(text: str, start: float, end: float, cuts: Sequence[float]) -> Iterator[str]:
    """The text of each piece; one may be empty."""
    done = 0
    for cut in cuts:
        place = _place(text, len(text) * (cut - start) / (end - start))
        yield text[done : max(done, place)]
        done = max(done, place)
    yield text[done:]


def _taken(words: list[Word], signs: int) -> Iterator[Word]:
    """Takes so many signs from the beginning of the words; one that goes on is divided."""
    while words and signs > 0:
        word = words.pop(0)
        if len(word.text) > signs:
            words.insert(0, replace(word, text=word.text[signs:]))
        yield replace(word, text=word.text[:signs])
        signs -= len(word.text)


def _place(text: str, wanted: float) -> int:
    """Where to divide: before a space, if the text has any."""
    places = [place for place, sign in enumerate(text) if sign == " " and place] or list(range(len(text) + 1))
    ends = [place for place in places if text[place - 1 : place] in tuple(SENTENCE_ENDS)]
    near = [place for place in ends if abs(place - wanted) <= NEAR * len(text)]
    return min(near or places, key=lambda place: abs(place - wanted))
