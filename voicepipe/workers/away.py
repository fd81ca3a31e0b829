"""The workers of a pool that are on other machines: they come and go with their hosts (see `remote/`).

They are members like all others, but the pool does not start them, gives none of them up, and replaces none: what they
run in is their host's affair. They get windows only.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable

from voicepipe.workers import lifecycle
from voicepipe.workers.lifecycle import WorkerState
from voicepipe.workers.link import Seat
from voicepipe.workers.member import Member

AT_WORK = (WorkerState.IDLE, WorkerState.CHECKING, WorkerState.BUSY)
SLACK = 1.5
"""A worker elsewhere may be so many times as slow as the fastest before a window is rather kept waiting for that one:
home is then left to what can be done only there."""


class Away:
    """What a pool has elsewhere."""

    def __init__(self, members: list[Member], make: Callable[[int, Seat], Member]) -> None:
        """`members` is the pool's own list; `make` makes one of a number and a seat."""
        self._members = members
        self._make = make

    def join(self, seat: Seat) -> None:
        """A worker more, of the smallest number that nobody has."""
        taken = {member.number for member in self._members}
        number = next(each for each in itertools.count(1) if each not in taken)
        member = self._make(number, seat)
        self._members.append(member)
        member.feed(lifecycle.Start())

    def leave(self, seat: Seat) -> None:
        """The worker of this seat goes for good: now if it has no task, else when its link ends."""
        for member in [each for each in self._members if each.seat is seat]:
            member.feed(lifecycle.Retire())

    @property
    def size(self) -> int:
        """Number of these workers."""
        return len(self._all())

    @property
    def idle(self) -> int:
        """How many of them wait for a task."""
        return len(self._all(WorkerState.IDLE))

    @property
    def at_work(self) -> int:
        """How many of them have a task or could have one."""
        return len(self._all(*AT_WORK))

    @property
    def places(self) -> int:
        """How many windows they do at once where that is cheap, all together."""
        return sum(_batch(member) for member in self._all(*AT_WORK))

    def best(self, waiting: int) -> Member | None:
        """The idle one that is done soonest with a window, of which so many wait; None where it is better to wait.

        A slow one is used when so much waits that the fast ones would be done later still.
        """
        idle = min(self._all(WorkerState.IDLE), key=lambda member: member.seat.pace.part_seconds, default=None)
        if idle is None:
            return None
        at_work = [member for member in self._members if member.life.state in AT_WORK]
        known = [member.seat.pace.part_seconds for member in at_work if member.seat.pace.part_seconds]
        longest = min(known, default=math.inf) * (SLACK + waiting / max(1, len(at_work)))
        return idle if idle.seat.pace.part_seconds <= longest or idle.seat.pace.is_old else None

    def _all(self, *states: WorkerState) -> list[Member]:
        away = [member for member in self._members if member.seat.host]
        return [member for member in away if member.life.state in states] if states else away


def _batch(member: Member) -> int:
    can = member.capabilities
    return can.batch_size if can is not None and can.is_batch_cheap else 1
