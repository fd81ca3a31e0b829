"""Renewal: an operator's restart also starts what was given up, and leaves alone what is being started anyway."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from voicepipe.wire.messages import Guard
from voicepipe.workers import lifecycle
from voicepipe.workers.assignment import Assignment
from voicepipe.workers.lifecycle import Action, Life, Policy, WorkerState
from voicepipe.workers.link import Link, Listener, Seat
from voicepipe.workers.member import Member
from voicepipe.workers.pace import Pace
from voicepipe.workers.renewal import Renewal

pytestmark = pytest.mark.asyncio

POLICY = Policy(60.0, 60.0, 0.0, 60.0, 60.0, 60.0, 1, 60.0, 0, 0)


class Silent:
    """A process that is there and says nothing. Satisfies Link."""

    pid = None
    cpu_seconds = None

    def hand_over(self, assignment: Assignment) -> None:
        raise AssertionError("it was never ready")

    def obey(self, action: Action) -> None:
        pass

    def release(self) -> int:
        return 0


class Place:
    """Room for one process, perhaps. Satisfies Seat."""

    model_path = Path("model")
    wanted_guards: tuple[Guard, ...] = ()
    is_express = False
    host = ""
    pace = Pace()

    def __init__(self) -> None:
        self.has_room = False

    def connect(self, name: str, listener: Listener) -> Link:
        if not self.has_room:
            raise OSError("no process can be started")
        return Silent()


class Unmoved:
    """Satisfies Watcher."""

    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda *told: None


def make(number: int, seat: Seat, replaced: Member | None) -> Member:
    return Member(number, seat, POLICY, Unmoved(), replaced=replaced)


def begun(number: int, seat: Place) -> Member:
    member = make(number, seat, None)
    member.feed(lifecycle.Start())
    return member


def roomy() -> Place:
    place = Place()
    place.has_room = True
    return place


async def test_what_was_given_up_is_started_again_in_its_seat() -> None:
    failed, other = begun(3, Place()), begun(4, roomy())
    assert failed.life.state is WorkerState.FAILED
    failed.tally.tasks_done = 7
    failed.seat.has_room = True  # type: ignore[attr-defined]  # a scripted seat
    members = [failed, other]
    Renewal(members, make).restart([3])
    assert members[0] is other
    (fresh,) = members[1:]
    assert (fresh.number, fresh.seat, fresh.life.state) == (3, failed.seat, WorkerState.STARTING)
    assert fresh.tally is failed.tally
    assert fresh.replaced is None, "nobody has to make way for it"


async def test_what_fails_again_is_given_up_again_and_can_be_asked_for_again() -> None:
    members = [begun(0, Place())]
    renewal = Renewal(members, make)
    for _ in range(2):
        (before,) = members
        renewal.restart([0])
        (after,) = members
        assert after is not before
        assert after.life.state is WorkerState.FAILED


async def test_what_is_being_started_is_left_alone() -> None:
    members = [begun(0, roomy())]
    present = list(members)
    Renewal(members, make).restart([0])
    assert members == present


async def test_a_given_up_one_waits_for_a_renewal_under_way() -> None:
    idle, failed = make(0, roomy(), None), begun(1, Place())
    idle.life = Life(WorkerState.IDLE)
    failed.seat.has_room = True  # type: ignore[attr-defined]  # a scripted seat
    members = [idle, failed]
    renewal = Renewal(members, make)
    renewal.restart([0, 1])
    assert [(each.number, each.life.state) for each in members[2:]] == [(0, WorkerState.STARTING)]
    assert members[1] is failed
    members[2].replaced = None  # it is ready, and the one before is gone
    renewal.go_on()
    assert failed not in members
    assert (members[-1].number, members[-1].life.state) == (1, WorkerState.STARTING)


async def test_when_the_pool_stops_nothing_is_started() -> None:
    members = [begun(0, Place())]
    present = list(members)
    renewal = Renewal(members, make)
    renewal.is_over = True
    renewal.restart([0])
    assert members == present
