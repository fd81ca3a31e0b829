"""How long it will take: learned from what tasks took, told from what waits."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicepipe.domain.jobs import JobKey
from voicepipe.events import TaskDone, WorkerReady
from voicepipe.scheduling.costs import Costs, Work
from voicepipe.scheduling.estimate import Estimator, Pace, told_seconds

COSTS = Costs(window_seconds=30.0)
NOTE = COSTS.work_of(5.0)
LECTURE = COSTS.work_of(3600.0)


def taken(work: Work) -> float:
    """What this machine takes: 0.8 s for a window and 0.05 s for a second of audio."""
    return 0.8 * work.parts + 0.05 * work.audio_seconds


def learned(count: int = 60, seed: int = 1, *, workers: int = 2, express: int = 0) -> Estimator:
    """What workers know after some tasks of all lengths, each a tenth off."""
    chance = random.Random(seed)
    estimator = Estimator(workers, COSTS, express=express)
    for number in range(count):
        work = Work(1, chance.uniform(1, 30))
        noise = chance.uniform(0.9, 1.1)
        estimator.learn_from(TaskDone(number % 2, 1, work.audio_seconds, noise * taken(work)))
    return estimator


def predict(estimator: Estimator, work: Work, user_id: int = 1) -> float:
    key = JobKey(user_id, 1_000)
    estimator.expect(key, user_id, work.audio_seconds)
    seconds = estimator.predict(key)
    estimator.forget(key)
    assert seconds is not None
    return seconds


# --- learning -------------------------------------------------------------------------------------------------------
def test_nobody_knows_at_first() -> None:
    estimator = Estimator(2, COSTS)
    estimator.expect(JobKey(1, 1), 1, NOTE.audio_seconds)
    assert estimator.predict(JobKey(1, 1)) is None
    assert estimator.real_time_factor(0) is None


def test_earlier_recordings_tell_until_a_worker_has_done_a_task() -> None:
    estimator = Estimator(2, COSTS, [(10.0, 2.0), (20.0, 2.5), (60.0, 6.5)] * 5)
    assert predict(estimator, COSTS.work_of(10.0)) == pytest.approx(2.0, rel=0.2)
    assert predict(estimator, COSTS.work_of(60.0)) == pytest.approx(6.5 / 2, rel=0.2)
    assert estimator.real_time_factor(0) is None
    estimator.learn_from(TaskDone(0, 1, 10.0, 1.0))
    assert predict(estimator, COSTS.work_of(10.0)) == pytest.approx(1.0)


@pytest.mark.parametrize("seconds", [1.0, 5.0, 15.0, 30.0])
def test_a_window_s_price_and_its_length_s_are_told_apart(seconds: float) -> None:
    work = COSTS.work_of(seconds)
    assert predict(learned(), work) == pytest.approx(taken(work), rel=0.15)


def test_one_task_is_enough_for_others_like_it() -> None:
    estimator = Estimator(1, COSTS)
    estimator.learn_from(TaskDone(0, 1, 5.0, 1.2))
    assert predict(estimator, NOTE) == pytest.approx(1.2)
    # An hour has 120 windows, and a window is what a task was.
    assert predict(estimator, LECTURE) == pytest.approx(120 * 1.2)


def test_what_has_changed_is_learned() -> None:
    estimator = learned()
    for _ in range(100):
        estimator.learn_from(TaskDone(0, 1, 5.0, 3 * taken(NOTE)))
        estimator.learn_from(TaskDone(1, 1, 5.0, 3 * taken(NOTE)))
    assert predict(estimator, NOTE) == pytest.approx(3 * taken(NOTE), rel=0.1)


def test_one_that_hangs_spoils_little() -> None:
    estimator = learned()
    before = predict(estimator, NOTE)
    estimator.learn_from(TaskDone(0, 1, 5.0, 600.0))
    assert predict(estimator, NOTE) < 2 * before


def test_each_worker_has_its_own_real_time_factor() -> None:
    estimator = Estimator(2, COSTS)
    estimator.learn_from(TaskDone(0, 1, 10.0, 2.0))
    estimator.learn_from(TaskDone(1, 4, 20.0, 1.0))
    estimator.learn_from(WorkerReady(0, 1, 1.0))
    assert estimator.real_time_factor(0) == pytest.approx(0.2)
    assert estimator.real_time_factor(1) == pytest.approx(0.05)


def test_the_search_of_a_lecture_is_not_taken_for_the_price_of_a_window() -> None:
    estimator = learned()
    before = predict(estimator, LECTURE)
    for worker in range(2):
        window = Work(1, 28.8)
        estimator.learn_from(TaskDone(worker, 1, window.audio_seconds, taken(window) + 14.0, opened_seconds=3600.0))
    assert predict(estimator, LECTURE) == pytest.approx(before)


tasks = st.tuples(st.integers(1, 8), st.floats(0, 200), st.floats(0, 1000))


@given(st.lists(tasks, min_size=1), st.floats(0, 86_400))
def test_whatever_was_seen_no_cost_is_negative(seen: list[tuple[int, float, float]], seconds: float) -> None:
    pace = Pace()
    for parts, audio_seconds, wall_seconds in seen:
        pace.learn(Work(parts, audio_seconds), wall_seconds)
    assert min(pace.prices()) >= 0
    assert pace.cost(COSTS.work_of(seconds)) >= 0


# --- telling --------------------------------------------------------------------------------------------------------
def test_the_windows_of_a_long_recording_are_shared_out() -> None:
    assert predict(learned(), LECTURE) == pytest.approx(taken(LECTURE) / 2, rel=0.15)


def test_a_note_hardly_waits_for_another_user_s_lecture() -> None:
    estimator = learned()
    estimator.expect(JobKey(2, 1), 2, LECTURE.audio_seconds)
    assert predict(estimator, NOTE) == pytest.approx(taken(NOTE), rel=0.15)


def test_a_note_waits_for_its_own_user_s_lecture() -> None:
    estimator = learned()
    estimator.expect(JobKey(1, 1), 1, LECTURE.audio_seconds)
    assert predict(estimator, NOTE) == pytest.approx((taken(LECTURE) + taken(NOTE)) / 2, rel=0.15)


def test_everybody_s_notes_are_waited_for() -> None:
    estimator = learned()
    for user_id in range(2, 102):
        estimator.expect(JobKey(user_id, 1), user_id, NOTE.audio_seconds)
    assert predict(estimator, NOTE) == pytest.approx(101 * taken(NOTE) / 2, rel=0.15)


def test_before_an_express_worker_there_are_only_notes() -> None:
    """Also before a note of somebody whose lecture is in work."""
    estimator = learned(workers=3, express=1)
    for user_id in (1, 2):
        estimator.expect(JobKey(user_id, 1), user_id, LECTURE.audio_seconds)
    assert predict(estimator, NOTE) == pytest.approx(taken(NOTE), rel=0.15)
    estimator.expect(JobKey(3, 1), 3, NOTE.audio_seconds)
    assert predict(estimator, NOTE) == pytest.approx(2 * taken(NOTE), rel=0.15)


def test_an_express_worker_helps_with_notes_and_with_no_lecture() -> None:
    estimator = learned(workers=3, express=1)
    assert predict(estimator, LECTURE) == pytest.approx(taken(LECTURE) / 2, rel=0.15)
    for user_id in range(2, 102):
        estimator.expect(JobKey(user_id, 1), user_id, NOTE.audio_seconds)
    assert predict(estimator, NOTE) == pytest.approx(101 * taken(NOTE) / 3, rel=0.15)


def test_the_rest_of_a_lecture_is_no_note() -> None:
    estimator = learned(workers=2, express=1)
    key = JobKey(1, 1)
    estimator.expect(key, 1, LECTURE.audio_seconds)
    estimator.expect(key, 1, NOTE.audio_seconds)
    estimator.expect(JobKey(2, 1), 2, LECTURE.audio_seconds)
    assert estimator.predict(key) == pytest.approx(2 * taken(NOTE), rel=0.15)


@pytest.mark.parametrize("seed", range(5))
def test_of_each_other_user_no_more_is_waited_for_than_of_oneself(seed: int) -> None:
    chance, estimator = random.Random(seed), learned()
    works = [COSTS.work_of(chance.lognormvariate(3.5, 1.5)) for _ in range(500)]
    for user_id, work in enumerate(works, 2):
        estimator.expect(JobKey(user_id, 1), user_id, work.audio_seconds)
    for own in (1.0, 20.0, 60.0, 600.0):
        share = COSTS.work_of(own)
        expected = (taken(share) + sum(min(taken(share), taken(work)) for work in works)) / 2
        assert predict(estimator, share) == pytest.approx(expected, rel=0.05)


def test_what_is_done_is_waited_for_no_longer() -> None:
    estimator = learned()
    for number in range(10):
        estimator.expect(JobKey(2, number), 2, LECTURE.audio_seconds)
        estimator.expect(JobKey(2, number), 2, NOTE.audio_seconds)
    for number in range(10):
        estimator.forget(JobKey(2, number))
        estimator.forget(JobKey(2, number))
    assert predict(estimator, LECTURE) == pytest.approx(taken(LECTURE) / 2, rel=0.15)
    assert estimator.predict(JobKey(2, 1)) is None


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (None, 0),
        (0.0, 0),
        (2.9, 0),
        (3.0, 3),
        (11.2, 12),
        (20.1, 25),
        (90.0, 90),
        (91.0, 120),
        (3600.0, 3600),
        (3601.0, 3900),
    ],
)
def test_a_prediction_is_told_in_round_numbers(seconds: float | None, told: int) -> None:
    assert told_seconds(seconds) == told
