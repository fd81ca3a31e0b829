"""The workers of a pool that are on other machines: they come and go with their hosts (see `remote/`).

They are members like all others, but the pool does not start them, gives none of them up, and replaces none: what they
run in is their host's affair. They get windows only.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Callable

from voicepipe.workers import lifecycle
from voicepipe.workers.lifecycle import WorkerState
from voicepipe.workers.link import Seat
from voicepipe.workers.member import Member
from voicepipe.workers.pace import Pace

AT_WORK = (WorkerState.IDLE, WorkerState.CHECKING, WorkerState.BUSY)
SLACK = 1.5
"""A worker elsewhere may be so many times as slow as the fastest before a window is rather kept waiting for that one:
home is then left to what can be done only there."""


class Away:
    """What a pool has elsewhere. Whatever is asked at each window costs as much as there are hosts, not slots."""

    def __init__(self, at_home: list[Member], make: Callable[[int, Seat], Member]) -> None:
        """`at_home` is the pool's own list; `make` makes a member of a number and a seat."""
        self._at_home = at_home
        self._make = make
        self.members: dict[Member, None] = {}
        self._idle: dict[Pace, dict[Member, None]] = {}
        """By host; none is empty."""
        self._at_work: Counter[Pace] = Counter()
        """How many of each host have a task or could have one; none is 0."""
        self._batches: dict[Pace, int] = {}

    def join(self, seat: Seat) -> None:
        """A worker more, of the smallest number that nobody has."""
        taken = {member.number for member in (*self._at_home, *self.members)}
        number = next(each for each in itertools.count(1) if each not in taken)
        member = self._make(number, seat)
        self.members[member] = None
        member.feed(lifecycle.Start())

    def leave(self, seat: Seat) -> None:
        """The worker of this seat goes for good: now if it has no task, else when its link ends."""
        for member in [each for each in self.members if each.seat is seat]:
            member.feed(lifecycle.Retire())

    def changed(self, member: Member, before: WorkerState) -> None:
        """One of these has come into another state."""
        pace, state = member.seat.pace, member.life.state
        self._at_work[pace] += (state in AT_WORK) - (before in AT_WORK)
        if not self._at_work[pace]:
            del self._at_work[pace]
        self._batches[pace] = _batch(member)
        idle = self._idle.setdefault(pace, {})
        if state is WorkerState.IDLE:
            idle[member] = None
        else:
            idle.pop(member, None)
        if not idle:
            del self._idle[pace]
        if state is WorkerState.STOPPED:
            self.members.pop(member, None)

    @property
    def size(self) -> int:
        """Number of these workers."""
        return len(self.members)

    @property
    def idle(self) -> int:
        """How many of them wait for a task."""
        return sum(map(len, self._idle.values()))

    @property
    def at_work(self) -> int:
        """How many of them have a task or could have one."""
        return self._at_work.total()

    def able(self, model: str = "") -> int:
        """How many of them that have this model have a task or could have one."""
        return sum(count for pace, count in self._at_work.items() if pace.model == model)

    def places(self, model: str = "") -> int:
        """How many windows these do at once where that is cheap, all together."""
        return sum(count * self._batches[pace] for pace, count in self._at_work.items() if pace.model == model)

    def best(self, waiting: int, model: str = "") -> Member | None:
        """The idle one that is done soonest with a window, of which so many wait; None where it is better to wait.

        A slow one is used when so much waits that the fast ones would be done later still.
        """
        able = (pace for pace in self._idle if pace.model == model)
        pace = min(able, key=lambda pace: pace.part_seconds, default=None)
        if pace is None:
            return None
        is_used = pace.part_seconds <= self._longest_seconds(waiting, model) or pace.is_old
        return next(iter(self._idle[pace])) if is_used else None

    def _longest_seconds(self, waiting: int, model: str) -> float:
        """What a window may take so that it is not done sooner by the fast ones, with all that waits for them."""
        away = Counter({pace: count for pace, count in self._at_work.items() if pace.model == model})
        at_home = (member.seat.pace for member in self._at_home if member.life.state in AT_WORK)
        at_work = away + Counter(pace for pace in at_home if pace.model == model)
        fastest = min((pace.part_seconds for pace in at_work if pace.part_seconds), default=math.inf)
        fast = sum(count for pace, count in at_work.items() if pace.part_seconds <= SLACK * fastest)
        return fastest * (SLACK + waiting / max(1, fast))


def _batch(member: Member) -> int:
    can = member.capabilities
    return can.batch_size if can is not None and can.is_batch_cheap else 1
