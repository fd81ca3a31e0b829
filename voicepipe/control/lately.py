"""What went wrong of late, for whoever looks: warnings and errors by their words, without whose they were."""

from __future__ import annotations

import re
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from voicepipe.events import Event

MOST_KEPT = 20
_TOLD = ("what", "cause", "method", "kind", "missing", "keys")
"""Fields that say more about a trouble and have enumerated words only."""
_LOUD = ("warning", "error")


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that went wrong, perhaps often."""

    severity: str
    words: str
    times: int
    at: float
    """The last time, as `time.time` has it."""


class Lately:
    """Remembers the latest troubles. Subscribe `remember` to the events."""

    def __init__(self) -> None:
        self._troubles: OrderedDict[str, Trouble] = OrderedDict()

    def remember(self, event: Event) -> None:
        """Keep it in mind, if it is one."""
        if event.severity not in _LOUD:
            return
        words = _words(event)
        known = self._troubles.pop(words, Trouble(event.severity, words, 0, 0.0))
        self._troubles[words] = replace(known, times=known.times + 1, at=time.time())
        while len(self._troubles) > MOST_KEPT:
            self._troubles.popitem(last=False)

    @property
    def troubles(self) -> Sequence[Trouble]:
        """The latest first."""
        return tuple(reversed(self._troubles.values()))


def _words(event: Event) -> str:
    name = re.sub(r"(?<!^)(?=[A-Z])", " ", type(event).__name__).capitalize()
    facts = [str(value) for field in _TOLD if (value := getattr(event, field, None))]
    return f"{name}: {', '.join(facts)}" if facts else name
