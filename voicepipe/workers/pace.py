"""How long workers take for a part, as they were measured of late."""

from __future__ import annotations

import time

MEMORY = 0.8
"""What is known counts so much against the next task."""
OLD_SECONDS = 60.0
"""After so long without a task it is worth another look how fast they are now."""
SLOWER_BY_LOSS = 2.0


class Pace:
    """Seconds that a further window takes workers of one kind, with all that it takes to get it there and back.

    Workers of a kind are on one machine, and have one model.
    """

    def __init__(self, part_seconds: float = 0.0, model: str = "") -> None:
        """`part_seconds`: what is known already; 0.0: nothing. `model` is empty where it is the one of home."""
        self.part_seconds = part_seconds
        self.model = model
        self._learned_at = time.monotonic()

    @property
    def is_old(self) -> bool:
        """Whether it may be otherwise by now."""
        return time.monotonic() - self._learned_at > OLD_SECONDS

    def learn(self, parts: int, wall_seconds: float) -> None:
        """A task of so many parts took so long."""
        if parts > 0:
            self.part_seconds = self._mixed(wall_seconds / parts)
            self._learned_at = time.monotonic()

    def lose(self) -> None:
        """A task was lost there: whoever loses gets less to do."""
        self.part_seconds *= SLOWER_BY_LOSS
        self._learned_at = time.monotonic()

    def _mixed(self, seconds: float) -> float:
        return MEMORY * self.part_seconds + (1 - MEMORY) * seconds if self.part_seconds else seconds
