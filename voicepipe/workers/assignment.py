"""What the supervisor knows of a task: the parts that it consists of, and what the worker said of each.

A worker's words about a part are believed only as far as they can be true: a recording may have taken it over.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from voicepipe.wire.messages import (
    Answer,
    Crashed,
    Found,
    FurtherWindow,
    Opened,
    Opening,
    Recognise,
    Recognised,
    Rejected,
    Window,
)
from voicepipe.wire.sound import SAMPLE_RATE
from voicepipe.workers.lifecycle import LossCause
from voicepipe.workers.sounds import SoundKey

MOST_SPANS = 1000
"""Of one window: sound and silence take turns no faster."""
MOST_WINDOWS = 60
"""Beside one for each second that a recording may have. What is found goes to other workers, so it has an end."""


@dataclass(frozen=True, slots=True)
class WorkerLost:
    """The outcome of a part whose worker went away under it."""

    cause: LossCause


PartOutcome = Recognised | Opened | Rejected | Crashed | WorkerLost
"""What comes of a part. The numbers of task and part in it mean nothing outside of the pool."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Part:
    """A piece of work: the opening of a recording, or one of its further windows."""

    work: Opening | FurtherWindow
    sound: SoundKey
    """Of the recording's sound file, which is there as long as the part has no outcome."""
    audio_seconds: float
    """What it scales the deadline with: an opening's declared length, or an upper bound; a further window's speech."""
    media: Path | None = None
    """An opening's media."""
    is_short: bool = False
    """Whether it is of a short recording, which is the express workers' work."""
    size_class: int = 0
    """Only parts of the same class gain by being done together."""
    is_alone: bool = False
    """Never together with others: it may have ended a worker."""
    is_at_home: bool = False
    """Rather for a worker on this machine: others were not heard of any more when they had this."""
    model: str = ""
    """Which a window is for: one that only other machines have, by its name; empty: the one of the configuration."""
    name: str = ""
    """Of the recording, for operators."""
    on_start: Callable[[], None] = lambda: None
    """Called in the event loop when a worker gets it."""
    on_found: Callable[[Found], None] = lambda _: None
    """Called in the event loop for each further window, or several, that an opening finds."""

    @property
    def is_window(self) -> bool:
        """Whether a worker on another machine may do it: recordings are opened at home, in the sandbox."""
        return isinstance(self.work, FurtherWindow)


def seconds_of(window: Window) -> float:
    """How much speech a window holds."""
    return sum(span.end - span.start for span in window.spans) / SAMPLE_RATE


@dataclass(slots=True, eq=False)
class GivenPart:
    """A part in a task."""

    part: Part
    outcome: asyncio.Future[PartOutcome]
    answer: Answer | None = None
    found: int = 0
    """Further windows found so far."""

    def resolve(self, outcome: PartOutcome) -> None:
        """It is over, once."""
        if not self.outcome.done():  # else its owner has cancelled it
            self.outcome.set_result(outcome)

    def hear(self, message: Found | Answer, window_seconds: float) -> bool:
        """What the worker says of it, passed on if it makes sense; whether it does."""
        if self.answer is not None or not self._may_be(message, window_seconds):
            return False
        if not isinstance(message, Found):
            self.answer = message
            self.resolve(message)
        elif not self.outcome.done():
            self.part.on_found(message)
        return True

    def _may_be(self, message: Found | Answer, window_seconds: float) -> bool:
        """Whether that can be said of it."""
        work = self.part.work
        recognises = not isinstance(work, Opening) or work.recognises
        match message:
            case Found():
                is_told = (message.language is not None) is recognises
                return isinstance(work, Opening) and is_told and self._may_have(message, work, window_seconds)
            case Recognised():
                return recognises
            case Opened():
                return not recognises and self.found > 0
            case _:
                return True

    def _may_have(self, found: Found, opening: Opening, window_seconds: float) -> bool:
        """Whether so many, and such, windows can be in it."""
        self.found += len(found.windows)
        most = MOST_WINDOWS + opening.limit_seconds
        return self.found <= most and all(_is_possible(window, window_seconds) for window in found.windows)


def _is_possible(window: Window, window_seconds: float) -> bool:
    marks = [mark for span in window.spans for mark in (span.start, span.end)]
    is_in_order = all(earlier <= later for earlier, later in itertools.pairwise([0, *marks]))
    has_length = 0.0 < seconds_of(window) <= window_seconds
    return is_in_order and has_length and window.offset >= 0 and len(window.spans) <= MOST_SPANS


class Assignment:
    """A task: parts that a worker does together, in the order in which the protocol numbers them: openings first."""

    def __init__(self, number: int, parts: Iterable[GivenPart], *, window_seconds: float, now: float) -> None:
        """`window_seconds`: the longest window that the worker makes; `now`: the monotonic instant of the beginning."""
        self.id = number
        self.parts = sorted(parts, key=lambda given: isinstance(given.part.work, FurtherWindow))
        self.started_at = now
        self._window_seconds = window_seconds

    @property
    def audio_seconds(self) -> float:
        """Of all parts."""
        return sum(given.part.audio_seconds for given in self.parts)

    @property
    def names(self) -> tuple[str, ...]:
        """The recordings that it is about, each once."""
        return tuple(dict.fromkeys(given.part.name for given in self.parts if given.part.name))

    @property
    def is_short(self) -> bool:
        """Whether all parts are."""
        return all(given.part.is_short for given in self.parts)

    @property
    def opens(self) -> bool:
        """Whether it opens a recording, which takes as long as that is: it tells nothing of windows."""
        return any(isinstance(given.part.work, Opening) for given in self.parts)

    def leave_out(self, given: GivenPart, error: str) -> None:
        """A part can't be handed over: the worker is not told of it. To be called before it is told of the others."""
        self.parts.remove(given)
        given.resolve(Crashed(0, 0, error))

    def message(self) -> Recognise:
        """What the worker is told."""
        works = [given.part.work for given in self.parts]
        openings = tuple(work for work in works if isinstance(work, Opening))
        return Recognise(self.id, openings, tuple(work for work in works if isinstance(work, FurtherWindow)))

    def hear(self, message: Found | Answer) -> bool:
        """What the worker says of a part, passed on if it makes sense; whether it does."""
        is_ours = message.task_id == self.id and 0 <= message.part < len(self.parts)
        return is_ours and self.parts[message.part].hear(message, self._window_seconds)

    @property
    def is_answered(self) -> bool:
        """Whether each part has its answer."""
        return all(given.answer is not None for given in self.parts)

    @property
    def has_crashed(self) -> bool:
        """Whether a part has raised an error."""
        return any(isinstance(given.answer, Crashed) for given in self.parts)

    @property
    def texts(self) -> list[Recognised]:
        """The answers that are text."""
        return [given.answer for given in self.parts if isinstance(given.answer, Recognised)]

    def lose(self, cause: LossCause) -> None:
        """The worker is gone: parts without an answer get none. Of several, nobody knows which is to blame."""
        if len(self.parts) > 1 and cause in (LossCause.DIED, LossCause.DEADLINE):
            cause = LossCause.IN_COMPANY
        for given in self.parts:
            if given.answer is None:
                given.resolve(WorkerLost(cause))
