"""Cuts texts, where a reader would, to the length of Telegram's messages, which is counted in UTF-16 code units."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import regex

from voicepipe.domain.markup import Entity, within
from voicepipe.formats.cutting import behind_white, best_cut

MESSAGE_UNITS = 4096
"""Most UTF-16 code units in one message: core.telegram.org/api/config (message_length_max)."""
CAPTION_UNITS = 1024
"""The same under a document (caption_length_max)."""
_GOES_ON = " …"
_BEGAN_BEFORE = "… "


def split_text(text: str, limit: int = MESSAGE_UNITS) -> list[str]:
    """The text in parts of at most `limit` UTF-16 units; nothing but white space at the cuts is lost."""
    return [part for part, _ in split_marked(text, (), limit)]


def split_marked(
    text: str, entities: Sequence[Entity], limit: int = MESSAGE_UNITS
) -> list[tuple[str, tuple[Entity, ...]]]:
    """The same of a text with markup: each part has what of the markup is in it."""
    parts = []
    for start, part in _parts(text, limit):
        parts.append((part, tuple(within(entities, start, start + len(part)))))
    return parts


def _parts(text: str, limit: int) -> Iterator[tuple[int, str]]:
    """The parts, and where they begin."""
    start, rest = len(text) - len(text.lstrip()), text.strip()
    while units(rest) > limit:
        cut = _cut_position(rest, limit)
        yield start, rest[:cut].rstrip()
        next_part = behind_white(rest, cut)
        start, rest = start + next_part, rest[next_part:]
    yield start, rest


def beginning(text: str) -> str:
    """As much of a text as fits one message, with a sign that it goes on."""
    if units(text) <= MESSAGE_UNITS:
        return text
    cut = _cut_position(text, MESSAGE_UNITS - units(_GOES_ON))
    return text[:cut].rstrip() + _GOES_ON


def ending(text: str) -> str:
    """As much of a text's end as fits one message, from a word's beginning on, with a sign that it goes before."""
    if units(text) <= MESSAGE_UNITS:
        return text
    most = MESSAGE_UNITS - units(_BEGAN_BEFORE)
    start = len(text) - most
    while units(text[start:]) > most:
        start += (units(text[start:]) - most + 1) // 2
    starts = (match.end() for match in regex.finditer(r"\s", text, start - 1))
    return _BEGAN_BEFORE + text[next(starts, start) :]


def _cut_position(text: str, limit: int) -> int:
    """How many characters of a too long text make the first part."""
    # Characters outside the Basic Multilingual Plane take two units: shorten until the rest fits.
    most = limit
    while units(text[:most]) > limit:
        most -= (units(text[:most]) - limit + 1) // 2
    return best_cut(text, most)


def units(text: str) -> int:
    """Length in UTF-16 code units, in which Telegram counts."""
    return len(text.encode("utf-16-le")) // 2
