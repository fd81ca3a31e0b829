"""Which waiting parts go to which idle worker.

All work waits here, in the supervisor, in the fair order (see `fair_queue`); a worker holds one task at most.
Express workers take what is short only, so that it begins at once, whatever else runs.

A lone part goes to a worker at once; where more wait than workers can take, a worker gets several, which are cheaper
together. The number of waiting parts is bounded by admission, which counts jobs, and by `Scheduler.room`. Runs in the
event loop only.
"""

from __future__ import annotations

import asyncio
import bisect
import math
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from voicepipe.errors import ServiceStopping
from voicepipe.scheduling.costs import Costs, Surcharge
from voicepipe.scheduling.fair_queue import FairQueue, Turns
from voicepipe.wire.messages import Opening, Recognised
from voicepipe.workers.assignment import Part, PartOutcome
from voicepipe.workers.member import Member
from voicepipe.workers.pool import WorkerPool

LOOKED_AT = 2
"""How many waiting parts are looked at for each that may go along with another: more would pass too many by."""
BATCH_SECONDS = 40.0
"""Most audio that several short parts have together where that takes its time: nobody shall wait for long behind them.
"""
LONG_OPENING_SECONDS = 300.0
"""A longer recording is opened by itself: all of it is decoded and searched, 14 s of CPU for an hour."""
ALONG_SECONDS = 10.0
"""What goes along with something short is no longer than that, or than this: a note shall not wait for a window."""


class _Kind(NamedTuple):
    """Who may do a part."""

    is_short: bool
    is_here: bool
    """Whether a worker at home may do it."""
    model: str | None
    """Which model those on other machines have to have; None: they may not do it."""


@dataclass(slots=True, eq=False)
class _Waiting:
    user_id: int
    part: Part
    kind: _Kind
    cost: float
    """What it takes of its user's share."""
    outcome: asyncio.Future[PartOutcome]


