"""The bounded fair queue, and the choice of which waiting parts go to which idle worker.

Start-time fair queueing by user on audio seconds: what is pushed gets a start tag, the later of the queue's virtual
time and the end of its user's previous tag; the smallest goes first, and the virtual time is the tag last given out. So
whoever used little goes before whoever used much, however much of the latter waits. Ageing adds to a tag when it was
given, so that whoever comes later and later is ahead by less and less, and nobody starves.

All work waits here, in the supervisor; a worker holds one task at most. A lone part goes to a worker at once; where
more wait than workers can take, a worker gets several, which are cheaper together. To open a long recording takes its
worker for long, so one worker is always left for what is short, if there are two. The number of waiting parts is
bounded by admission, which counts jobs, and by `Scheduler.room`. Runs in the event loop only.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

from voicepipe.errors import ServiceStopping
from voicepipe.scheduling.estimate import WINDOW_PRICE_SECONDS, WINDOW_SECONDS
from voicepipe.wire.messages import Opening
from voicepipe.wire.sound import FULL_FRAMES, short_context_frames
from voicepipe.workers.pool import WorkerPool
from voicepipe.workers.task import Part, PartOutcome

AGEING = 1.0
"""Seconds of audio that a second of waiting counts for."""
LOOKED_AT = 2
"""How many waiting parts are looked at for each that may go along with another: more would pass too many by."""
BATCH_SECONDS = 40.0
"""Most audio that several parts have together on a CPU: nobody shall wait for long behind them."""
SHORT_SECONDS = 10.0
"""What goes along is no longer than the part whose turn it is, or than this: a note shall not wait for a window."""
LONG_OPENING_SECONDS = 300.0
"""An opening is long when the recording is longer: all of it is decoded and searched, 14 s of CPU for an hour."""
OPENING_SHARE = 0.02
"""What a second of a recording takes to be decoded and searched for speech, measured in seconds recognised."""
FRAMES_PER_SECOND = 100

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

    def take(self, user_id: int, cost: float, now: float) -> Turn:
        """A user's next turn. `cost` is in seconds of audio, `now` a monotonic instant in seconds."""
        start = max(self._virtual_time, self._finish_tags.get(user_id, 0.0))
        self._finish_tags[user_id] = start + max(cost, 1.0)
        return Turn(start + AGEING * now, next(self._numbers), start)

    def come(self, turn: Turn) -> None:
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

    def pop(self) -> T:
        """What has its turn. Raises IndexError when nothing waits."""
        turn, item = heapq.heappop(self._heap)
        self._turns.come(turn)
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


@dataclass(frozen=True, slots=True)
class Backlog:
    """What no worker has yet."""

    parts: int
    audio_seconds: float


@dataclass(slots=True, eq=False)
class _Waiting:
    part: Part
    outcome: asyncio.Future[PartOutcome]


