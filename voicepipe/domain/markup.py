"""Markup of a text as data: which stretch of it looks how. No parse mode is ever needed, so no text can break it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum


class Look(StrEnum):
    """How a stretch of text is shown."""

    BOLD = "bold"
    ITALIC = "italic"
    UNDERLINE = "underline"
    STRIKE = "strike"
    SPOILER = "spoiler"
    CODE = "code"
    QUOTE = "quote"
    FOLDED = "folded"
    """A quotation of which the first lines are shown, until somebody opens it."""
    LINK = "link"


@dataclass(frozen=True, slots=True)
class Entity:
    """A stretch of a text that looks in some way; offset and length count characters (code points)."""

    look: Look
    offset: int
    length: int
    url: str = ""
    """Where a LINK leads."""

    @property
    def end(self) -> int:
        return self.offset + self.length


def within(entities: Iterable[Entity], start: int, end: int) -> Iterator[Entity]:
    """What of them is between two places of the text, counted from the first of these."""
    for entity in entities:
        first, last = max(entity.offset, start), min(entity.end, end)
        if first < last:
            yield replace(entity, offset=first - start, length=last - first)
