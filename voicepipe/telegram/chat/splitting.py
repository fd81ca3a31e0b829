"""Cuts texts to the length of Telegram's messages, which is counted in UTF-16 code units."""

from __future__ import annotations

MESSAGE_UNITS = 4096
"""Most UTF-16 code units in one message: core.telegram.org/api/config (message_length_max)."""
CAPTION_UNITS = 1024
"""The same under a document (caption_length_max)."""
_GOES_ON = " …"


def split_text(text: str, limit: int = MESSAGE_UNITS) -> list[str]:
    """The text in parts of at most `limit` UTF-16 units, cut at a line's or sentence's end or between words."""
    parts = []
    rest = text.strip()
    while units(rest) > limit:
        cut = _cut_position(rest, limit)
        parts.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [*parts, rest]


def beginning(text: str) -> str:
    """As much of a text as fits one message, with a sign that it goes on."""
    if units(text) <= MESSAGE_UNITS:
        return text
    # A character is at least one unit: what lies further on need not be looked at.
    cut = _cut_position(text[:MESSAGE_UNITS], MESSAGE_UNITS - units(_GOES_ON))
    return text[:cut].rstrip() + _GOES_ON


def _cut_position(text: str, limit: int) -> int:
    """How many characters of a too long text make the first part."""
    # Characters outside the Basic Multilingual Plane take two units: shorten until the rest fits.
    most = limit
    while units(text[:most]) > limit:
        most -= (units(text[:most]) - limit + 1) // 2
    head = text[:most]
    for mark in ("\n", ". ", "! ", "? ", "… ", " "):
        # A cut in the first half would make parts needlessly short.
        if (position := head.rfind(mark)) > most // 2:
            return position + len(mark)
    return most


def units(text: str) -> int:
    """Length in UTF-16 code units, in which Telegram counts."""
    return len(text.encode("utf-16-le")) // 2