class Scheduler:
    """Gives waiting parts to idle workers, in the fair order, together where that pays."""

    def __init__(self, pool: WorkerPool, *, are_windows_together: bool = False) -> None:
        """Whoever puts them together has the pool call `assign_waiting` when a worker becomes idle.

        `are_windows_together`: whether also where that takes its time a worker may have several windows of a lecture.
        Whoever else came meanwhile would have to wait for all of them, so somebody else should be there to serve him.
        """
        self._pool = pool
        self._are_windows_together = are_windows_together
        self._turns = Turns()
        self._surcharge = Surcharge()
        # In the same order, but for when only what is of some kinds may be begun.
        self._queues: dict[_Kind, FairQueue[_Waiting]] = {}
        self._waiting: set[_Waiting] = set()
        self._is_stopped = False

    @property
    def waiting(self) -> int:
        """Parts that no worker has yet."""
        return len(self._waiting)

    def waiting_for(self, model: str) -> int:
        """How many of them are for a model that only other machines have, by its name."""
        return sum(each.part.model == model for each in self._waiting)

    def room(self, model: str = "") -> int:
        """How many windows of one recording should wait at most: they keep the workers busy, and hold nobody up."""
        pool = self._pool
        is_together = self._are_windows_together or pool.capabilities.is_batch_cheap
        at_home = pool.able(model) - pool.away.able(model)
        return 2 * max(1, at_home * (pool.batch_size if is_together else 1) + pool.away.places(model))

    def recognises_here(self, model: str = "") -> bool:
        """Whether workers at home recognise with this model, or other machines only."""
        return self._pool.recognises and not model

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
        waiting = _Waiting(user_id, part, self._kind(part), self._cost(part), outcome)
        self._waiting.add(waiting)
        outcome.add_done_callback(lambda _: self._waiting.discard(waiting))
        turn = self._turns.next_turn(user_id, waiting.cost, asyncio.get_running_loop().time())
        self._queue_of(waiting.kind).push(turn, waiting)
        self.assign_waiting()
        return outcome

    def _kind(self, part: Part) -> _Kind:
        if not part.is_window:
            return _Kind(part.is_short, is_here=True, model=None)
        if not self.recognises_here(part.model):
            return _Kind(part.is_short, is_here=False, model=part.model)
        is_away = self._pool.away.able() and not part.is_at_home
        return _Kind(part.is_short, is_here=True, model=part.model if is_away else None)

    def _queue_of(self, kind: _Kind) -> FairQueue[_Waiting]:
        if kind not in self._queues:
            self._queues[kind] = FairQueue(self._turns)
        return self._queues[kind]

    def _cost(self, part: Part) -> float:
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
        if not any(self._queues.values()) and self._is_pool_at_rest:
            self._turns.forget_the_past()
        while first := self._next():
            worker = self._worker_for(first)
            batch = [first, *self._company(first, worker)]
            for each in batch:
                self._waiting.discard(each)
            outcomes = self._pool.assign([each.part for each in batch], worker)
            for each, outcome in zip(batch, outcomes, strict=True):
                if worker is None:  # how dear a second of a processor is elsewhere nobody knows
                    outcome.add_done_callback(partial(self._charge, each))
                _forward(outcome, each.outcome)
                each.part.on_start()

    def _worker_for(self, waiting: _Waiting) -> Member | None:
        """Who on another machine does it; None: somebody at home. Notes stay at home as long as there is room."""
        kind = waiting.kind
        if kind.model is None or (kind.is_short and self._is_free_at_home(kind)):
            return None
        return self._pool.away.best(self.waiting, kind.model)

    def _is_free_at_home(self, kind: _Kind) -> bool:
        return kind.is_here and bool(self._pool.idle or (kind.is_short and self._pool.express_idle))

    def _charge(self, done: _Waiting, outcome: asyncio.Future[PartOutcome]) -> None:
        """Let its user's share bear what it took beyond what is usual, also when nobody waits for it any more."""
        if isinstance(result := outcome.result(), Recognised):
            extra = self._surcharge.of(done.cost, result.compute_seconds)
            if extra > 0.0:
                self._turns.charge(done.user_id, extra)

    @property
    def _is_pool_at_rest(self) -> bool:
        pool, away = self._pool, self._pool.away
        return (pool.idle, pool.express_idle, away.idle) == (pool.at_work, pool.express_at_work, away.at_work)

    def _next(self) -> _Waiting | None:
        """Whose turn it is, if a worker may begin it; what was withdrawn is dropped when its turn comes."""
        while queues := [queue for queue in self._open_queues() if queue]:
            queue = min(queues, key=lambda queue: queue.first)
            item = queue.pop(is_in_turn=all(queue.first <= other.first for other in self._queues.values() if other))
            if not item.outcome.done():
                return item
        return None

    def _open_queues(self) -> list[FairQueue[_Waiting]]:
        """Those of which something may be begun now."""
        return [queue for kind, queue in self._queues.items() if queue and self._may_begin(kind)]

    def _may_begin(self, kind: _Kind) -> bool:
        is_free = self._is_free_at_home(kind)
        return is_free or (kind.model is not None and self._pool.away.best(self.waiting, kind.model) is not None)

    def _company(self, first: _Waiting, worker: Member | None) -> list[_Waiting]:
        """Who is done together with it: so many that what waits is shared out evenly over the workers, at most."""
        part, kind = first.part, first.kind
        queue = self._queue_of(kind)
        workers = self._pool.at_work + (self._pool.express_at_work if part.is_short else 0) if kind.is_here else 0
        if kind.model is not None:
            workers += self._pool.away.able(kind.model)
        can = self._pool.capabilities if worker is None else worker.capabilities
        assert can is not None
        batch_size = self._pool.batch_size if worker is None else can.batch_size
        most = min(batch_size, math.ceil((len(queue) + 1) / max(1, workers))) - 1
        if most <= 0 or part.is_alone:
            return []
        most_seconds = self._most_seconds(part, is_cheap=can.is_batch_cheap)
        return queue.pop_along(_Company(part, most, most_seconds).takes, LOOKED_AT * most)

    def _most_seconds(self, part: Part, *, is_cheap: bool) -> float:
        """How much audio it may have together with others."""
        is_opening = isinstance(part.work, Opening)
        if is_cheap:
            return 0.0 if is_opening and part.audio_seconds > LONG_OPENING_SECONDS else math.inf
        if part.is_short:
            return BATCH_SECONDS
        return math.inf if self._are_windows_together and not is_opening else 0.0


class _Company:
    """Those that go along with a part, as they are chosen."""

    def __init__(self, first: Part, most: int, most_seconds: float) -> None:
        self._kind = type(first.work)
        self._size_class = first.size_class
        self._longest_seconds = max(first.audio_seconds, ALONG_SECONDS) if first.is_short else math.inf
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


def _forward(source: asyncio.Future[PartOutcome], target: asyncio.Future[PartOutcome]) -> None:
    """Let `target` end as `source` does, unless whoever waited for it has gone."""

    def pass_on(done: asyncio.Future[PartOutcome]) -> None:
        if not target.done():
            target.set_result(done.result())

    source.add_done_callback(pass_on)
