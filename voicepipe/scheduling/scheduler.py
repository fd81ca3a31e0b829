"""Which waiting parts go to which idle worker.

All work waits here, in the supervisor, in the fair order (see `fair_queue`); a worker holds one task at most. (A note
of 5 s that comes amid a lecture of half an hour has its text after 2.3 s; in the order of arrival, after 5.4 s:
`scripts/bench --only worth`.) A lone
part goes to a worker at once; where more wait than workers can take, a worker gets several, which are cheaper together.
To open a long recording takes its worker for long, so one worker is always left for what is short, if there are two.
The number of waiting parts is bounded by admission, which counts jobs, and by `Scheduler.room`. Runs in the event loop
only.
"""

from __future__ import annotations

import asyncio
import bisect
import math
from dataclasses import dataclass

from voicepipe.errors import ServiceStopping
from voicepipe.scheduling.costs import Costs
from voicepipe.scheduling.fair_queue import FairQueue, Turns
from voicepipe.wire.messages import Opening
from voicepipe.workers.assignment import Part, PartOutcome
from voicepipe.workers.pool import WorkerPool

LOOKED_AT = 2
"""How many waiting parts are looked at for each that may go along with another: more would pass too many by."""
BATCH_SECONDS = 40.0
"""Most audio that several parts have together where that takes its time: nobody shall wait for long behind them."""
SHORT_SECONDS = 10.0
"""What goes along is no longer than the part whose turn it is, or than this: a note shall not wait for a window."""
LONG_OPENING_SECONDS = 300.0
"""An opening is long when the recording is longer: all of it is decoded and searched, 14 s of CPU for an hour.

With two workers, a note of 5 s that comes right after two lectures of half an hour has its text after 1.7 s; were both
workers let open a lecture, after 6.5 s (`scripts/bench --only worth`)."""


@dataclass(slots=True, eq=False)
class _Waiting:
    part: Part
    outcome: asyncio.Future[PartOutcome]


