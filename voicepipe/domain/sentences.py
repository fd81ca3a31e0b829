"""Where sentences and clauses end, in the scripts that Whisper writes: for messages, paragraphs and subtitles alike."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import chain

_SPACED_ENDS, _UNSPACED_ENDS = ".!?…؟۔։።", "。！？｡．।॥။།៕"
"""The latter end sentences in scripts that put no space behind them."""
_SPACED_CLAUSES, _UNSPACED_CLAUSES = ",،;:؛", "，、､၊；："
SENTENCE_ENDS = _SPACED_ENDS + _UNSPACED_ENDS
CLAUSE_ENDS = _SPACED_CLAUSES + _UNSPACED_CLAUSES
CLOSING = "\"'" + "".join(
    sign for sign in map(chr, chain(range(0x3100), range(0xFE00, 0xFFF0))) if unicodedata.category(sign) in ("Pe", "Pf")
)
"""Brackets and quotation marks that belong to the sentence before them."""
_CLOSING = f"[{re.escape(CLOSING)}]*"
AFTER_SENTENCE = rf"[{re.escape(_SPACED_ENDS)}]+{_CLOSING}\s|[{_UNSPACED_ENDS}]+{_CLOSING}"
"""A pattern whose matches end where a sentence does."""
AFTER_CLAUSE = rf"[{_SPACED_CLAUSES}]{_CLOSING}\s|[{_UNSPACED_CLAUSES}]{_CLOSING}"
_END = re.compile(AFTER_SENTENCE)


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """Where each sentence begins and ends, the white space behind it included.

    What goes on in lower case is no new sentence, as after «т. д.».
    """
    start = 0
    for end in _END.finditer(text):
        if not text[end.end() : end.end() + 1].islower():
            yield start, end.end()
            start = end.end()
    if start < len(text):
        yield start, len(text)
