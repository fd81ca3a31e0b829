"""How much is measured, and with what."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.tools.bench.figures import Goal
from tests.tools.bench.material import Material

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
    worker_counts: tuple[int, ...]
    waiting_for_each: int
    """Messages that wait for each of these workers."""
    memory_sizes: tuple[str, ...]
    """Of models; the one size that all is measured with if empty."""
    memory_messages: int
    admitted: int
    """Messages that the supervisor alone is asked to handle."""
    long_seconds: int
    """Of a long recording."""
    arrivals: int
    """Short messages that come in the middle of it."""
    kept_users: int
    kept_jobs: int
    """In a store as after years."""


FULL = Effort(
    lengths=(5, 15, 30, 60),
    repeats=5,
    rounds=2,
    waiting=100,
    worker_counts=(1, 2, 3),
    waiting_for_each=12,
    memory_sizes=("tiny", "base", "small"),
    memory_messages=200,
    admitted=1000,
    long_seconds=3600,
    arrivals=7,
    kept_users=100_000,
    kept_jobs=1_000_000,
)
QUICK = Effort(
    lengths=(5, 15),
    repeats=2,
    rounds=1,
    waiting=12,
    worker_counts=(1, 2),
    waiting_for_each=6,
    memory_sizes=(),
    memory_messages=12,
    admitted=300,
    long_seconds=240,
    arrivals=2,
    kept_users=1000,
    kept_jobs=10_000,
)


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
