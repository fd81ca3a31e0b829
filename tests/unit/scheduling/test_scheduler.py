"""The fair queue: who used little goes before whoever used much, and nobody starves. And which worker gets what."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.workers.pools import PLAIN
from voicepipe.config import WorkersConfig
from voicepipe.events import Events
from voicepipe.scheduling.costs import Surcharge, is_short
from voicepipe.scheduling.fair_queue import AGEING, FairQueue, Turns
from voicepipe.scheduling.scheduler import Scheduler
from voicepipe.wire.messages import Capabilities, FurtherWindow, Opening, Options, Recognised, Span, Window
from voicepipe.workers.assignment import Part, PartOutcome, WorkerLost
from voicepipe.workers.member import Member
from voicepipe.workers.pool import WorkerPool
from voicepipe.workers.sounds import SoundKey

Task = tuple[int, float]
NO_SOUND = SoundKey(0)
DONE = Recognised(1, 0, (), "ru", 1.0, 1.0, 1.0, 1.0)


class Line(FairQueue[Task]):
    """A queue with turns of its own."""

    def __init__(self) -> None:
        self.turns = Turns()
        super().__init__(self.turns)


def push(queue: Line, user_id: int, seconds: float, now: float = 0.0) -> None:
    queue.push(queue.turns.next_turn(user_id, seconds, now), (user_id, seconds))


def drained(queue: FairQueue[Task]) -> list[Task]:
    return [queue.pop() for _ in range(len(queue))]


def filled(tasks: list[Task]) -> Line:
    queue = Line()
    for user_id, seconds in tasks:
        push(queue, user_id, seconds)
    return queue


def test_a_short_note_goes_before_what_is_left_of_a_long_backlog() -> None:
    queue = filled([(1, 300.0)] * 20)
    assert queue.pop() == (1, 300.0)
    push(queue, 2, 3.0)
    assert queue.pop() == (2, 3.0)


def test_users_with_equal_needs_take_turns() -> None:
    queue = filled([(1, 10.0)] * 3 + [(2, 10.0)] * 3)
    assert [user for user, _ in drained(queue)] == [1, 2, 1, 2, 1, 2]


def test_having_been_idle_earns_no_credit() -> None:
    queue = filled([(1, 100.0)] * 3)
    assert [user for user, _ in drained(queue)] == [1, 1, 1]
    queue.turns.forget_the_past()
    for user_id in (2, 1):
        for _ in range(2):
            push(queue, user_id, 100.0)
    assert sorted([user for user, _ in drained(queue)][:2]) == [1, 2]


def test_an_endless_stream_of_new_users_does_not_starve_one_who_used_much() -> None:
    """Each second a new user comes with a second of audio, which is all that the worker can do."""
    queue = filled([(0, 30.0)] * 10)
    came_out = [queue.pop()[0]]
    for now in range(1, 2000):
        push(queue, now, 1.0, float(now))
        came_out.append(queue.pop()[0])
    turns = [instant for instant, user in enumerate(came_out) if user == 0]
    assert len(turns) == 10
    assert max(later - earlier for earlier, later in itertools.pairwise(turns)) <= 30 / AGEING + 2


def test_waiting_counts_only_against_those_who_come_later() -> None:
    queue = filled([(1, 10.0), (1, 10.0), (2, 10.0)])
    push(queue, 3, 10.0, now=5.0)
    push(queue, 4, 10.0, now=15.0)
    assert [user for user, _ in drained(queue)] == [1, 2, 3, 1, 4]


def test_who_goes_along_is_among_the_next_and_the_others_keep_their_turn() -> None:
    queue = filled([(user, float(user)) for user in range(1, 11)])
    assert queue.pop() == (1, 1.0)
    along = queue.pop_along(lambda task: task[0] % 2 == 0, look_at=4)
    assert [user for user, _ in along] == [2, 4]
    assert [user for user, _ in drained(queue)] == [3, 5, 6, 7, 8, 9, 10]


def test_more_can_be_looked_at_than_there_is() -> None:
    queue = filled([(1, 1.0), (2, 1.0)])
    assert len(queue.pop_along(lambda _: True, look_at=10)) == 2
    assert len(queue) == 0
    assert queue.pop_along(lambda _: True, look_at=10) == []


tasks = st.lists(st.tuples(st.integers(1, 5), st.floats(1, 300)), max_size=60)


@given(tasks)
def test_each_task_comes_out_once_and_each_user_s_in_order(given_tasks: list[Task]) -> None:
    out = drained(filled(given_tasks))
    assert sorted(out) == sorted(given_tasks)
    for user_id in {user for user, _ in given_tasks}:
        assert [task for task in out if task[0] == user_id] == [task for task in given_tasks if task[0] == user_id]


@given(tasks, st.lists(st.floats(0, 100), min_size=60, max_size=60))
def test_a_user_s_tasks_keep_their_order_whenever_they_come(given_tasks: list[Task], pauses: list[float]) -> None:
    queue, now = Line(), 0.0
    for number, ((user_id, seconds), pause) in enumerate(zip(given_tasks, pauses, strict=False)):
        now += pause
        queue.push(queue.turns.next_turn(user_id, seconds, now), (user_id, float(number)))
    out = [queue.pop() for _ in range(len(queue))]
    assert len(out) == len(given_tasks)
    for user_id in {user for user, _ in given_tasks}:
        numbers = [number for user, number in out if user == user_id]
        assert numbers == sorted(numbers)


@given(tasks)
def test_no_waiting_user_falls_behind_another_by_more_than_two_tasks(given_tasks: list[Task]) -> None:
    queue = filled(given_tasks)
    left = {user: sum(1 for other, _ in given_tasks if other == user) for user, _ in given_tasks}
    got = dict.fromkeys(left, 0.0)
    longest = max((seconds for _, seconds in given_tasks), default=0.0)
    while len(queue):
        user_id, seconds = queue.pop()
        got[user_id] += seconds
        left[user_id] -= 1
        waiting = [got[user] for user in left if left[user] > 0]
        if len(waiting) > 1:
            assert max(waiting) - min(waiting) <= 2 * longest + 1e-6


# --- which worker gets what -----------------------------------------------------------------------------------------
class Desk(WorkerPool):
    """A pool of no processes: what is assigned is noted, and done when the test says so."""

    def __init__(self, count: int, capabilities: Capabilities = PLAIN, *, express: int = 0) -> None:
        super().__init__(WorkersConfig(count=count), (), Events())
        self._capabilities = capabilities
        self.alive = count
        self.express_alive = express
        self.tasks: list[list[Part]] = []
        """That are being done by workers for everything."""
        self.express_tasks: list[list[Part]] = []
        """That are being done by express workers."""
        self._outcomes: list[tuple[list[Part], list[asyncio.Future[PartOutcome]]]] = []

    def able(self, model: str = "") -> int:
        return 0 if model else self.alive + self.express_alive

    @property
    def idle(self) -> int:
        return self.alive - len(self.tasks)

    @property
    def at_work(self) -> int:
        return self.alive

    @property
    def express_idle(self) -> int:
        return self.express_alive - len(self.express_tasks)

    @property
    def express_at_work(self) -> int:
        return self.express_alive

    def assign(self, parts: Sequence[Part], member: Member | None = None) -> list[asyncio.Future[PartOutcome]]:
        is_express = self.express_idle > 0 and all(part.is_short for part in parts)
        assert is_express or self.idle > 0
        (self.express_tasks if is_express else self.tasks).append(list(parts))
        outcomes: list[asyncio.Future[PartOutcome]] = [asyncio.get_running_loop().create_future() for _ in parts]
        self._outcomes.append((list(parts), outcomes))
        return outcomes

    def become_idle(self) -> None:
        """Say that a worker is idle."""
        self._on_idle()

    async def end(self, part: Part, outcome: PartOutcome = DONE) -> None:
        """Its task is over, and its worker idle or gone."""
        tasks = next(tasks for tasks in (self.tasks, self.express_tasks) if any(part in parts for parts in tasks))
        tasks.remove(next(parts for parts in tasks if part in parts))
        for each in next(outcomes for parts, outcomes in self._outcomes if part in parts):
            each.set_result(outcome)
        is_lost = isinstance(outcome, WorkerLost)
        self.alive -= is_lost
        if not is_lost:
            asyncio.get_running_loop().call_soon(self.become_idle)
        for _ in range(3):
            await asyncio.sleep(0)


def scheduler_of(pool: Desk, *, are_windows_together: bool = False) -> Scheduler:
    scheduler = Scheduler(pool, are_windows_together=are_windows_together)
    pool.call_when_idle(scheduler.assign_waiting)
    return scheduler


def opening(seconds: float) -> Part:
    work = Opening(86_400.0)
    return Part(work=work, sound=NO_SOUND, audio_seconds=seconds, is_short=is_short(seconds), media=Path("recording"))


def further_window(seconds: float = 30.0, *, of_note: bool = False) -> Part:
    work = FurtherWindow(Window((Span(0, int(seconds * 16_000)),), 0), Options("ru"))
    return Part(work=work, sound=NO_SOUND, audio_seconds=seconds, is_short=of_note)


@pytest.mark.parametrize("workers", [1, 2])
async def test_a_note_begins_at_once_whatever_else_runs(workers: int) -> None:
    pool = Desk(workers, express=1)
    scheduler = scheduler_of(pool)
    lectures, note = [opening(3600.0) for _ in range(3)], opening(5.0)
    for user_id, part in enumerate(lectures):
        scheduler.submit(user_id, part)
    assert pool.tasks == [[part] for part in lectures[:workers]], "all the others may open lectures"
    scheduler.submit(1, note)
    assert pool.express_tasks == [[note]]


async def test_an_express_worker_takes_nothing_long() -> None:
    pool = Desk(1, express=1)
    scheduler = scheduler_of(pool)
    for part in (opening(61.0), opening(3600.0), further_window()):
        scheduler.submit(1, part)
    assert pool.express_tasks == []
    assert len(pool.tasks) == 1


async def test_both_kinds_of_workers_do_notes_and_the_express_one_is_asked_first() -> None:
    pool = Desk(1, express=1)
    scheduler = scheduler_of(pool)
    notes = [opening(60.0), further_window(of_note=True), opening(5.0)]
    for user_id, note in enumerate(notes):
        scheduler.submit(user_id, note)
    assert (pool.express_tasks, pool.tasks) == ([notes[:1]], [notes[1:2]])
    await pool.end(notes[1])
    assert (pool.express_tasks, pool.tasks) == ([notes[:1]], [notes[2:]])


async def test_a_worker_for_everything_keeps_to_the_order() -> None:
    pool = Desk(1, express=1)
    scheduler = scheduler_of(pool)
    parts = [opening(3600.0), opening(30.0), opening(3600.0), opening(30.0), further_window(20.0), opening(30.0)]
    for user_id, part in enumerate(parts):
        scheduler.submit(user_id, part)
    assert pool.express_tasks == [[parts[1]]]
    for part, later in itertools.pairwise([parts[0], *parts[2:]]):
        await pool.end(part)
        assert pool.tasks == [[later]]


async def test_a_note_that_goes_ahead_of_its_user_s_lecture_puts_nobody_behind() -> None:
    """Its turn comes after all that its user has waiting; who comes meanwhile starts level with the first of that."""
    pool = Desk(1, express=1)
    scheduler = scheduler_of(pool)
    windows, note, other = [further_window() for _ in range(8)], opening(5.0), further_window()
    for part in (*windows, note):
        scheduler.submit(1, part)
    assert pool.express_tasks == [[note]]
    scheduler.submit(2, other)
    await pool.end(windows[0])
    assert pool.tasks == [[other]]


async def test_without_an_express_worker_lectures_take_all() -> None:
    pool = Desk(2)
    scheduler = scheduler_of(pool)
    lectures = [opening(3600.0) for _ in range(3)]
    for user_id, part in enumerate(lectures):
        scheduler.submit(user_id, part)
    assert pool.tasks == [[part] for part in lectures[:2]]


async def test_a_lecture_nobody_waits_for_holds_its_worker_all_the_same() -> None:
    pool = Desk(1)
    scheduler = scheduler_of(pool)
    first, second = opening(3600.0), opening(3600.0)
    scheduler.submit(1, first).cancel()
    scheduler.submit(2, second)
    await asyncio.sleep(0)
    assert pool.tasks == [[first]]
    await pool.end(first)
    assert pool.tasks == [[second]]


TOGETHER = Capabilities(window_seconds=30.0, batch_size=4, is_batch_cheap=False)
"""As on a CPU."""


@pytest.mark.parametrize(("are_together", "sizes"), [(True, [4, 2, 1]), (False, [1] * 7)])
async def test_a_lecture_s_windows_go_together_where_nobody_waits_behind_them(
    are_together: bool, sizes: list[int]
) -> None:
    """What is left is shared out evenly, so that both workers end at about the same time."""
    pool = Desk(2, TOGETHER, express=1)
    scheduler = scheduler_of(pool, are_windows_together=are_together)
    first, other = further_window(), further_window()
    for part in (first, other, *(further_window(20.0 + number) for number in range(7))):
        scheduler.submit(1, part)
    found: list[int] = []
    while len(found) < len(sizes):
        await pool.end(first)
        first = pool.tasks[-1][0]
        found.append(len(pool.tasks[-1]))
    assert found == sizes
    assert scheduler.waiting == 0


async def test_notes_go_together_as_far_as_nobody_waits_long_for_it() -> None:
    pool = Desk(1, TOGETHER)
    scheduler = scheduler_of(pool, are_windows_together=True)
    first, *notes = [opening(seconds) for seconds in (5.0, 10.0, 10.0, 10.0, 10.0, 10.0)]
    for user_id, part in enumerate((first, *notes)):
        scheduler.submit(user_id, part)
    await pool.end(first)
    assert pool.tasks == [notes[:4]]
    pool = Desk(1, TOGETHER)
    scheduler = scheduler_of(pool, are_windows_together=True)
    first, *windows = opening(5.0), *(further_window(30.0, of_note=True) for _ in range(3))
    for user_id, part in enumerate((first, *windows)):
        scheduler.submit(user_id, part)
    await pool.end(first)
    assert pool.tasks == [windows[:1]]


async def test_enough_windows_of_a_recording_may_wait_to_go_together() -> None:
    assert scheduler_of(Desk(2, TOGETHER, express=1), are_windows_together=True).room() == 2 * 3 * 4
    assert scheduler_of(Desk(2, TOGETHER)).room() == 2 * 2


async def test_on_a_gpu_no_note_goes_along_with_a_lecture() -> None:
    pool = Desk(1, Capabilities(window_seconds=30.0, batch_size=16, is_batch_cheap=True))
    scheduler = scheduler_of(pool)
    lecture, notes = opening(3600.0), [opening(5.0) for _ in range(5)]
    pool.alive = 0
    scheduler.submit(1, lecture)
    for user_id, note in enumerate(notes, 2):
        scheduler.submit(user_id, note)
    pool.alive = 1
    pool.become_idle()
    assert pool.tasks == [[lecture]]
    await pool.end(lecture)
    assert pool.tasks == [notes]


async def test_many_notes_of_a_second_get_no_more_than_their_share() -> None:
    """What a window takes is, by measurement, 0.62 s, and 0.045 s for each second in it."""
    pool = Desk(1)
    scheduler = scheduler_of(pool)
    for _ in range(100):
        scheduler.submit(1, further_window())
        scheduler.submit(2, opening(1.0))
    spent = {FurtherWindow: 0.0, Opening: 0.0}
    for _ in range(100):
        ((part,),) = pool.tasks
        spent[type(part.work)] += 0.62 + 0.045 * part.audio_seconds
        await pool.end(part)
    assert spent[FurtherWindow] == pytest.approx(spent[Opening], rel=0.2)


async def test_what_took_many_times_the_usual_is_charged_to_its_user() -> None:
    """A recording that a model doubts again and again puts its own user's next ones behind, and nobody else's."""
    pool = Desk(1)
    scheduler = scheduler_of(pool)
    usual, dear = further_window(), further_window()
    others = [further_window() for _ in range(4)]
    for user_id, part in ((1, usual), (2, dear), (1, others[0]), (1, others[1])):
        scheduler.submit(user_id, part)
    await pool.end(usual, replace(DONE, compute_seconds=2.0))
    await pool.end(dear, replace(DONE, compute_seconds=10.0))
    assert pool.tasks == [[others[0]]]
    scheduler.submit(2, others[2])
    scheduler.submit(3, others[3])
    await pool.end(others[0], replace(DONE, compute_seconds=2.0))
    assert pool.tasks == [[others[3]]], "who comes new goes before who has had five times the usual"
    await pool.end(others[3], replace(DONE, compute_seconds=2.0))
    assert pool.tasks == [[others[1]]]


@pytest.mark.parametrize(("cpu_seconds", "extra"), [(0.0, 0.0), (1.0, 0.0), (2.0, 0.0), (5.0, 30.0), (50.0, 480.0)])
def test_a_surcharge_is_what_is_beyond_twice_the_usual(cpu_seconds: float, extra: float) -> None:
    surcharge = Surcharge()
    for _ in range(10):
        assert surcharge.of(10.0, 1.0) == 0.0
    assert surcharge.of(10.0, cpu_seconds) == pytest.approx(extra)


def test_one_part_that_is_dear_does_not_make_that_usual() -> None:
    surcharge = Surcharge()
    for cpu_seconds in (1.0, 1000.0, 1.0, 1.0):
        surcharge.of(10.0, cpu_seconds)
    assert surcharge.of(10.0, 5.0) > 20.0
