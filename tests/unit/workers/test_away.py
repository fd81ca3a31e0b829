"""Which worker on another machine gets a window, by what is known of how fast each is."""

from __future__ import annotations

from typing import Any, cast

import pytest

from voicepipe.workers import pace
from voicepipe.workers.away import Away
from voicepipe.workers.lifecycle import Life, WorkerState
from voicepipe.workers.pace import Pace


class Worker:
    """As much of a member as matters here."""

    def __init__(self, host: str, part_seconds: float, state: WorkerState = WorkerState.IDLE) -> None:
        self.seat = self
        self.host = host
        self.pace = Pace(part_seconds)
        self.life = Life(state)
        self.capabilities = None


def best(*workers: Worker, waiting: int = 1) -> str | None:
    away = Away(cast(Any, [worker for worker in workers if not worker.host]), cast(Any, None))
    for worker in workers:
        if worker.host:
            away.changed(cast(Any, worker), WorkerState.STARTING)
    found = away.best(waiting)
    return None if found is None else found.seat.host


def test_the_fastest_of_those_that_are_idle_has_it() -> None:
    assert best(Worker("slow", 2.0), Worker("fast", 1.0), Worker("", 3.0)) == "fast"
    assert best(Worker("slow", 2.0), Worker("fast", 1.5, WorkerState.BUSY)) == "slow"


def test_who_is_not_known_is_tried() -> None:
    assert best(Worker("new", 0.0), Worker("", 1.0)) == "new"


def test_nobody_is_asked_who_is_at_home_or_has_something_to_do() -> None:
    assert best(Worker("", 1.0), Worker("busy", 1.0, WorkerState.BUSY)) is None


def test_a_slow_one_waits_until_so_much_does_that_the_fast_ones_are_done_later() -> None:
    workers = Worker("", 1.0, WorkerState.BUSY), Worker("slow", 5.0)
    assert best(*workers, waiting=2) is None
    assert best(*workers, waiting=10) == "slow"


def test_a_slow_one_is_looked_at_again_some_time_later(monkeypatch: pytest.MonkeyPatch) -> None:
    workers = Worker("", 1.0, WorkerState.BUSY), Worker("slow", 50.0)
    assert best(*workers) is None
    monkeypatch.setattr(pace, "OLD_SECONDS", -1.0)
    assert best(*workers) == "slow"


def test_who_loses_tasks_counts_as_slower_and_who_is_quick_as_faster_by_and_by() -> None:
    known = Pace(1.0)
    known.lose()
    assert known.part_seconds == 2.0
    for _ in range(30):
        known.learn(2, 1.0)
    assert known.part_seconds == pytest.approx(0.5, rel=0.05)
