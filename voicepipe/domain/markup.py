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
    PERSON = "person"
    """Somebody's name, which leads to them; no more than a name where the bot may not name them."""


@dataclass(frozen=True, slots=True)
class Entity:
    """A stretch of a text that looks in some way; offset and length count characters (code points)."""

    look: Look
    offset: int
    length: int
    url: str = ""
    """Where a LINK leads."""
    user_id: int = 0
    """Whose name a PERSON is."""

    @property
    def end(self) -> int:
        return self.offset + self.length


def within(entities: Iterable[Entity], start: int, end: int) -> Iterator[Entity]:
    """What of them is between two places of the text, counted from the first of these."""
    for entity in entities:
        first, last = max(entity.offset, start), min(entity.end, end)
        if first < last:
            yield replace(entity, offset=first - start, length=last - first)


class Written:
    """A text in the making, with its markup."""

    def __init__(self) -> None:
        self.text = ""
        self._entities: list[Entity] = []

    @property
    def entities(self) -> tuple[Entity, ...]:
        return tuple(self._entities)

    def write(self, text: str, entities: Iterable[Entity] = (), *, look: Look | None = None) -> None:
        """Add a text at the end; `entities` count from its beginning, and `look` is that of all of it."""
        start = len(self.text)
        self.text += text
        self._entities += (replace(entity, offset=entity.offset + start) for entity in entities)
        if look is not None and text:
            self._entities.append(Entity(look, start, len(text)))

    def fold(self, start: int) -> None:
        """Have everything from a place on shown as a folded quotation."""
        if start < len(self.text):
            self._entities.append(Entity(Look.FOLDED, start, len(self.text) - start))
