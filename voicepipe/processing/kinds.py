"""What processors make, and of what: plain immutable data."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from enum import StrEnum

from voicepipe.domain.transcripts import Transcript


class Kind(StrEnum):
    """Something that can be made of a text."""

    SUMMARY = "summary"
    POINTS = "points"
    TASKS = "tasks"
    TRANSLATION = "translation"
    TIDY = "tidy"
    """The same text, easier to read."""
    TITLE = "title"
    KEYWORDS = "keywords"


BUILT_IN = frozenset({Kind.SUMMARY, Kind.POINTS, Kind.TIDY, Kind.KEYWORDS})
"""What can be made without a language model."""
BY_MODEL = frozenset(Kind) - {Kind.KEYWORDS}
"""What a language model is asked for."""

LISTS = frozenset({Kind.POINTS, Kind.TASKS})
NONE = "—"
"""What a language model says where there is nothing of the kind."""
_BULLET = re.compile(r"^\s*(?:[-–•*]|\d+[.)])\s+")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of speech; start and end in seconds from the recording's beginning."""

    start: float
    end: float
    text: str


@dataclass(frozen=True, slots=True)
class Material:
    """A text that something is made of."""

    text: str
    language: str
    """ISO 639-1 code."""
    pieces: tuple[Piece, ...] = ()
    """Its stretches, where it is known when they were said."""

    @classmethod
    def of(cls, transcript: Transcript) -> Material:
        pieces = tuple(
            Piece(segment.start, segment.end, segment.text)
            for segment in transcript.segments
            if math.isfinite(segment.start) and math.isfinite(segment.end)
        )
        return cls(transcript.text, transcript.language, pieces)


@dataclass(frozen=True, slots=True)
class Point:
    """One thing in a list."""

    text: str
    seconds: float | None = None
    """When it was said; None where nobody knows."""


@dataclass(frozen=True, slots=True)
class Made:
    """What was made."""

    text: str = ""
    points: tuple[Point, ...] = ()
    """A list, where it is one; then there is no text."""
    model: str = ""
    """The language model that made it; empty for what is built in."""
    stands_in: bool = False
    """Whether it is what is built in, as the model could not be had."""
    is_stopped: bool = False
    """Whether it is only what was there when somebody had it stopped."""

    @property
    def is_empty(self) -> bool:
        return not self.text and not self.points

    @property
    def plain(self) -> str:
        """As plain text, a line a point."""
        return self.text or "\n".join(f"• {point.text}" for point in self.points)


def worded(kind: Kind, text: str, *, model: str, is_stopped: bool = False) -> Made:
    """What a language model has said, as what was made: a list, or a text. Nothing in it where it says that."""
    if text.strip(f" {NONE}.-") == "":
        return Made()
    if kind not in LISTS:
        return Made(text=text, model=model, is_stopped=is_stopped)
    lines = [_BULLET.sub("", line).strip() for line in text.splitlines()]
    points = tuple(Point(line) for line in lines if line and line != NONE)
    return Made(points=points, model=model, is_stopped=is_stopped)


class Failing(StrEnum):
    """Why nothing was made."""

    NOTHING = "nothing"
    """There is nothing in the text to make it of."""
    UNKNOWN = "unknown"
    """Nobody here makes such a thing."""
    UNAVAILABLE = "unavailable"
    """The language model does not answer, or answers nonsense, and nothing that is built in stands in for it."""
    LATE = "late"
    """It took too long."""
    BROKEN = "broken"
    """The process that makes it ended each time."""


class NotMade(Exception):
    """Nothing was made of a text."""

    def __init__(self, failing: Failing) -> None:
        super().__init__(failing.value)
        self.failing = failing
