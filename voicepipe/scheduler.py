"""The bounded fair queue, and the choice of which waiting task goes to which idle worker.

Start-time fair queueing by user on audio seconds: a task's start tag is the later of the queue's virtual time and the
end of its user's previous task; the smallest tag goes first, and the virtual time is the tag of the task last given
out. So whoever used little goes before whoever used much, however many tasks the latter has waiting, and nobody
starves. All work waits here, in the supervisor; a worker holds one task at most. The number of waiting tasks is bounded
by admission, which counts jobs. Runs in the event loop only.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field

from voicepipe.errors import ServiceStopping
from voicepipe.workers.messages import Progress
from voicepipe.workers.pool import TaskOutcome, TaskRequest, WorkerPool


@dataclass(frozen=True, slots=True)
class TaskWatch:
    """What whoever waits for a task is told meanwhile; called in the event loop."""

    on_start: Callable[[], None] = lambda: None
    on_progress: Callable[[Progress], None] = lambda _: None


@dataclass(order=True, slots=True)
class _Waiting:
    start_tag: float
    number: int
    request: TaskRequest = field(compare=False)
    watch: TaskWatch = field(compare=False)
    outcome: asyncio.Future[TaskOutcome] = field(compare=False)


class FairQueue:
    """Start-time fair queueing, without clock or I/O. Costs are seconds of audio; each operation is O(log waiting)."""

    def __init__(self) -> None:
        self._heap: list[_Waiting] = []
        self._numbers = itertools.count()
        self._virtual_time = 0.0
        self._finish_tags: dict[int, float] = {}

    def __len__(self) -> int:
        return len(self._heap)

    @property
    def waiting_seconds(self) -> float:
        """Seconds of audio in the queue."""
        return sum(item.request.audio_seconds for item in self._heap)

    def push(self, user_id: int, request: TaskRequest, watch: TaskWatch, outcome: asyncio.Future[TaskOutcome]) -> None:
        start = max(self._virtual_time, self._finish_tags.get(user_id, 0.0))
        self._finish_tags[user_id] = start + max(request.audio_seconds, 1.0)
        heapq.heappush(self._heap, _Waiting(start, next(self._numbers), request, watch, outcome))

    def pop(self) -> _Waiting:
        """The task whose turn it is. Raises IndexError when nothing waits."""
        item = heapq.heappop(self._heap)
        self._virtual_time = max(self._virtual_time, item.start_tag)
        if not self._heap:
            self._forget_the_past()
        return item

    def _forget_the_past(self) -> None:
        # When nobody waits, nobody is behind: whoever comes next starts level, and the tags need no keeping.
        self._virtual_time = max(self._virtual_time, *self._finish_tags.values())
        self._finish_tags.clear()


class Scheduler:
    """Gives waiting tasks to idle workers, one at a time to each, in the fair order."""

    def __init__(self, pool: WorkerPool) -> None:
        self._pool = pool
        self._queue = FairQueue()
        self._is_stopped = False
        pool.on_idle = self._assign_waiting

    @property
    def waiting(self) -> int:
        """Tasks that no worker has yet."""
        return len(self._queue)

    @property
    def waiting_seconds(self) -> float:
        """Seconds of audio that no worker has yet."""
        return self._queue.waiting_seconds

    async def recognise(self, user_id: int, request: TaskRequest, watch: TaskWatch | None = None) -> TaskOutcome:
        """Have a worker recognise the file and return what came of it, even when that is the worker's death.

        Raises ServiceStopping when the service stops before a worker had it.
        """
        if self._is_stopped:
            raise ServiceStopping
        outcome: asyncio.Future[TaskOutcome] = asyncio.get_running_loop().create_future()
        self._queue.push(user_id, request, watch or TaskWatch(), outcome)
        self._assign_waiting()
        return await outcome

    def stop(self) -> None:
        """Give nothing more to the workers; whoever waits for a worker gets ServiceStopping."""
        self._is_stopped = True
        while self._queue:
            waiting = self._queue.pop().outcome
            if not waiting.done():
                waiting.set_exception(ServiceStopping())

    def _assign_waiting(self) -> None:
        while self._queue and self._pool.idle > 0:
            item = self._queue.pop()
            if not item.outcome.cancelled():
                _forward(self._pool.assign(item.request, item.watch.on_progress), item.outcome)
                item.watch.on_start()


def _forward(source: asyncio.Future[TaskOutcome], target: asyncio.Future[TaskOutcome]) -> None:
    """Let `target` end as `source` does, unless whoever waited for it has gone."""

    def finish(done: asyncio.Future[TaskOutcome]) -> None:
        if not target.done():
            target.set_result(done.result())

    source.add_done_callback(finish)
