"""How long recordings will take: learned from what tasks took, told from what waits. Pure: no clock, no I/O.

A task's cost, in seconds of one worker, is taken to be `parts × a + audio seconds × b`: a window has a price of its
own (it is encoded in full however short it is), and its length adds to it. Both are fitted by least squares that
forget exponentially, for each worker, since one may share its core with something else. To open a long recording takes
its worker some more, for all of it is searched for speech; nothing is learned from that, its further windows tell.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from voicepipe.domain.jobs import JobKey
from voicepipe.events import Event, TaskDone
from voicepipe.scheduling.costs import Costs, Work, is_short

MOST_OPENED_WINDOWS = 2
"""To search no more of a recording than fills so many takes little beside recognising a window."""
_MEMORY = 0.95
"""What a task still counts when the next one is done."""
_MOST_SURPRISE = 5.0
"""A task counts for at most so many times what was expected, and at least for that part: one may hang, or fail."""
_WORTH_TELLING_SECONDS = 3.0
_STEPS = ((20.0, 1), (90.0, 5), (3600.0, 60), (math.inf, 300))
"""Up to so many seconds, a prediction is told in steps of so many."""
_DIFFERENT = 1e-3
"""Tasks more alike than this tell the sum only, and not what is the window's price and what its length's."""


class Pace:
    """What the tasks of one worker cost."""

    def __init__(self) -> None:
        self._parts_parts = self._parts_audio = self._audio_audio = 0.0
        self._parts_wall = self._audio_wall = self._audio = self._wall = 0.0

    @property
    def is_known(self) -> bool:
        """Whether anything was learned."""
        return self._parts_parts > 0

    @property
    def real_time_factor(self) -> float | None:
        """Seconds of work for a second of audio, as of late; None before there was any."""
        return self._wall / self._audio if self._audio > 0 else None

    def learn(self, work: Work, wall_seconds: float) -> None:
        """Take in what a task took."""
        if self.is_known and (expected := self.cost(work)) > 0:
            wall_seconds = min(max(wall_seconds, expected / _MOST_SURPRISE), expected * _MOST_SURPRISE)
        parts, audio = work.parts, work.audio_seconds
        self._parts_parts = _MEMORY * self._parts_parts + parts * parts
        self._parts_audio = _MEMORY * self._parts_audio + parts * audio
        self._audio_audio = _MEMORY * self._audio_audio + audio * audio
        self._parts_wall = _MEMORY * self._parts_wall + parts * wall_seconds
        self._audio_wall = _MEMORY * self._audio_wall + audio * wall_seconds
        self._audio = _MEMORY * self._audio + audio
        self._wall = _MEMORY * self._wall + wall_seconds

    def cost(self, work: Work) -> float:
        """Seconds that it will take one worker; 0 while nothing is known."""
        return _cost(self.prices(), work)

    def prices(self) -> tuple[float, float]:
        """What a window and what a second of audio costs: the pair that fits best, neither negative."""
        determinant = self._parts_parts * self._audio_audio - self._parts_audio**2
        if determinant > _DIFFERENT * self._parts_parts * self._audio_audio:
            per_part = (self._parts_wall * self._audio_audio - self._audio_wall * self._parts_audio) / determinant
            per_second = (self._audio_wall * self._parts_parts - self._parts_wall * self._parts_audio) / determinant
            if per_part >= 0 and per_second >= 0:
                return per_part, per_second
        return self._one_price()

    def _one_price(self) -> tuple[float, float]:
        """The better of a price for windows alone and a price for audio alone."""
        per_part = self._parts_wall / self._parts_parts if self._parts_parts else 0.0
        per_second = self._audio_wall / self._audio_audio if self._audio_audio else 0.0
        # What each explains of the squares; the rest is its error.
        if per_part * self._parts_wall >= per_second * self._audio_wall:
            return per_part, 0.0
        return 0.0, per_second


@dataclass(frozen=True, slots=True)
class _Left:
    """What is left of a recording in work."""

    user_id: int
    is_short: bool
    """Whether it is a note, whatever is left of it."""
    work: Work


class Estimator:
    """What is known of the workers, and what they have before them. Subscribe `learn_from` to the events.

    The queue is fair: until a recording is done, another user's recordings get no more than it needs itself together
    with what else its own user has in work. And before an express worker there are only notes.
    """

    def __init__(
        self,
        workers: int | Callable[[], int],
        costs: Costs,
        remembered: Iterable[tuple[float, float]] = (),
        *,
        express: int = 0,
    ) -> None:
        """`workers`: how many there are, where that changes as a function; `express`: how many of them do notes only.

        `remembered`: seconds of audio and of computing of earlier recordings by the same model, the oldest first.
        """
        self._count = workers
        self._express = express
        self._costs = costs
        self._remembered = Pace()
        self._paces: dict[int, Pace] = {}
        self._left: dict[JobKey, _Left] = {}
        for audio_seconds, compute_seconds in remembered:
            self._remembered.learn(costs.work_of(audio_seconds), compute_seconds)

    @property
    def _workers(self) -> int:
        return self._count() if callable(self._count) else self._count

    def learn_from(self, event: Event) -> None:
        """Learn from a task that was done, unless by another model, or most of it may have been a long search."""
        most_opened_seconds = MOST_OPENED_WINDOWS * self._costs.window_seconds
        if (
            isinstance(event, TaskDone)
            and not event.model
            and event.parts > 0
            and event.opened_seconds <= most_opened_seconds
        ):
            pace = self._paces.setdefault(event.worker, Pace())
            pace.learn(Work(event.parts, event.audio_seconds), event.wall_seconds)

    def real_time_factor(self, worker: int) -> float | None:
        """Seconds of work for a second of audio, as this worker had it of late; None before it did any."""
        return self._paces[worker].real_time_factor if worker in self._paces else None

    def expect(self, key: JobKey, user_id: int, audio_seconds: float) -> None:
        """A user's recording is in work, and so many seconds of it are left; the first time, that is all of it."""
        known = self._left.get(key)
        short = is_short(audio_seconds) if known is None else known.is_short
        self._left[key] = _Left(user_id, short, self._costs.work_of(audio_seconds))

    def forget(self, key: JobKey) -> None:
        """A recording is not in work any more."""
        self._left.pop(key, None)

    def predict(self, key: JobKey) -> float | None:
        """Seconds until a recording in work is done; None while nothing is known that could tell, or nobody is there.

        Looks at all that is in work: 54 µs of CPU with 100 recordings, 4.8 ms with 10 000, by `scripts/bench --only
        predictions`.
        """
        prices = self._prices()
        if key not in self._left or prices is None or self._workers == 0:
            return None
        left = self._left[key]
        # One window is done by one worker, however many are idle.
        shortest = _cost(prices, left.work) / max(1.0, left.work.parts)
        return max(shortest, min(self._waits(left, prices)))

    def _waits(self, left: _Left, prices: tuple[float, float]) -> Iterator[float]:
        """How long until the workers that may do it have come to its end; for a note, also the express ones."""
        may_do = self._workers - (0 if left.is_short else self._express)
        yield self._share(left, prices, self._left.values()) / max(1, may_do)
        if left.is_short and self._express:
            notes = [each for each in self._left.values() if each.is_short]
            yield self._share(left, prices, notes) / self._express

    def _share(self, left: _Left, prices: tuple[float, float], waiting: Iterable[_Left]) -> float:
        """What of the waiting work is done until a recording among it is, in seconds of one worker."""
        costs: dict[int, float] = defaultdict(float)
        for each in waiting:
            costs[each.user_id] += _cost(prices, each.work)
        share = costs[left.user_id]
        return sum(min(share, cost) for cost in costs.values())

    def _prices(self) -> tuple[float, float] | None:
        """What a window and what a second of audio costs on average over the workers."""
        known = [pace.prices() for pace in self._paces.values()]
        if not known and self._remembered.is_known:
            known = [self._remembered.prices()]
        if not known:
            return None
        return sum(price for price, _ in known) / len(known), sum(price for _, price in known) / len(known)


def told_seconds(seconds: float | None) -> int:
    """A prediction in round numbers, never less than it; 0 for what is not known, or soon over."""
    if seconds is None or seconds < _WORTH_TELLING_SECONDS:
        return 0
    step = next(step for most, step in _STEPS if seconds <= most)
    return math.ceil(seconds / step) * step


def _cost(prices: tuple[float, float], work: Work) -> float:
    return prices[0] * work.parts + prices[1] * work.audio_seconds
