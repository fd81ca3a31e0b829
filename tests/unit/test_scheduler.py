"""The fair queue: who used little goes before whoever used much, and nobody starves."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from voicepipe.scheduler import AGEING, FairQueue, Turns

Task = tuple[int, float]


class Line(FairQueue[Task]):
    """A queue with turns of its own."""

    def __init__(self) -> None:
        self.turns = Turns()
        super().__init__(self.turns)


def push(queue: Line, user_id: int, seconds: float, now: float = 0.0) -> None:
    queue.push(queue.turns.take(user_id, seconds, now), (user_id, seconds))


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
        queue.push(queue.turns.take(user_id, seconds, now), (user_id, float(number)))
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
