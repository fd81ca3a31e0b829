"""A text made easier to read, word by word its own: without fillers and doubled words, in paragraphs, with capitals.

Only sounds of hesitation, and words that say nothing between commas, are left out. A text without any full stop gets
one wherever whoever speaks has paused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from voicepipe.domain.sentences import SENTENCE_ENDS
from voicepipe.domain.transcripts import Segment, Transcript
from voicepipe.formats.paragraphs import in_paragraphs
from voicepipe.processing.kinds import Failing, Made, Material, NotMade, Piece

_SOUNDS = {
    "ru": "э(?:-?э)*м*|м{2,}|хм+|а{2,}|ы{2,}",
    "en": "u+h+|u+m+|e+r+m?|hm+|m{2,}",
}
"""Sounds of hesitation: patterns of whole words."""
_EMPTY = {
    "ru": "ну|вот|короче|значит|типа|так сказать|как бы|как его|это самое|в общем|скажем так|слушай|блин|собственно",
    "en": "you know|i mean|like|well|so|kind of|sort of|basically|actually|right",
}
"""What says nothing where commas stand around it."""
_DOUBLED_ON_PURPOSE = {"ru": "да|нет|очень|много|еле|чуть|ну", "en": "very|no|yes|had|that|bye|so"}
_PAUSE_SECONDS = 0.6
"""A longer pause ends a sentence in a text that has no full stop."""


def tidy(material: Material) -> Made:
    """Raises NotMade where nothing is left."""
    pieces = [replace(each, text=cleaned(each.text, material.language)) for each in _stopped(material)]
    pieces = [each for each in pieces if re.search(r"\w", each.text)]
    if not pieces:
        raise NotMade(Failing.NOTHING)
    text = _capitals(" ".join(each.text for each in pieces))
    return Made(text=in_paragraphs(Transcript(text, material.language, 1.0, 0.0, tuple(_cut(text, pieces)))))


def _cut(text: str, pieces: Iterable[Piece]) -> Iterator[Segment]:
    """The stretches as they stand in the text, one after the other."""
    at = 0
    for piece in pieces:
        yield Segment(piece.start, piece.end, text[at : at + len(piece.text)])
        at += len(piece.text) + 1


def cleaned(text: str, language: str) -> str:
    """Without fillers and doubled words."""
    for pattern, put in _patterns(language):
        text = pattern.sub(put, text)
    text = re.sub(r"\s+([,.!?…;:])", r"\1", text)
    text = re.sub(r"([,;:])(?:\s*,)+", r"\1", text)
    text = re.sub(r"^[\s,;]+|(?<=[.!?…])\s*,\s*", " ", text)
    return " ".join(text.split())


def _patterns(language: str) -> list[tuple[re.Pattern[str], str]]:
    sounds, empty = _SOUNDS.get(language), _EMPTY.get(language)
    doubled = _DOUBLED_ON_PURPOSE.get(language, "(?!)")
    patterns = []
    if sounds and empty:
        patterns += [
            (re.compile(rf"(?i)(?<![\w-])(?:{sounds})(?![\w-])(?:…|\.\.\.)?,?"), ""),
            (re.compile(rf"(?i)(?:(?<=[.!?…])|^)\s*(?:(?:{empty}),\s*)+"), " "),
            (re.compile(rf"(?i),\s*(?:{empty}),"), ""),
            (re.compile(rf"(?i),\s*(?:{empty})(?=[.!?…])"), ""),
        ]
    # A name of two equal words is written with capitals, or with a hyphen.
    patterns.append((re.compile(rf"(?i)(?<![\w-])(?!(?:{doubled})\b)(\w+)(?:,?\s+\1(?![\w'’-]))+"), r"\1"))
    return patterns


def _capitals(text: str) -> str:
    """Each sentence begins with one; a text of several lower-case words with a full stop, too."""
    ends = re.escape(SENTENCE_ENDS)
    return re.sub(rf"(^|[{ends}][\"»”)]*\s+)([^\W\d_])", lambda match: match[1] + _capital(match[2]), text)


def _capital(letter: str) -> str:
    capital = letter.upper()
    return capital if len(capital) == 1 else letter  # as ß, with which no sentence begins


def _stopped(material: Material) -> tuple[Piece, ...]:
    """The stretches of the text; with a full stop before each pause where the text has none at all."""
    pieces = material.pieces or (Piece(0.0, 0.0, material.text),)
    if any(sign in SENTENCE_ENDS for sign in material.text):
        return pieces
    following = [*pieces[1:], None]
    return tuple(
        Piece(piece.start, piece.end, _with_stop(piece.text))
        if after is None or after.start - piece.end > _PAUSE_SECONDS
        else piece
        for piece, after in zip(pieces, following, strict=True)
    )


def _with_stop(text: str) -> str:
    return text.rstrip().rstrip(",;:—–-").rstrip() + "." if text.strip() else ""
