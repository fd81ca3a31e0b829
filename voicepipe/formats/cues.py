"""Cues for subtitles: what is said, cut so that it can be read.

A cue has at most two lines of 42 signs and lasts at most 7 s, as subtitles on television and in films do. It ends at a
sentence's or a clause's end where there is one near. Within a segment nobody knows when each word was said, so its time
is shared out by the number of signs.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from voicepipe.domain.sentences import CLAUSE_ENDS, CLOSING, SENTENCE_ENDS
from voicepipe.domain.transcripts import Segment

LINE_SIGNS, LINES, CUE_SECONDS = 42, 2, 7.0
DASHES = "—–"
"""A line of subtitles may end with one."""
EARLIEST = 0.5
"""A cue is cut at the best place in its later half."""
_WIDE = r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uff60\U00020000-\U0003fffd]"
"""Chinese and Japanese signs: a line may be broken between any two of them, and each is as wide as two letters."""
_ENDS = f"[{re.escape(SENTENCE_ENDS + CLAUSE_ENDS + DASHES + CLOSING)}]"
_TOKENS = re.compile(rf"\s*(?:{_WIDE}{_ENDS}*|(?:(?!{_WIDE})\S)+)")


@dataclass(frozen=True, slots=True)
class Cue:
    """Lines that are shown together; start and end in seconds."""

    start: float
    end: float
    lines: tuple[str, ...]


def cues(segments: Iterable[Segment]) -> Iterator[Cue]:
    """In order; segments without words have none."""
    for segment in segments:
        text = " ".join(segment.text.split())
        if tokens := [part for token in _TOKENS.findall(text) for part in _parts(token)]:
            yield from _shared_out(segment, list(_pieces(tokens, segment.end - segment.start)))


def _shared_out(segment: Segment, pieces: Sequence[list[str]]) -> Iterator[Cue]:
    widths = [_width("".join(piece)) for piece in pieces]
    seconds_per_sign = (segment.end - segment.start) / sum(widths)
    for piece, width, signs in zip(pieces, widths, accumulate(widths), strict=True):
        end = segment.start + signs * seconds_per_sign
        start = end - width * seconds_per_sign
        yield Cue(start, min(end, start + CUE_SECONDS), _lines(piece))


def _pieces(tokens: list[str], seconds: float) -> Iterator[list[str]]:
    """The tokens of each cue."""
    most_signs = LINE_SIGNS * LINES
    if seconds > CUE_SECONDS:
        most_signs = min(most_signs, int(_width("".join(tokens)) * CUE_SECONDS / seconds))
    while tokens:
        count = _most_that_fit(tokens, most_signs)
        if count < len(tokens):
            first = max(1, int(count * EARLIEST))
            count = max(range(first, count + 1), key=lambda end: (_worth(tokens[end - 1]), end))
        yield tokens[:count]
        tokens = tokens[count:]


def _most_that_fit(tokens: list[str], most_signs: int) -> int:
    """How many of them make a cue; at least one."""
    count = 1
    while count < len(tokens):
        text = tokens[: count + 1]
        if _width("".join(text).strip()) > most_signs or len(_lines(text)) > LINES:
            break
        count += 1
    return count


def _worth(token: str) -> int:
    """How good it is to end with it."""
    last = token.rstrip(CLOSING)[-1:] or " "
    return 2 if last in SENTENCE_ENDS else 1 if last in CLAUSE_ENDS + DASHES else 0


def _lines(tokens: Sequence[str]) -> tuple[str, ...]:
    """One if they fit, else two of about the same length if they fit, else as many as it takes."""
    text = "".join(tokens).strip()
    if _width(text) <= LINE_SIGNS:
        return (text,)
    halves = [("".join(tokens[:cut]).strip(), "".join(tokens[cut:]).strip()) for cut in range(1, len(tokens))]
    fitting = [both for both in halves if max(map(_width, both)) <= LINE_SIGNS]
    if fitting:
        return min(fitting, key=lambda both: abs(_width(both[0]) - _width(both[1])))
    return tuple(_filled(tokens))


def _filled(tokens: Sequence[str]) -> Iterator[str]:
    line = ""
    for token in tokens:
        if line and _width(line + token) > LINE_SIGNS:
            yield line
            line = ""
        line = line + token if line else token.lstrip()
    yield line


def _parts(token: str) -> Iterator[str]:
    """A word that is longer than a line, as one without spaces in Thai, in several; never before a combining mark."""
    part = ""
    for sign in token:
        if _width(part.strip()) >= LINE_SIGNS and not unicodedata.category(sign).startswith("M"):
            yield part
            part = ""
        part += sign
    yield part


def _width(text: str) -> int:
    """In letters."""
    return sum(
        0 if unicodedata.category(sign) == "Mn" else 2 if unicodedata.east_asian_width(sign) in "WF" else 1
        for sign in text
    )