class Scheduler:
    """Gives waiting parts to idle workers, in the fair order, together where that pays."""

    def __init__(self, pool: WorkerPool) -> None:
        """Whoever puts them together has the pool call `assign_waiting` when a worker becomes idle."""
        self._pool = pool
        self._turns = Turns()
        self._queue: FairQueue[_Waiting] = FairQueue(self._turns)
        self._long_openings: FairQueue[_Waiting] = FairQueue(self._turns)
        """In the same order, but for when they may not be begun."""
        self._opening_long = 0
        """How many workers open a long recording."""
        self._waiting: set[_Waiting] = set()
        self._is_stopped = False

    @property
    def waiting(self) -> int:
        """Parts that no worker has yet."""
        return len(self._waiting)

    @property
    def room(self) -> int:
        """How many windows of one recording should wait at most: they keep the workers busy, and hold nobody up."""
        return 2 * self._pool.size * (self._pool.batch_size if self._pool.capabilities.is_batch_cheap else 1)

    def size_class(self, audio_seconds: float) -> int:
        """That of a message that is all in one window, as far as one can tell."""
        return bisect.bisect_left(self._pool.capabilities.size_limits_seconds, audio_seconds)

    def submit(self, user_id: int, part: Part) -> asyncio.Future[PartOutcome]:
        """Have a worker do the part. The future gives what came of it, even when that is the worker's death.

        It raises ServiceStopping when the service stops before a worker had it. To cancel it withdraws the part, or
        drops its outcome if a worker has it already.
        """
        outcome: asyncio.Future[PartOutcome] = asyncio.get_running_loop().create_future()
        if self._is_stopped:
            outcome.set_exception(ServiceStopping())
            return outcome
        waiting = _Waiting(part, outcome)
        self._waiting.add(waiting)
        outcome.add_done_callback(lambda _: self._waiting.discard(waiting))
        turn = self._turns.next_turn(user_id, self._cost(part), asyncio.get_running_loop().time())
        (self._long_openings if _is_long_opening(part) else self._queue).push(turn, waiting)
        self.assign_waiting()
        return outcome

    def _cost(self, part: Part) -> float:
        """What it takes of its user's share."""
        costs = Costs(self._pool.capabilities.window_seconds)
        is_opening = isinstance(part.work, Opening)
        return costs.of_opening(part.audio_seconds) if is_opening else costs.of_window(part.audio_seconds)

    def stop(self) -> None:
        """Give nothing more to the workers; whoever waits for a worker gets ServiceStopping."""
        self._is_stopped = True
        for each in tuple(self._waiting):
            if not each.outcome.done():
                each.outcome.set_exception(ServiceStopping())

    def assign_waiting(self) -> None:
        """Give idle workers what waits, as far as there is both."""
        if not self._queue and not self._long_openings and self._pool.idle == self._pool.at_work:
            self._turns.forget_the_past()
        while self._pool.idle > 0 and (first := self._next()):
            batch = [first, *self._company(first)]
            for each in batch:
                self._waiting.discard(each)
            outcomes = self._pool.assign([each.part for each in batch])
            if _is_long_opening(first.part):
                self._note_long_opening(outcomes[0])
            for each, outcome in zip(batch, outcomes, strict=True):
                _forward(outcome, each.outcome)
                each.part.on_start()

    def _next(self) -> _Waiting | None:
        """Whose turn it is; what was withdrawn is dropped when its turn comes."""
        while queues := [queue for queue in self._open_queues() if queue]:
            item = min(queues, key=lambda queue: queue.first).pop()
            if not item.outcome.done():
                return item
        return None

    def _open_queues(self) -> list[FairQueue[_Waiting]]:
        """Those of which something may be begun now."""
        most_long = max(1, self._pool.at_work - 1)
        return [self._queue, self._long_openings] if self._opening_long < most_long else [self._queue]

    def _note_long_opening(self, outcome: asyncio.Future[PartOutcome]) -> None:
        """A worker has it until the outcome is there, whoever still waits for that."""

        def is_over(_: object) -> None:
            self._opening_long -= 1
            # Its worker may be gone for good, and another idle.
            self.assign_waiting()

        self._opening_long += 1
        outcome.add_done_callback(is_over)

    def _company(self, first: _Waiting) -> list[_Waiting]:
        """Who is done together with it: so many that what waits is shared out evenly over the workers, at most."""
        share = math.ceil(len(self._waiting) / max(1, self._pool.at_work))
        most = min(self._pool.batch_size, share) - 1
        if most <= 0 or first.part.is_alone or _is_long_opening(first.part) or not self._may_have_company(first.part):
            return []
        company = _Company(first.part, most, math.inf if self._pool.capabilities.is_batch_cheap else BATCH_SECONDS)
        return self._queue.pop_along(company.takes, LOOKED_AT * most)

    def _may_have_company(self, part: Part) -> bool:
        """Else a lecture's windows go one by one: a note that comes meanwhile shall wait for one at most."""
        return self._pool.capabilities.is_batch_cheap or isinstance(part.work, Opening)


class _Company:
    """Those that go along with a part, as they are chosen."""

    def __init__(self, first: Part, most: int, most_seconds: float) -> None:
        self._kind = type(first.work)
        self._size_class = first.size_class
        self._longest_seconds = max(first.audio_seconds, SHORT_SECONDS)
        self._most = most
        self._seconds_left = most_seconds - first.audio_seconds

    def takes(self, item: _Waiting) -> bool:
        """Whether this one is chosen too."""
        part = item.part
        if (
            item.outcome.done()
            or part.is_alone
            or part.size_class != self._size_class
            or type(part.work) is not self._kind
        ):
            return False
        if self._most == 0 or part.audio_seconds > min(self._seconds_left, self._longest_seconds):
            return False
        self._most -= 1
        self._seconds_left -= part.audio_seconds
        return True


def _is_long_opening(part: Part) -> bool:
    return isinstance(part.work, Opening) and part.audio_seconds > LONG_OPENING_SECONDS


def _forward(source: asyncio.Future[PartOutcome], target: asyncio.Future[PartOutcome]) -> None:
    """Let `target` end as `source` does, unless whoever waited for it has gone."""

    def pass_on(done: asyncio.Future[PartOutcome]) -> None:
        if not target.done():
            target.set_result(done.result())

    source.add_done_callback(pass_on)
