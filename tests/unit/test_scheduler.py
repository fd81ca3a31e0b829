"""The fair queue: who used little goes before whoever used much, and nobody starves."""

from __future__ import annotations

import asyncio
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from voicepipe.scheduler import FairQueue, TaskWatch
from voicepipe.workers.pool import TaskOutcome, TaskRequest

Task = tuple[int, float]


def push(queue: FairQueue, user_id: int, seconds: float) -> None:
    loop = asyncio.new_event_loop()
    outcome: asyncio.Future[TaskOutcome] = loop.create_future()
    queue.push(user_id, TaskRequest(Path(f"{user_id}"), seconds, seconds), TaskWatch(), outcome)
    loop.close()


def pop(queue: FairQueue) -> Task:
    request = queue.pop().request
    return int(request.path.name), request.audio_seconds


def drained(queue: FairQueue) -> list[Task]:
    return [pop(queue) for _ in range(len(queue))]


def filled(tasks: list[Task]) -> FairQueue:
    queue = FairQueue()
    for user_id, seconds in tasks:
        push(queue, user_id, seconds)
    return queue


def test_a_short_note_goes_before_what_is_left_of_a_long_backlog() -> None:
    queue = filled([(1, 300.0)] * 20)
    assert pop(queue) == (1, 300.0)
    push(queue, 2, 3.0)
    assert pop(queue) == (2, 3.0)


def test_users_with_equal_needs_take_turns() -> None:
    queue = filled([(1, 10.0)] * 3 + [(2, 10.0)] * 3)
    assert [user for user, _ in drained(queue)] == [1, 2, 1, 2, 1, 2]


def test_having_been_idle_earns_no_credit() -> None:
    queue = filled([(1, 100.0)] * 3)
    assert [user for user, _ in drained(queue)] == [1, 1, 1]
    for user_id in (2, 1):
        for _ in range(2):
            push(queue, user_id, 100.0)
    assert sorted([user for user, _ in drained(queue)][:2]) == [1, 2]


def test_what_waits_is_counted() -> None:
    queue = filled([(1, 10.0), (2, 5.5)])
    assert (len(queue), queue.waiting_seconds) == (2, 15.5)


tasks = st.lists(st.tuples(st.integers(1, 5), st.floats(1, 300)), max_size=60)


@given(tasks)
def test_each_task_comes_out_once_and_each_user_s_in_order(given_tasks: list[Task]) -> None:
    out = drained(filled(given_tasks))
    assert sorted(out) == sorted(given_tasks)
    for user_id in {user for user, _ in given_tasks}:
        assert [task for task in out if task[0] == user_id] == [task for task in given_tasks if task[0] == user_id]


@given(tasks)
def test_no_waiting_user_falls_behind_another_by_more_than_two_tasks(given_tasks: list[Task]) -> None:
    queue = filled(given_tasks)
    left = {user: sum(1 for other, _ in given_tasks if other == user) for user, _ in given_tasks}
    got = dict.fromkeys(left, 0.0)
    longest = max((seconds for _, seconds in given_tasks), default=0.0)
    while len(queue):
        user_id, seconds = pop(queue)
        got[user_id] += seconds
        left[user_id] -= 1
        waiting = [got[user] for user in left if left[user] > 0]
        if len(waiting) > 1:
            assert max(waiting) - min(waiting) <= 2 * longest + 1e-6
