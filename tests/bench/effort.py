"""How much is measured, and with what."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.bench.figures import Goal
from tests.bench.material import Material

SIZE_OF_GOALS = "base"


@dataclass(frozen=True, slots=True)
class Effort:
    """More takes longer and says the same more surely."""

    lengths: tuple[int, ...]
    """Of messages, in seconds."""
    repeats: int
    """Of what is short."""
    rounds: int
    """Of what takes minutes."""
    waiting: int
    """Messages that wait at once."""
    memory_sizes: tuple[str, ...]
    """Of models; the one size that all is measured with if empty."""
    memory_messages: int
    admitted: int
    """Messages that the supervisor alone is asked to handle."""
    long_seconds: int
    """Of a long recording."""


FULL = Effort((5, 15, 30, 60), 7, 3, 100, ("tiny", "base", "small"), 200, 1000, 3600)
QUICK = Effort((5, 15, 30), 3, 1, 20, (), 30, 300, 180)


@dataclass(frozen=True, slots=True)
class Bench:
    """What every measurement is given."""

    size: str
    """Of the model."""
    effort: Effort
    material: Material
    say: Callable[[str], None]
    """Tells whoever waits what goes on."""

    def goal(self, goal: Goal | None) -> Goal | None:
        """A goal that holds for the base model, and for no other."""
        return goal if self.size == SIZE_OF_GOALS else None
