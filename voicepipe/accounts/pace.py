"""How fast somebody writes: so many messages of a kind are acted upon in a minute; then that is told once, and no more.

What counts is when a message was sent: what lay unread while the service was off did not come fast. What is remembered
lasts as long as the process.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum, auto

MINUTE = timedelta(minutes=1)
MOST_PEOPLE = 10_000
"""How many are remembered before those are looked for who have not written lately."""


class Kind(Enum):
    """What is counted by itself."""

    RECORDING = auto()
    COMMAND = auto()
    """Presses of buttons as well."""


class Verdict(Enum):
    """What to do about a message."""

    WITHIN = auto()
    """Act upon it."""
    TELL = auto()
    """It is too much; that is to be told."""
    IGNORE = auto()
    """It is too much, and that was told."""


@dataclass(slots=True)
class _Lately:
    within: deque[datetime] = field(default_factory=deque)
    """When what was acted upon was sent, within a minute of the latest."""
    told_at: datetime | None = None

    def is_quiet(self, at: datetime) -> bool:
        return not self.within or at - self.within[-1] >= MINUTE


class Pace:
    """Remembers what everybody has sent within a minute."""

    def __init__(self) -> None:
        self._lately: dict[tuple[int, Kind], _Lately] = {}

    def judge(self, user_id: int, kind: Kind, sent_at: datetime, most: int) -> Verdict:
        """What to do about a message of which `most` are acted upon in a minute; 0: all."""
        if most == 0:
            return Verdict.WITHIN
        lately = self._of(user_id, kind, sent_at)
        while lately.within and sent_at - lately.within[0] >= MINUTE:
            lately.within.popleft()
        if len(lately.within) < most:
            lately.within.append(sent_at)
            return Verdict.WITHIN
        if lately.told_at is not None and sent_at - lately.told_at < MINUTE:
            return Verdict.IGNORE
        lately.told_at = sent_at
        return Verdict.TELL

    def _of(self, user_id: int, kind: Kind, at: datetime) -> _Lately:
        if len(self._lately) >= MOST_PEOPLE:
            self._lately = {who: lately for who, lately in self._lately.items() if not lately.is_quiet(at)}
        return self._lately.setdefault((user_id, kind), _Lately())
