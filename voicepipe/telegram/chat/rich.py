"""A text that is too long for a plain message as one rich message: paragraphs, and a quotation that opens.

Its limits are those of core.telegram.org (rich_message_text_length_max and rich_message_block_count_max). The documents
do not say how a line break within a quotation is shown; it is sent as it stands in plain messages.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from functools import reduce
from itertools import pairwise

from pyrogram import raw

from voicepipe.domain.markup import Entity, Look, within

MOST_CHARACTERS = 32_768
MOST_BLOCKS = 500
_LOOKS = {
    Look.BOLD: raw.types.TextBold,
    Look.ITALIC: raw.types.TextItalic,
    Look.UNDERLINE: raw.types.TextUnderline,
    Look.STRIKE: raw.types.TextStrike,
    Look.CODE: raw.types.TextFixed,
}
_QUOTES = (Look.QUOTE, Look.FOLDED)


def fits(text: str) -> bool:
    """Whether a text can be one rich message."""
    return len(text) <= MOST_CHARACTERS and text.count("\n") < MOST_BLOCKS


def rich_message(text: str, entities: Sequence[Entity]) -> raw.types.InputRichMessage:
    """The text with its markup; links and spoilers are shown as plain text."""
    return raw.types.InputRichMessage(blocks=list(_blocks(text, entities)), rtl=_is_right_to_left(text) or None)


def _blocks(text: str, entities: Sequence[Entity]) -> Iterator[raw.base.PageBlock]:
    at = 0
    for quote in sorted((entity for entity in entities if entity.look in _QUOTES), key=lambda entity: entity.offset):
        yield from _paragraphs(text, entities, at, quote.offset)
        quoted = _rich_text(text, entities, quote.offset, quote.end)
        collapsed = quote.look is Look.FOLDED or None
        yield raw.types.PageBlockBlockquote(text=quoted, caption=raw.types.TextEmpty(), collapsed=collapsed)
        at = quote.end
    yield from _paragraphs(text, entities, at, len(text))


def _paragraphs(text: str, entities: Sequence[Entity], start: int, end: int) -> Iterator[raw.base.PageBlock]:
    for line in text[start:end].split("\n"):
        if line.strip():
            yield raw.types.PageBlockParagraph(text=_rich_text(text, entities, start, start + len(line)))
        start += len(line) + 1


def _rich_text(text: str, entities: Sequence[Entity], start: int, end: int) -> raw.base.RichText:
    """A stretch of the text, in pieces that look the same all through."""
    marks = [entity for entity in within(entities, start, end) if entity.look in _LOOKS]
    edges = sorted({0, end - start, *(entity.offset for entity in marks), *(entity.end for entity in marks)})
    pieces = [_piece(text[start + first : start + last], marks, first) for first, last in pairwise(edges)]
    return pieces[0] if len(pieces) == 1 else raw.types.TextConcat(texts=pieces)


def _piece(text: str, marks: Sequence[Entity], at: int) -> raw.base.RichText:
    looks = [_LOOKS[entity.look] for entity in marks if entity.offset <= at < entity.end]
    return reduce(lambda inner, look: look(text=inner), looks, raw.types.TextPlain(text=text))


def _is_right_to_left(text: str) -> bool:
    """By the first sign that has a direction."""
    directions = (unicodedata.bidirectional(sign) for sign in text)
    return next((direction for direction in directions if direction in ("L", "R", "AL")), "L") != "L"
