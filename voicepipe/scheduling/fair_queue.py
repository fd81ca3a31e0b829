"""The fair queue: whose turn it is, by user, without clock or I/O.

Start-time fair queueing on seconds of audio: what is pushed gets a start tag, the later of the queue's virtual time and
the end of its user's previous tag; the smallest tag goes first, and the virtual time is the tag last served. So a user
who has used little goes before one who has used much, however much of the latter's waits. Ageing adds the time of
arrival to a tag, so later arrivals overtake by less and less, and nobody starves.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable
from typing import Generic, NamedTuple, TypeVar

AGEING = 1.0
"""Seconds of audio that a second of waiting counts for."""

T = TypeVar("T")


class Turn(NamedTuple):
    """A place in the fair order: the smallest goes first, and no two are the same."""

    at: float
    number: int
    """Settles ties."""
    start: float
    """The start tag."""


class Turns:
    """Start-time fair queueing with ageing, without clock or I/O."""

    def __init__(self) -> None:
        self._numbers = itertools.count()
        self._virtual_time = 0.0
        self._finish_tags: dict[int, float] = {}

    def next_turn(self, user_id: int, cost: float, now: float) -> Turn:
        """A user's next turn. `cost` is in seconds of audio, `now` a monotonic instant in seconds."""
        start = max(self._virtual_time, self._finish_tags.get(user_id, 0.0))
        self._finish_tags[user_id] = start + max(cost, 1.0)
        return Turn(start + AGEING * now, next(self._numbers), start)

    def charge(self, user_id: int, cost: float) -> None:
        """What a user had has cost so much more: their next turn comes later."""
        self._finish_tags[user_id] = max(self._virtual_time, self._finish_tags.get(user_id, 0.0)) + cost

    def serve(self, turn: Turn) -> None:
        """What had this turn is served now: whoever comes next starts no earlier."""
        self._virtual_time = max(self._virtual_time, turn.start)

    def forget_the_past(self) -> None:
        """To be called when nobody waits and nobody is served: whoever comes next starts level, and nothing is kept."""
        self._virtual_time = max([self._virtual_time, *self._finish_tags.values()])
        self._finish_tags.clear()


class FairQueue(Generic[T]):
    """What waits for its turn. Each operation is O(log waiting)."""

    def __init__(self, turns: Turns) -> None:
        self._turns = turns
        self._heap: list[tuple[Turn, T]] = []

    def __len__(self) -> int:
        return len(self._heap)

    @property
    def first(self) -> Turn:
        """The next turn. Raises IndexError when nothing waits."""
        return self._heap[0][0]

    def push(self, turn: Turn, item: T) -> None:
        """Let it wait."""
        heapq.heappush(self._heap, (turn, item))

    def pop(self, *, is_in_turn: bool = True) -> T:
        """What has its turn. Raises IndexError when nothing waits.

        `is_in_turn`: nothing in another queue with the same turns waits that comes before it.
        """
        turn, item = heapq.heappop(self._heap)
        if is_in_turn:
            self._turns.serve(turn)
        return item

    def pop_along(self, goes_along: Callable[[T], bool], look_at: int) -> list[T]:
        """Those of the next `look_at` that may go along with what was popped, before their turn; the others stay."""
        looked_at = [heapq.heappop(self._heap) for _ in range(min(look_at, len(self._heap)))]
        along = [entry for entry in looked_at if goes_along(entry[1])]
        taken = {turn for turn, _ in along}
        for entry in looked_at:
            if entry[0] not in taken:
                heapq.heappush(self._heap, entry)
        return [item for _, item in along]