class Scheduler:
    """Gives waiting parts to idle workers, in the fair order, together where that pays."""

    def __init__(self, pool: WorkerPool) -> None:
        self._pool = pool
        self._turns = Turns()
        self._queue: FairQueue[_Waiting] = FairQueue(self._turns)
        self._long_openings: FairQueue[_Waiting] = FairQueue(self._turns)
        """In the same order, but for when they may not be begun."""
        self._opening_long = 0
        """How many workers open a long recording."""
        self._waiting: set[_Waiting] = set()
        self._waiting_seconds = 0.0
        self._is_stopped = False
        pool.on_idle = self._assign_waiting

    @property
    def waiting(self) -> int:
        """Parts that no worker has yet."""
        return len(self._waiting)

    def backlog(self) -> Backlog:
        """What no worker has yet, in numbers."""
        return Backlog(len(self._waiting), self._waiting_seconds)

    @property
    def room(self) -> int:
        """How many windows of one recording should wait at most: they keep the workers busy, and hold nobody up."""
        return 2 * self._pool.size * (self._pool.batch_size if self._pool.is_on_gpu else 1)

    def bucket(self, audio_seconds: float) -> int:
        """That of a message that is all in one window: how many frames of it are encoded, as far as one can tell."""
        if not self._pool.has_short_context:
            return FULL_FRAMES
        return short_context_frames(math.ceil(audio_seconds * FRAMES_PER_SECOND))

    async def do(self, user_id: int, part: Part) -> PartOutcome:
        """Have a worker do the part and return what came of it, even when that is the worker's death.

        Raises ServiceStopping when the service stops before a worker had it.
        """
        return await self.submit(user_id, part)

    def submit(self, user_id: int, part: Part) -> asyncio.Future[PartOutcome]:
        """The same as a future; to cancel it withdraws the part, or drops its outcome if a worker has it already."""
        outcome: asyncio.Future[PartOutcome] = asyncio.get_running_loop().create_future()
        if self._is_stopped:
            outcome.set_exception(ServiceStopping())
            return outcome
        waiting = _Waiting(part, outcome)
        self._waiting.add(waiting)
        self._waiting_seconds += part.audio_seconds
        outcome.add_done_callback(lambda _: self._no_longer_waits(waiting))
        turn = self._turns.take(user_id, _cost(part), asyncio.get_running_loop().time())
        (self._long_openings if _is_long_opening(part) else self._queue).push(turn, waiting)
        self._assign_waiting()
        return outcome

    def stop(self) -> None:
        """Give nothing more to the workers; whoever waits for a worker gets ServiceStopping."""
        self._is_stopped = True
        for each in tuple(self._waiting):
            if not each.outcome.done():
                each.outcome.set_exception(ServiceStopping())

    def _no_longer_waits(self, item: _Waiting) -> None:
        if item in self._waiting:
            self._waiting.remove(item)
            # What is added up in fractions is never quite nothing again by itself.
            self._waiting_seconds = self._waiting_seconds - item.part.audio_seconds if self._waiting else 0.0

    def _assign_waiting(self) -> None:
        if not self._queue and not self._long_openings and self._pool.idle == self._pool.at_work:
            self._turns.forget_the_past()
        while self._pool.idle > 0 and (first := self._next()):
            batch = [first, *self._company(first)]
            for each in batch:
                self._no_longer_waits(each)
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
            self._assign_waiting()

        self._opening_long += 1
        outcome.add_done_callback(is_over)

    def _company(self, first: _Waiting) -> list[_Waiting]:
        """Who is done together with it: so many that what waits is shared out evenly over the workers, at most."""
        share = math.ceil(len(self._waiting) / max(1, self._pool.at_work))
        most = min(self._pool.batch_size, share) - 1
        if most <= 0 or first.part.is_alone or _is_long_opening(first.part) or not self._may_have_company(first.part):
            return []
        company = _Company(first.part, most, math.inf if self._pool.is_on_gpu else BATCH_SECONDS)
        return self._queue.pop_along(company.takes, LOOKED_AT * most)

    def _may_have_company(self, part: Part) -> bool:
        """On a CPU a lecture's windows go one by one: a note that comes meanwhile shall wait for one at most."""
        return self._pool.is_on_gpu or isinstance(part.work, Opening)


class _Company:
    """Those that go along with a part, as they are chosen."""

    def __init__(self, first: Part, most: int, most_seconds: float) -> None:
        self._kind = type(first.work)
        self._bucket = first.bucket
        self._longest_seconds = max(first.audio_seconds, SHORT_SECONDS)
        self._most = most
        self._seconds_left = most_seconds - first.audio_seconds

    def takes(self, item: _Waiting) -> bool:
        """Whether this one is chosen too."""
        part = item.part
        if item.outcome.done() or part.is_alone or part.bucket != self._bucket or type(part.work) is not self._kind:
            return False
        if self._most == 0 or part.audio_seconds > min(self._seconds_left, self._longest_seconds):
            return False
        self._most -= 1
        self._seconds_left -= part.audio_seconds
        return True


def cost_of_recording(audio_seconds: float) -> float:
    """What all of a recording takes of its user's share."""
    windows = max(1, math.ceil(audio_seconds / WINDOW_SECONDS))
    return windows * WINDOW_PRICE_SECONDS + (1 + OPENING_SHARE) * audio_seconds


def _cost(part: Part) -> float:
    """What it takes of its user's share: of a long recording, opening it is the lesser part."""
    if isinstance(part.work, Opening):
        recognised = min(part.audio_seconds, WINDOW_SECONDS)
        return WINDOW_PRICE_SECONDS + recognised + OPENING_SHARE * part.audio_seconds
    return WINDOW_PRICE_SECONDS + part.audio_seconds


def _is_long_opening(part: Part) -> bool:
    return isinstance(part.work, Opening) and part.audio_seconds > LONG_OPENING_SECONDS


def _forward(source: asyncio.Future[PartOutcome], target: asyncio.Future[PartOutcome]) -> None:
    """Let `target` end as `source` does, unless whoever waited for it has gone."""

    def finish(done: asyncio.Future[PartOutcome]) -> None:
        if not target.done():
            target.set_result(done.result())

    source.add_done_callback(finish)
