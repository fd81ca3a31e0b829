"""Folding: a line that comes again and again is logged a few times, and then counted.

Of warnings and errors, two are the same when their words are, whatever their numbers (seconds, attempts) and whichever
job they fell upon; a line that is about a job by itself is another for each. Everything else is the same only when all
of it is. Any thread may log.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass

import structlog
from structlog.typing import EventDict, WrappedLogger

BURST = 10
"""How often a line is logged within a window before it is only counted."""
WINDOW_SECONDS = 60.0
MOST_KEPT = 1000
"""Different lines that are remembered."""
FOLDED = "line repeated"
"""The event that tells how often another was."""
_LOUD = ("warning", "error", "critical")

Tell = Callable[[str, Mapping[str, object]], None]
"""Logs FOLDED, given the severity and the facts."""


@dataclass(slots=True)
class _Fold:
    """A line that was said lately."""

    line: EventDict
    ends_at: float
    times: int = 1


class Folding:
    """A processor of structlog's that drops what is said too often."""

    def __init__(self, tell: Tell, clock: Callable[[], float] = time.monotonic) -> None:
        self._tell = tell
        self._clock = clock
        self._lock = threading.Lock()
        self._folds: dict[Hashable, _Fold] = {}
        self._timer: threading.Timer | None = None

    def __call__(self, _: WrappedLogger, severity: str, line: EventDict) -> EventDict:
        """The line. Raises DropEvent where it is only counted."""
        if line.get("event") == FOLDED:
            return line
        self.sweep()
        with self._lock:
            key = _key(severity, line)
            fold = self._folds.get(key)
            if fold is None:
                self._remember(key, line)
                return line
            fold.times += 1
            if fold.times <= BURST:
                return line
            self._wait()
        raise structlog.DropEvent

    def sweep(self, *, all_of_them: bool = False) -> None:
        """Tell what was counted in windows that are over."""
        with self._lock:
            now = self._clock()
            over = {key: fold for key, fold in self._folds.items() if all_of_them or fold.ends_at <= now}
            for key in over:
                del self._folds[key]
        for fold in over.values():
            if fold.times > BURST:
                self._tell(*_summary(fold))

    def close(self) -> None:
        """Tell all, and count no more."""
        if self._timer is not None:
            self._timer.cancel()
        self.sweep(all_of_them=True)

    def _remember(self, key: Hashable, line: EventDict) -> None:
        if len(self._folds) >= MOST_KEPT:
            return
        self._folds[key] = _Fold(dict(line), self._clock() + WINDOW_SECONDS)

    def _wait(self) -> None:
        """Nobody may log anything for a long time: see to it that what was counted is told."""
        if self._timer is None or not self._timer.is_alive():
            self._timer = threading.Timer(WINDOW_SECONDS + 0.1, self.sweep)
            self._timer.daemon = True
            self._timer.start()


def _key(severity: str, line: EventDict) -> Hashable:
    if severity in _LOUD:
        words = {name: value for name, value in line.items() if isinstance(value, str)}
        if "chat_id" not in line:  # then the job is where it happened, not what it is about
            words.pop("job", None)
        return severity, tuple(sorted(words.items()))
    return severity, tuple(sorted((name, repr(value)) for name, value in line.items()))


def _summary(fold: _Fold) -> tuple[str, dict[str, object]]:
    """The severity and the facts of the line that stands for those that were left out."""
    words = {name: value for name, value in fold.line.items() if isinstance(value, str)}
    severity = str(words.pop("level", "info"))
    words.pop("job", None)
    name = words.pop("event", "")
    return severity, {"line": name, "times": fold.times - BURST, **words}
