"""Renewal: fresh workers in the place of those that are worn out, or that an operator wants gone.

One at a time: each needs memory of its own until the one before is gone, which goes on until the fresh one is ready.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from voicepipe.workers import lifecycle
from voicepipe.workers.lifecycle import WorkerState
from voicepipe.workers.link import Seat
from voicepipe.workers.member import Member

_CAN_GO_ON = (WorkerState.IDLE, WorkerState.CHECKING, WorkerState.BUSY)


class Renewal:
    """Replaces members of a pool."""

    def __init__(self, members: list[Member], make: Callable[[int, Seat, Member | None], Member]) -> None:
        """`members` is the pool's own list; `make` makes one of a number and a seat, in another's place or in none."""
        self._members = members
        self._make = make
        self._wanted: list[int] = []
        self.is_over = False
        """Whether the pool stops."""

    def replace(self, member: Member) -> None:
        """Put a fresh one in the place of one that is worn out, unless that failed before or another is under way."""
        if not self.is_over and not member.was_replaced and not self._is_under_way:
            self._replace(member)

    def restart(self, numbers: Iterable[int]) -> None:
        """Put fresh ones in the places of these, each after its present task, and start those that were given up.

        What is being started anyway is left alone, and so is what is on another machine: that is its host's affair.
        """
        self._wanted += [number for number in numbers if number not in self._wanted]
        self.go_on()

    def go_on(self) -> None:
        """Begin with the next, if none is under way."""
        while self._wanted and not self.is_over and not self._is_under_way:
            number = self._wanted.pop(0)
            for member in [each for each in self._members if each.number == number]:
                self._renew(member)

    @property
    def _is_under_way(self) -> bool:
        return any(member.replaced for member in self._members)

    def _renew(self, member: Member) -> None:
        if member.life.state in _CAN_GO_ON:
            self._replace(member)
        elif member.life.state is WorkerState.FAILED:
            self._members.remove(member)
            fresh = self._make(member.number, member.seat, None)
            fresh.tally = member.tally
            self._begin(fresh)

    def _replace(self, member: Member) -> None:
        member.was_replaced = True
        self._begin(self._make(member.number, member.seat, member))

    def _begin(self, fresh: Member) -> None:
        self._members.append(fresh)
        fresh.feed(lifecycle.Start())
