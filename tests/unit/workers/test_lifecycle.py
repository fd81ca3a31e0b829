"""The laws of a worker's life, whatever happens to it and in whatever order."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from voicepipe.wire.messages import BootFailure
from voicepipe.workers import lifecycle as lc
from voicepipe.workers.lifecycle import Life, LossCause, Policy, WorkerState, step

POLICY = Policy(
    start_seconds=60.0,
    silence_seconds=10.0,
    check_idle_seconds=60.0,
    check_seconds=5.0,
    backoff_base_seconds=0.5,
    backoff_cap_seconds=8.0,
    max_failures=4,
    failure_window_seconds=300.0,
    recycle_tasks=3,
    recycle_rss_bytes=1000,
)
WITHOUT_TIME_OUT = {WorkerState.STOPPED, WorkerState.FAILED}


def finished(task: int) -> lc.TaskEnded:
    return lc.TaskEnded(task, has_crashed=False)


def after(*events: lc.Event, now: float = 0.0, policy: Policy = POLICY, life: Life | None = None) -> Life:
    """The life after events that all happen at `now`."""
    life = life or Life()
    for event in events:
        life, _ = step(life, event, now, policy, lambda: 0.0)
    return life


STARTING = after(lc.Start())
IDLE = after(lc.BootedUp(), life=STARTING)
BUSY = after(lc.Assign(1, 120.0), lc.TaskBegun(1), life=IDLE)
CHECKING = after(lc.Beat(10), now=60.0, life=IDLE)


class AnyLife(RuleBasedStateMachine):
    """A worker and its process, driven by chance: the process obeys or not, and may say or do anything at any time."""

    def __init__(self) -> None:
        super().__init__()
        self.life = Life()
        self.now = 1000.0
        self.chance = random.Random(7).random
        self.cpu_seconds = 0.0
        self.has_process = False
        self.is_doomed = False
        self.next_task = 1
        self.accepted: list[int] = []
        self.begun: set[int] = set()
        self.concluded: Counter[int] = Counter()

    def tell(self, event: lc.Event) -> None:
        before = self.life
        self.life, actions = step(before, event, self.now, POLICY, self.chance)
        for action in actions:
            self.carry_out(action)

    def carry_out(self, action: lc.Action) -> None:
        match action:
            case lc.Spawn():
                assert not self.has_process, "a second process beside the first"
                self.has_process, self.is_doomed = True, False
            case lc.Kill():
                assert self.has_process, "killed nothing"
                self.is_doomed = True
            case lc.AskToExit() | lc.AskToCheck() | lc.DumpStacks():
                assert self.has_process
            case lc.Conclude(task, loss):
                self.concluded[task] += 1
                if loss is LossCause.NOT_BEGUN:
                    assert task not in self.begun, "a task that was begun may be at fault"
            case lc.Release():
                self.tell(lc.Released())

    def exit_process(self) -> None:
        self.has_process = False
        self.tell(lc.Exited())

    @rule(seconds=st.floats(0, 400))
    def wait(self, seconds: float) -> None:
        """Time passes, up to the time-out at most: it is never missed."""
        due = self.life.due
        self.now = self.now + seconds if due is None else min(self.now + seconds, due)
        if due is not None and self.now >= due:
            self.cpu_seconds += self.chance() * seconds
            self.tell(lc.TimedOut(self.cpu_seconds))

    @rule()
    def start(self) -> None:
        self.tell(lc.Start())

    @precondition(lambda self: self.life.state is WorkerState.IDLE)
    @rule(seconds=st.floats(0.1, 500), has_cpu_clock=st.booleans())
    def assign(self, seconds: float, has_cpu_clock: bool) -> None:
        self.accepted.append(self.next_task)
        self.tell(lc.Assign(self.next_task, seconds, self.cpu_seconds if has_cpu_clock else None))
        self.next_task += 1

    @precondition(lambda self: self.has_process)
    @rule(
        event=st.one_of(
            st.just(lc.BootedUp()),
            st.builds(lc.BootRefused, st.sampled_from(BootFailure)),
            st.builds(lc.Beat, st.integers(0, 2000)),
            st.just(lc.SpokeNonsense()),
            st.just(lc.CheckPassed()),
        )
    )
    def process_says(self, event: lc.Event) -> None:
        self.tell(event)

    @precondition(lambda self: self.has_process)
    @rule(task=st.integers(0, 5), has_crashed=st.booleans())
    def process_finishes(self, task: int, has_crashed: bool) -> None:
        """The latest task, one long done, or one that never was."""
        self.tell(lc.TaskEnded(self.next_task - task, has_crashed))

    @precondition(lambda self: self.has_process)
    @rule(task=st.integers(0, 3))
    def process_begins(self, task: int) -> None:
        """The latest task, one long done, or one that never was."""
        task = self.next_task - task
        if task == self.life.task:
            self.begun.add(task)
        self.tell(lc.TaskBegun(task))

    @precondition(lambda self: self.has_process)
    @rule()
    def process_exits(self) -> None:
        self.exit_process()

    @precondition(lambda self: self.is_doomed and self.has_process)
    @rule()
    def kill_arrives(self) -> None:
        self.exit_process()

    @rule(event=st.sampled_from([lc.Retire(), lc.WindDown(), lc.Abandon(), lc.TimedOut(), lc.Exited(), lc.Released()]))
    def anything_else(self, event: lc.Event) -> None:
        if not (isinstance(event, lc.Exited) and self.has_process):
            self.tell(lc.TimedOut() if isinstance(event, lc.Exited) else event)

    @invariant()
    def it_never_waits_for_ever(self) -> None:
        assert (self.life.due is None) == (self.life.state in WITHOUT_TIME_OUT)

    @invariant()
    def it_knows_whether_a_process_runs(self) -> None:
        assert self.has_process == (self.life.state in lc.HAS_PROCESS)

    @invariant()
    def a_task_is_open_or_has_one_end(self) -> None:
        for task in self.accepted:
            assert self.concluded[task] == (0 if task == self.life.task else 1)
        assert set(self.concluded) <= set(self.accepted)

    def teardown(self) -> None:
        """However it stands: told to stop, it comes to rest, by its time-outs and the force of SIGKILL alone."""
        self.tell(lc.WindDown())
        self.tell(lc.Abandon())
        for _ in range(10):
            if self.life.state in WITHOUT_TIME_OUT:
                break
            if self.is_doomed and self.has_process:
                self.exit_process()
            else:
                self.wait(1000.0)
        assert self.life.state in WITHOUT_TIME_OUT
        assert not self.has_process
        assert [self.concluded[task] for task in self.accepted] == [1] * len(self.accepted)


AnyLife.TestCase.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
TestAnyLife = AnyLife.TestCase


@given(failures=st.integers(1, 10_000), chance=st.floats(0, 1, exclude_max=True))
def test_pause_is_jittered_and_capped(failures: int, chance: float) -> None:
    pause = lc.backoff_seconds(failures, POLICY, lambda: chance)
    longest = min(8.0, 0.5 * 2.0 ** min(failures - 1, 60))
    assert longest / 2 <= pause <= longest


def test_pauses_grow_from_death_to_death() -> None:
    life, now, pauses = STARTING, 0.0, []
    for _ in range(3):
        life = after(lc.BootedUp(), lc.Exited(), lc.Released(), now=now, life=life)
        assert life.due is not None
        pauses.append(life.due - now)
        now = life.due
        life = after(lc.TimedOut(), now=now, life=life)
    assert pauses == [0.5, 1.0, 2.0]


def test_too_many_deaths_within_the_window_are_final() -> None:
    life = STARTING
    for _ in range(POLICY.max_failures):
        assert life.state is WorkerState.STARTING
        life = after(lc.Exited(), lc.Released(), now=0.0, life=life)
        life = after(lc.TimedOut(), now=life.due or 0.0, life=life)
    assert life.state is WorkerState.FAILED
    assert after(lc.TimedOut(), lc.Start(), lc.Exited(), now=1e6, life=life).state is WorkerState.FAILED


def test_deaths_outside_the_window_do_not_count() -> None:
    life, now = STARTING, 0.0
    for _ in range(20):
        life = after(lc.Exited(), lc.Released(), now=now, life=life)
        assert life.state is WorkerState.BACKOFF
        now += POLICY.failure_window_seconds
        life = after(lc.TimedOut(), now=now, life=life)


@pytest.mark.parametrize("is_healthy_by", ["task", "time"])
def test_a_healthy_spell_forgives_earlier_deaths(is_healthy_by: str) -> None:
    life = after(lc.Exited(), lc.Released(), life=STARTING)
    life = after(lc.Exited(), lc.Released(), now=1.0, life=after(lc.TimedOut(), now=1.0, life=life))
    life = after(lc.TimedOut(), lc.BootedUp(), now=3.0, life=life)
    now = 4.0
    if is_healthy_by == "task":
        life = after(lc.Assign(1, 60.0), finished(1), now=now, life=life)
    else:
        now += POLICY.healthy_seconds
        life = after(lc.Beat(1), now=now, life=life)
    life = after(lc.Exited(), lc.Released(), now=now, life=life)
    assert life.due == now + POLICY.backoff_base_seconds


@pytest.mark.parametrize("failure", BootFailure)
def test_only_what_may_go_better_is_tried_again(failure: BootFailure) -> None:
    life = after(lc.BootRefused(failure), lc.Exited(), lc.Released(), life=STARTING)
    assert life.state is (WorkerState.BACKOFF if failure.retryable else WorkerState.FAILED)
    assert life.state is WorkerState.BACKOFF or life.boot_failure is failure


@pytest.mark.parametrize(
    ("events", "cause"),
    [
        ([lc.Exited()], LossCause.DIED),
        ([lc.SpokeNonsense(), lc.Exited()], LossCause.DIED),
        ([lc.TimedOut(), lc.TimedOut(), lc.Exited()], LossCause.DEADLINE),
        ([lc.WindDown(), lc.Abandon(), lc.Exited()], LossCause.STOPPING),
        ([lc.WindDown(), lc.Exited()], LossCause.DIED),
    ],
)
def test_a_lost_task_is_told_why(events: list[lc.Event], cause: LossCause) -> None:
    life, outcomes, now = BUSY, [], 0.0
    for event in events:
        now = life.due if isinstance(event, lc.TimedOut) and life.due else now
        life, actions = step(life, event, now, POLICY, lambda: 0.0)
        outcomes += [action for action in actions if isinstance(action, lc.Conclude)]
    assert outcomes == [lc.Conclude(1, cause)]


@pytest.mark.parametrize(
    "ends", [[lc.Exited()], [lc.SpokeNonsense(), lc.Exited()], [lc.TimedOut(), lc.TimedOut(), lc.Exited()]]
)
def test_a_task_that_was_not_begun_is_not_to_blame(ends: list[lc.Event]) -> None:
    life, outcomes, now = after(lc.Assign(1, 120.0), life=IDLE), [], 0.0
    for event in ends:
        now = life.due if isinstance(event, lc.TimedOut) and life.due else now
        life, actions = step(life, event, now, POLICY, lambda: 0.0)
        outcomes += [action for action in actions if isinstance(action, lc.Conclude)]
    assert outcomes == [lc.Conclude(1, LossCause.NOT_BEGUN)]


def test_what_is_begun_is_forgotten_with_its_task() -> None:
    again = after(finished(1), lc.Assign(2, 120.0), life=BUSY)
    _, actions = step(again, lc.Exited(), 1.0, POLICY, lambda: 0.0)
    assert actions[0] == lc.Conclude(2, LossCause.NOT_BEGUN)


def test_a_long_idle_worker_is_checked_and_rests_again() -> None:
    life, actions = step(IDLE, lc.Beat(10), 59.9, POLICY, lambda: 0.0)
    assert (life.state, actions) == (WorkerState.IDLE, [])
    life, actions = step(life, lc.Beat(10), 60.0, POLICY, lambda: 0.0)
    assert (life.state, life.due, actions) == (WorkerState.CHECKING, 65.0, [lc.AskToCheck()])
    life = after(lc.CheckPassed(), now=61.0, life=life)
    assert (life.state, life.check_at) == (WorkerState.IDLE, 121.0)


def test_work_puts_the_check_off() -> None:
    life = after(lc.Assign(1, 120.0), finished(1), now=50.0, life=IDLE)
    assert after(lc.Beat(10), now=109.0, life=life).state is WorkerState.IDLE
    assert after(lc.Beat(10), now=110.0, life=life).state is WorkerState.CHECKING


def test_chance_puts_checks_apart_and_zero_means_never() -> None:
    chances = iter([0.0, 0.5])
    checks = [step(STARTING, lc.BootedUp(), 0.0, POLICY, lambda: next(chances))[0].check_at for _ in range(2)]
    assert checks == [60.0, 67.5]
    unchecked = after(lc.BootedUp(), life=STARTING, policy=replace(POLICY, check_idle_seconds=0.0))
    assert after(lc.Beat(1), now=1e9, life=unchecked).state is WorkerState.IDLE


def test_a_worker_that_no_longer_decodes_is_killed() -> None:
    life, actions = step(CHECKING, lc.TimedOut(), 65.0, POLICY, lambda: 0.0)
    assert (life.ending, actions) == (lc.Ending.UNFIT, [lc.DumpStacks()])
    assert after(lc.Beat(10), now=64.0, life=CHECKING).due == 65.0, "to live is not enough"


@pytest.mark.parametrize("event", [lc.WindDown(), lc.Retire()])
def test_a_check_does_not_hold_up_the_end(event: lc.Event) -> None:
    life, actions = step(CHECKING, event, 61.0, POLICY, lambda: 0.0)
    assert (life.state, actions) == (WorkerState.DRAINING, [lc.AskToExit()])
    assert after(lc.CheckPassed(), now=61.0, life=life) == life


def test_a_stuck_worker_shows_its_stacks_before_it_is_killed() -> None:
    stuck, actions = step(BUSY, lc.TimedOut(), 120.0, POLICY, lambda: 0.0)
    assert (stuck.state, actions) == (WorkerState.TERMINATING, [lc.DumpStacks()])
    killed, actions = step(stuck, lc.TimedOut(), 120.0 + POLICY.dump_seconds, POLICY, lambda: 0.0)
    assert (killed.state, actions) == (WorkerState.TERMINATING, [lc.Kill()])


def test_an_end_that_beats_the_kill_counts() -> None:
    stuck = after(lc.TimedOut(), now=120.0, life=BUSY)
    life, actions = step(stuck, finished(1), 120.1, POLICY, lambda: 0.0)
    assert actions == [lc.Conclude(1, None)]
    assert step(life, lc.Exited(), 121.0, POLICY, lambda: 0.0)[1] == [lc.Release()]


def test_the_end_of_another_task_ends_the_worker() -> None:
    life, actions = step(BUSY, finished(2), 1.0, POLICY, lambda: 0.0)
    assert (life.state, actions) == (WorkerState.TERMINATING, [lc.Kill()])


def test_stop_lets_the_running_task_finish() -> None:
    stopping = after(lc.WindDown(), life=BUSY)
    assert stopping.state is WorkerState.BUSY
    life, actions = step(stopping, finished(1), 5.0, POLICY, lambda: 0.0)
    assert actions == [lc.Conclude(1, None), lc.AskToExit()]
    assert after(lc.Exited(), lc.Released(), now=6.0, life=life).state is WorkerState.STOPPED


def test_a_worker_that_ignores_the_request_to_exit_is_killed() -> None:
    draining = after(lc.WindDown(), life=IDLE)
    assert draining.state is WorkerState.DRAINING
    _, actions = step(draining, lc.TimedOut(), POLICY.drain_seconds, POLICY, lambda: 0.0)
    assert actions == [lc.Kill()]


def test_an_idle_worker_lives_by_its_heartbeats() -> None:
    life, now = IDLE, 0.0
    for _ in range(6):
        now += POLICY.silence_seconds - 1
        life = after(lc.TimedOut(), lc.Beat(10), now=now, life=life)
    assert life.state is WorkerState.IDLE
    assert after(lc.TimedOut(), now=now + POLICY.silence_seconds, life=life).state is WorkerState.TERMINATING


def test_heartbeats_do_not_move_a_deadline() -> None:
    assert after(lc.Beat(10), now=100.0, life=BUSY).due == BUSY.due


def test_a_retired_worker_finishes_its_task_and_stays_away() -> None:
    life = after(lc.Retire(), life=BUSY)
    assert life.state is WorkerState.BUSY
    life = after(finished(1), lc.Exited(), lc.Released(), life=life)
    assert (life.state, life.is_retiring) == (WorkerState.STOPPED, True)


def test_a_worker_wears_out_by_tasks_or_by_size_after_work() -> None:
    assert not after(lc.Beat(5000), life=IDLE).is_worn_out(POLICY)
    worked = after(finished(1), life=BUSY)
    assert not worked.is_worn_out(POLICY)
    assert after(lc.Beat(5000), life=worked).is_worn_out(POLICY)
    for task in (2, 3):
        worked = after(lc.Assign(task, 1.0), finished(task), life=worked)
    assert worked.is_worn_out(POLICY)


def test_a_worker_in_which_a_task_crashed_is_worn_out() -> None:
    crashed = after(lc.TaskEnded(1, has_crashed=True), life=BUSY)
    assert crashed.state is WorkerState.IDLE
    assert crashed.is_worn_out(POLICY)
    assert after(lc.Assign(2, 1.0), finished(2), life=crashed).is_worn_out(POLICY)


def test_only_an_idle_worker_takes_a_task() -> None:
    for life in (Life(), STARTING, BUSY, after(lc.WindDown(), life=IDLE)):
        with pytest.raises(ValueError, match="can't take a task"):
            step(life, lc.Assign(9, 1.0), 0.0, POLICY, lambda: 0.0)


# --- deadlines where processors are short ---------------------------------------------------------------------------
def killed_after(share: Callable[[float], float], deadline_seconds: float = 120.0) -> float:
    """When a task's process is given up that gets this share of a processor, as a function of time, and never ends."""
    life, now, cpu_seconds = after(lc.Assign(1, deadline_seconds, 50.0), life=IDLE), 0.0, 50.0
    while life.state is WorkerState.BUSY:
        assert life.due is not None
        assert life.due > now
        cpu_seconds += (life.due - now) * share(now)
        now = life.due
        life, _ = step(life, lc.TimedOut(cpu_seconds), now, POLICY, lambda: 0.0)
    assert life.ending is lc.Ending.DEADLINE
    return now


@pytest.mark.parametrize(
    ("share", "least", "most"),
    [
        (lambda _: 1.0, 120.0, 135.0),  # it spins
        (lambda _: 0.0, 120.0, 120.0),  # it hangs
        (lambda _: 0.0005, 120.0, 120.0),  # it hangs, and its heart beats
        (lambda now: 1.0 if now < 20 else 0.0, 120.0, 120.0),  # it hangs after a while
        (lambda now: 0.3 if now < 300 else 0.0, 300.0, 330.0),  # it hangs after it had to wait for a processor
        (lambda _: 0.25, 480.0, 495.0),  # four processes for each processor
        (lambda _: 0.02, 1200.0, 1200.0),  # whatever it is, it must end
        (lambda _: 4.0, 120.0, 120.0),  # several threads
    ],
)
def test_a_task_has_its_time_of_a_processor(share: Callable[[float], float], least: float, most: float) -> None:
    assert least <= killed_after(share) <= most


def test_without_a_cpu_clock_a_deadline_is_one() -> None:
    assert BUSY.due == 120.0
    known = after(lc.Assign(1, 120.0, 5.0), life=IDLE)
    assert after(lc.TimedOut(None), now=known.due or 0.0, life=known).state is WorkerState.TERMINATING
