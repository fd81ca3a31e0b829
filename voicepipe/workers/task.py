"""What the supervisor knows of a task: the parts that it consists of, their files, and what the worker said of each.

A worker's words about a part are believed only as far as they can be true: a recording may have taken it over.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import itertools
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from voicepipe.wire.messages import Answer, Crashed, Found, Opening, Passage, Recognise, Recognised, Rejected, Window
from voicepipe.workers.lifecycle import LossCause

SAMPLE_RATE = 16_000
LONGEST_WINDOW_SECONDS = 30.0
MOST_SPANS = 1000
"""Of one window: sound and silence take turns no faster."""
MOST_WINDOWS = 60
"""Beside one for each second that a recording may have. What is found goes to other workers, so it has an end."""


@dataclass(frozen=True, slots=True)
class WorkerLost:
    """The outcome of a part whose worker went away under it."""

    cause: LossCause


PartOutcome = Recognised | Rejected | Crashed | WorkerLost
"""What comes of a part. The numbers of task and item in it mean nothing outside of the pool."""


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A piece of work: the opening of a recording, or one of its further windows."""

    work: Opening | Passage
    sound: int
    """Descriptor of the recording's sound file, open for reading and writing as long as the part has no outcome."""
    audio_seconds: float
    """What it scales the deadline with: an opening's declared length, or an upper bound; a further window's speech."""
    media: Path | None = None
    """An opening's media."""
    bucket: int = 0
    """Only parts of the same bucket gain by being done together."""
    is_alone: bool = False
    """Never together with others: it may have ended a worker."""
    on_start: Callable[[], None] = lambda: None
    """Called in the event loop when a worker gets it."""
    on_found: Callable[[Found], None] = lambda _: None
    """Called in the event loop for each further window, or several, that an opening finds."""

    def open_files(self, stack: contextlib.ExitStack) -> tuple[int, ...]:
        """What the worker gets, until the stack is closed. Raises OSError."""
        if isinstance(self.work, Passage):
            return (_opened_again(self.sound, os.O_RDONLY, stack),)
        assert self.media is not None
        # Whatever lies there, to open it must not block.
        media = os.open(self.media, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        stack.callback(os.close, media)
        return media, _opened_again(self.sound, os.O_RDWR, stack)


def _opened_again(fd: int, flags: int, stack: contextlib.ExitStack) -> int:
    """The file with a position, and rights, of its own; as it is where there is no /proc."""
    try:
        again = os.open(f"/proc/self/fd/{fd}", flags | os.O_CLOEXEC)
    except FileNotFoundError:
        again = os.dup(fd)
    stack.callback(os.close, again)
    return again


def seconds_of(window: Window) -> float:
    """How much speech a window holds."""
    return sum(span.end - span.start for span in window.spans) / SAMPLE_RATE


@dataclass(slots=True, eq=False)
class Item:
    """A part in a task."""

    part: Part
    outcome: asyncio.Future[PartOutcome]
    answer: Answer | None = None
    found: int = 0
    """Further windows found so far."""

    def open_files(self, stack: contextlib.ExitStack) -> tuple[int, ...]:
        """What its worker gets, until the stack is closed; nothing when that can't be opened, and then it is over."""
        try:
            return self.part.open_files(stack)
        except OSError as error:
            name = errno.errorcode.get(error.errno or 0, "OSError")
            self.conclude(Crashed(0, 0, f"{name} before a worker had it"))
            return ()

    def conclude(self, outcome: PartOutcome) -> None:
        """It is over, once."""
        if not self.outcome.done():  # else its owner has cancelled it
            self.outcome.set_result(outcome)

    def hear(self, message: Found | Answer) -> bool:
        """What the worker says of it, passed on if it makes sense; whether it does."""
        if self.answer is not None or (isinstance(message, Found) and not self._may_have(message)):
            return False
        if not isinstance(message, Found):
            self.answer = message
            self.conclude(message)
        elif not self.outcome.done():
            self.part.on_found(message)
        return True

    def _may_have(self, found: Found) -> bool:
        """Whether so many, and such, windows can be in it."""
        if not isinstance(self.part.work, Opening):
            return False
        self.found += len(found.windows)
        most = MOST_WINDOWS + self.part.work.limit_seconds
        return self.found <= most and all(map(_is_possible, found.windows))


def _is_possible(window: Window) -> bool:
    marks = [mark for span in window.spans for mark in (span.start, span.end)]
    is_in_order = all(earlier <= later for earlier, later in itertools.pairwise([0, *marks]))
    has_length = 0.0 < seconds_of(window) <= LONGEST_WINDOW_SECONDS
    return is_in_order and has_length and window.offset >= 0 and len(window.spans) <= MOST_SPANS


class Task:
    """Parts that a worker does together, in the order in which the protocol numbers them: openings first."""

    def __init__(self, number: int, items: Iterable[Item], now: float) -> None:
        """`now` is the monotonic instant, in seconds, at which the worker gets it."""
        self.id = number
        self.items = sorted(items, key=lambda item: isinstance(item.part.work, Passage))
        self.started_at = now

    @property
    def audio_seconds(self) -> float:
        """Of all parts."""
        return sum(item.part.audio_seconds for item in self.items)

    def message(self) -> Recognise:
        """What the worker is told."""
        works = [item.part.work for item in self.items]
        openings = tuple(work for work in works if isinstance(work, Opening))
        return Recognise(self.id, openings, tuple(work for work in works if isinstance(work, Passage)))

    def hear(self, message: Found | Answer) -> bool:
        """What the worker says of a part, passed on if it makes sense; whether it does."""
        is_ours = message.task_id == self.id and 0 <= message.item < len(self.items)
        return is_ours and self.items[message.item].hear(message)

    @property
    def is_answered(self) -> bool:
        """Whether each part has its answer."""
        return all(item.answer is not None for item in self.items)

    @property
    def has_crashed(self) -> bool:
        """Whether a part has raised an error."""
        return any(isinstance(item.answer, Crashed) for item in self.items)

    @property
    def heard(self) -> list[Recognised]:
        """The answers that are text."""
        return [item.answer for item in self.items if isinstance(item.answer, Recognised)]

    def lose(self, cause: LossCause) -> None:
        """The worker is gone: parts without an answer get none. Of several, nobody knows which is to blame."""
        if len(self.items) > 1 and cause in (LossCause.DIED, LossCause.DEADLINE):
            cause = LossCause.IN_COMPANY
        for item in self.items:
            if item.answer is None:
                item.conclude(WorkerLost(cause))
