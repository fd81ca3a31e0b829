"""The life of one worker as a pure function: `step(life, event, now, policy, chance) -> (life, actions)`.

                                             CHECKING
                                               ^ | CheckPassed
                               long idle, Beat | v
    STOPPED --Start--> STARTING --BootedUp--> IDLE <--Assign, TaskEnded--> BUSY
                          |                    |                            |
       TimedOut, WindDown |    Retire, WindDown|   TimedOut, SpokeNonsense  |  (Retire, WindDown: after its task)
       BootRefused        |                    v                  Abandon   |
       SpokeNonsense      |                 DRAINING                        |
                          |                    | TimedOut                   |
                          +---> TERMINATING <--+----------------------------+
                                     | Exited: the process is gone (also from every state above that has one)
                                     v
                                   EXITED --Released--> STOPPED   stopping or retired
                                     |----------------> FAILED    can't boot, or died too often
                                     +----------------> BACKOFF --TimedOut--> STARTING

Time is `now`, a monotonic instant in seconds; a life's `due` is the instant of its time-out, whose event is `TimedOut`.
The pool carries out the actions, in order. Every task that `Assign` brings in leaves by exactly one `Conclude`. What a
task consists of, and which of it is answered, is the pool's affair.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from voicepipe.wire.messages import BootFailure


class WorkerState(StrEnum):
    """Where a worker is in its life."""

    STOPPED = "stopped"
    """There is no process and none is wanted: not started yet, stopped, or replaced."""
    STARTING = "starting"
    """The process runs and loads its model."""
    IDLE = "idle"
    """It waits for a task."""
    CHECKING = "checking"
    """It had no task for long and shows that it still can."""
    BUSY = "busy"
    """It works on a task, which has a deadline."""
    DRAINING = "draining"
    """It was asked to exit, and has nothing left to do."""
    TERMINATING = "terminating"
    """It is being killed."""
    EXITED = "exited"
    """The process is gone; its pipes are being closed."""
    BACKOFF = "backoff"
    """It pauses before the next start."""
    FAILED = "failed"
    """It died too often or can't be started as things are; it stays down."""


class LossCause(StrEnum):
    """Why a worker went away under its task."""

    NOT_BEGUN = "not_begun"
    """The process ended, or was ended, before it had got the task."""
    DIED = "died"
    """The process ended by itself or was killed from outside."""
    DEADLINE = "deadline"
    """The task took longer than its deadline, and the process was killed for it."""
    IN_COMPANY = "in_company"
    """As DIED or DEADLINE, but other parts were in the task as well: nobody knows which of them is to blame."""
    STOPPING = "stopping"
    """The pool was stopped and would wait no longer."""
    OUT_OF_SIGHT = "out_of_sight"
    """The host that it was given to is not heard of any more, or has lost it: it is not the recording's fault."""


class Ending(StrEnum):
    """Why a process ends, for the operator."""

    DIED = "died"
    """By itself, or killed from outside."""
    DEADLINE = "deadline"
    """Its task took too long."""
    SLOW_START = "slow_start"
    """It was not ready in time."""
    BOOT_FAILED = "boot_failed"
    """It said that it can't work."""
    SILENT = "silent"
    """It was idle and sent no heartbeat."""
    UNFIT = "unfit"
    """It was idle and could not show that it still decodes."""
    NONSENSE = "nonsense"
    """It said something that makes no sense."""
    STOPPING = "stopping"
    """The pool stops, and waits for it no longer."""

    @property
    def loss(self) -> LossCause:
        """What its task is told."""
        match self:
            case Ending.DEADLINE:
                return LossCause.DEADLINE
            case Ending.STOPPING:
                return LossCause.STOPPING
        return LossCause.DIED


@dataclass(frozen=True, slots=True)
class Policy:
    """The times (seconds) and counts that a life goes by."""

    start_seconds: float
    silence_seconds: float
    """An idle worker without a heartbeat for so long is dead in all but name."""
    check_idle_seconds: float
    """An idle worker must show after so long that it still decodes. 0: never."""
    check_seconds: float
    """What it gets for that."""
    backoff_base_seconds: float
    backoff_cap_seconds: float
    max_failures: int
    failure_window_seconds: float
    recycle_tasks: int
    """0: never."""
    recycle_rss_bytes: int
    """0: never."""
    drain_seconds: float = 2.0
    dump_seconds: float = 0.5
    """What a stuck process gets to write its stacks before it is killed."""
    kill_seconds: float = 2.0
    """After that long without an exit it is killed again: a process in an uninterruptible wait may take a while."""
    release_seconds: float = 1.0
    stretch: float = 10.0
    """A task may take so many times its deadline while its process gets on and has not had that time of a processor."""
    looks: int = 8
    """How often within its deadline a task's process is looked at."""
    least_share: float = 0.003
    """A process that had this share of a processor since it was last looked at gets on. Heartbeats take far less, and a
    process that is niced gets more, even where ten others want each processor."""
    healthy_seconds: float = 30.0
    """A worker that was ready for so long, or that finished a task, is healthy: earlier failures are forgotten."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """The time that a task has. Where processors are short, it is one of its process's CPU time.

    On an overloaded machine a good recording takes many times as long as it should, and to kill its worker for that
    makes the overload worse. A process that hangs is told from one that waits for a processor by that it gets none.
    """

    deadline_seconds: float
    until: float
    """When the deadline is."""
    cpu_until: float
    """What the process's CPU clock says when it has had as much time."""
    cpu_seen: float
    seen_at: float

    def next_look(self, now: float, policy: Policy) -> float:
        due = now + self.deadline_seconds / policy.looks
        return min(due, self.until) if now < self.until else due

    def is_over(self, cpu_seconds: float, now: float, policy: Policy) -> bool:
        if now < self.until:
            return False
        gets_on = cpu_seconds - self.cpu_seen >= policy.least_share * (now - self.seen_at)
        latest = self.until + (policy.stretch - 1) * self.deadline_seconds
        return not gets_on or cpu_seconds >= self.cpu_until or now >= latest


@dataclass(frozen=True, slots=True)
class Life:
    """Everything that is known of one worker."""

    state: WorkerState = WorkerState.STOPPED
    due: float | None = None
    """When its present state times out."""
    task: int | None = None
    """The task that has no end yet."""
    has_begun: bool = False
    """Whether the process has got that task."""
    allowance: Allowance | None = None
    """The time that it has; None where nobody knows the process's CPU time, and `due` is all there is."""
    check_at: float | None = None
    """When an IDLE process must show that it still decodes."""
    ending: Ending = Ending.DIED
    """Why the present process ends, if it ends now."""
    is_wanted: bool = False
    """Whether a process should run again when the present one is gone."""
    is_retiring: bool = False
    """Whether it goes for good after its present task: another worker has taken its place."""
    ready_since: float | None = None
    """When the present process became ready."""
    tasks: int = 0
    """Tasks that the present process has finished."""
    has_crashed: bool = False
    """Whether a task raised an error in the present process: it may have lost memory, or its wits."""
    rss_bytes: int | None = None
    """The present process's resident memory."""
    failures: tuple[float, ...] = ()
    """When it died unasked, newest last: within the failure window and since it was last healthy."""
    boot_failure: BootFailure | None = None
    """Why the present process could not start."""

    def is_worn_out(self, policy: Policy) -> bool:
        """Whether the process has done, grown or suffered so much that a fresh one should take its place.

        Its size counts once it has worked: a ceiling below the model's own size must not replace it for ever.
        """
        by_tasks = 0 < policy.recycle_tasks <= self.tasks
        by_size = self.tasks > 0 and 0 < policy.recycle_rss_bytes < (self.rss_bytes or 0)
        return by_tasks or by_size or self.has_crashed


# --- events -------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Start:
    """A process is wanted."""


@dataclass(frozen=True, slots=True)
class BootedUp:
    """The process says that it is ready."""


@dataclass(frozen=True, slots=True)
class BootRefused:
    """The process says that it can't work."""

    failure: BootFailure


@dataclass(frozen=True, slots=True)
class Beat:
    """The process lives."""

    rss_bytes: int


@dataclass(frozen=True, slots=True)
class Assign:
    """A task for an IDLE worker, to be done within the time."""

    task: int
    deadline_seconds: float
    cpu_seconds: float | None = None
    """What its process has had of processors so far, where that is known."""


@dataclass(frozen=True, slots=True)
class TaskBegun:
    """The process has got the task."""

    task: int


@dataclass(frozen=True, slots=True)
class CheckPassed:
    """The process has shown that it still decodes."""


@dataclass(frozen=True, slots=True)
class TaskEnded:
    """The process is done with a task, and has answered all of it."""

    task: int
    has_crashed: bool
    """Whether something in it raised an error."""


@dataclass(frozen=True, slots=True)
class SpokeNonsense:
    """The process talks nonsense, or has closed its pipe."""


@dataclass(frozen=True, slots=True)
class Exited:
    """The process is gone (or could not be spawned)."""

    loss: LossCause | None = None
    """Why its task is lost, where whoever tells of it knows; None: as the life has it."""


@dataclass(frozen=True, slots=True)
class Released:
    """What belonged to the process is closed."""


@dataclass(frozen=True, slots=True)
class Retire:
    """Go for good after the present task."""


@dataclass(frozen=True, slots=True)
class WindDown:
    """Go for good after the present task; what has no task goes now."""


@dataclass(frozen=True, slots=True)
class Abandon:
    """The present task is waited for no longer."""


@dataclass(frozen=True, slots=True)
class TimedOut:
    """`due` has passed."""

    cpu_seconds: float | None = None
    """What the process has had of processors so far, where that is known."""


Event = (
    Start
    | BootedUp
    | BootRefused
    | Beat
    | Assign
    | TaskBegun
    | CheckPassed
    | TaskEnded
    | SpokeNonsense
    | Exited
    | Released
    | Retire
    | WindDown
    | Abandon
    | TimedOut
)


# --- actions ------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Spawn:
    """Start a process."""


@dataclass(frozen=True, slots=True)
class AskToCheck:
    """Have the process show that it still decodes."""


@dataclass(frozen=True, slots=True)
class AskToExit:
    """Tell the process to exit when it is done."""


@dataclass(frozen=True, slots=True)
class DumpStacks:
    """Have the process write where it is stuck."""


@dataclass(frozen=True, slots=True)
class Kill:
    """SIGKILL."""


@dataclass(frozen=True, slots=True)
class Release:
    """Close what belonged to the process, then tell `Released`."""


@dataclass(frozen=True, slots=True)
class Conclude:
    """The task's one end."""

    task: int
    loss: LossCause | None
    """Why what is not answered never will be; None when all is."""


Action = Spawn | AskToCheck | AskToExit | DumpStacks | Kill | Release | Conclude
Step = tuple[Life, list[Action]]

HAS_PROCESS = frozenset(
    {
        WorkerState.STARTING,
        WorkerState.IDLE,
        WorkerState.CHECKING,
        WorkerState.BUSY,
        WorkerState.DRAINING,
        WorkerState.TERMINATING,
    }
)


# --- the function -------------------------------------------------------------------------------------------------
def step(life: Life, event: Event, now: float, policy: Policy, chance: Callable[[], float]) -> Step:
    """What becomes of a worker by an event, and what is to be done; `chance` gives a number in [0, 1).

    An event that has no meaning in the present state (a late message, a stale time-out) changes nothing, except that
    talk of a task that it does not have shows a process that can't be trusted. Raises ValueError for an Assign to a
    worker that is not IDLE.
    """
    match event:
        case Start():
            return _start(life, now, policy)
        case BootedUp():
            return _booted(life, now, policy, chance)
        case BootRefused(failure):
            return _boot_refused(life, failure, now, policy)
        case Beat(rss_bytes):
            return _beat(life, rss_bytes, now, policy)
        case Assign():
            return _assign(life, event, now, policy)
        case TaskBegun(task):
            return _begun(life, task, now, policy)
        case CheckPassed():
            return _checked(life, now, policy, chance)
        case TaskEnded(task, has_crashed):
            return _finished(life, task, has_crashed, now, policy, chance)
        case SpokeNonsense():
            return _nonsense(life, now, policy)
        case Exited(loss):
            return _exited(life, loss, now, policy)
        case Released():
            return _released(life, now, policy, chance)
        case Retire():
            return _retire(life, now, policy)
        case WindDown():
            return _stop(life, now, policy)
        case Abandon():
            return _abandon(life, now, policy)
        case TimedOut(cpu_seconds):
            return _timed_out(life, cpu_seconds, now, policy, chance)


def _start(life: Life, now: float, policy: Policy) -> Step:
    if life.state is not WorkerState.STOPPED:
        return life, []
    return _spawn(Life(is_wanted=True), now, policy)


def _spawn(life: Life, now: float, policy: Policy) -> Step:
    fresh = Life(WorkerState.STARTING, now + policy.start_seconds, is_wanted=life.is_wanted, failures=life.failures)
    return fresh, [Spawn()]


def _booted(life: Life, now: float, policy: Policy, chance: Callable[[], float]) -> Step:
    if life.state is WorkerState.STARTING:
        return _rest(replace(life, ready_since=now), now, policy, chance)
    return _nonsense(life, now, policy)


def _boot_refused(life: Life, failure: BootFailure, now: float, policy: Policy) -> Step:
    if life.state is WorkerState.STARTING:
        return _kill(replace(life, boot_failure=failure, ending=Ending.BOOT_FAILED), now, policy)
    return _nonsense(life, now, policy)


def _rest(life: Life, now: float, policy: Policy, chance: Callable[[], float]) -> Step:
    """Ready with nothing to do: wait, or go if that was asked for.

    Chance keeps workers that were started together from being checked together.
    """
    if life.is_retiring or not life.is_wanted:
        return _drain(life, now, policy)
    check_at = now + policy.check_idle_seconds * (1 + chance() / 4) if policy.check_idle_seconds else None
    return replace(life, state=WorkerState.IDLE, due=now + policy.silence_seconds, check_at=check_at), []


def _beat(life: Life, rss_bytes: int, now: float, policy: Policy) -> Step:
    if life.state not in HAS_PROCESS:
        return life, []
    life = replace(life, rss_bytes=rss_bytes)
    if life.state is not WorkerState.IDLE:
        return life, []
    if life.check_at is not None and now >= life.check_at:
        return replace(life, state=WorkerState.CHECKING, due=now + policy.check_seconds), [AskToCheck()]
    return replace(life, due=now + policy.silence_seconds), []


def _checked(life: Life, now: float, policy: Policy, chance: Callable[[], float]) -> Step:
    match life.state:
        case WorkerState.CHECKING:
            return _rest(life, now, policy, chance)
        case WorkerState.DRAINING:  # it was asked to exit meanwhile, and will
            return life, []
    return _nonsense(life, now, policy)


def _assign(life: Life, event: Assign, now: float, policy: Policy) -> Step:
    if life.state is not WorkerState.IDLE:
        raise ValueError(f"a worker that is {life.state} can't take a task")
    seconds, cpu_seconds = event.deadline_seconds, event.cpu_seconds
    busy = replace(life, state=WorkerState.BUSY, due=now + seconds, task=event.task, has_begun=False, allowance=None)
    if cpu_seconds is None:
        return busy, []
    allowance = Allowance(seconds, now + seconds, cpu_seconds + seconds, cpu_seconds, now)
    return replace(busy, due=allowance.next_look(now, policy), allowance=allowance), []


def _look(life: Life, cpu_seconds: float | None, now: float, policy: Policy) -> Step:
    """The task is not done yet: its process is left alone as long as it gets on and has time left."""
    allowance = life.allowance
    if allowance is None or cpu_seconds is None or allowance.is_over(cpu_seconds, now, policy):
        return _dump(life, Ending.DEADLINE, now, policy)
    seen = replace(allowance, cpu_seen=cpu_seconds, seen_at=now)
    return replace(life, due=seen.next_look(now, policy), allowance=seen), []


def _begun(life: Life, task: int, now: float, policy: Policy) -> Step:
    if life.task is None or life.task != task:
        return _nonsense(life, now, policy)
    return replace(life, has_begun=True), []


def _finished(
    life: Life, task: int, has_crashed: bool, now: float, policy: Policy, chance: Callable[[], float]
) -> Step:
    if life.task is None or life.task != task:
        return _nonsense(life, now, policy)
    has_crashed = life.has_crashed or has_crashed
    done = replace(life, task=None, tasks=life.tasks + 1, has_crashed=has_crashed, failures=())
    conclude = Conclude(task, None)
    if life.state is WorkerState.TERMINATING:  # it was quicker than the signal
        return done, [conclude]
    rested, actions = _rest(done, now, policy, chance)
    return rested, [conclude, *actions]


def _nonsense(life: Life, now: float, policy: Policy) -> Step:
    if life.state in (WorkerState.STARTING, WorkerState.IDLE, WorkerState.CHECKING, WorkerState.BUSY):
        return _kill(replace(life, ending=Ending.NONSENSE), now, policy)
    return life, []  # on its way out anyway


def _drain(life: Life, now: float, policy: Policy) -> Step:
    draining = replace(life, state=WorkerState.DRAINING, due=now + policy.drain_seconds)
    return draining, [AskToExit()]


def _kill(life: Life, now: float, policy: Policy) -> Step:
    return replace(life, state=WorkerState.TERMINATING, due=now + policy.kill_seconds), [Kill()]


def _dump(life: Life, ending: Ending, now: float, policy: Policy) -> Step:
    due = now + policy.dump_seconds
    return replace(life, state=WorkerState.TERMINATING, due=due, ending=ending), [DumpStacks()]


def _exited(life: Life, loss: LossCause | None, now: float, policy: Policy) -> Step:
    if life.state not in HAS_PROCESS:
        return life, []
    if loss is None or life.ending is Ending.STOPPING:
        loss = _loss(life)
    lost: list[Action] = [] if life.task is None else [Conclude(life.task, loss)]
    exited = replace(life, state=WorkerState.EXITED, due=now + policy.release_seconds, task=None)
    return exited, [*lost, Release()]


def _loss(life: Life) -> LossCause:
    """Why its task is lost. A process that had not got it has not died of it, whatever else it died of."""
    if life.ending is Ending.STOPPING or life.has_begun:
        return life.ending.loss
    return LossCause.NOT_BEGUN


def _released(life: Life, now: float, policy: Policy, chance: Callable[[], float]) -> Step:
    if life.state is not WorkerState.EXITED:
        return life, []
    if life.is_retiring or not life.is_wanted:
        return Life(WorkerState.STOPPED, is_retiring=life.is_retiring), []
    return _pause(_with_failure(life, now, policy), now, policy, chance)


def _with_failure(life: Life, now: float, policy: Policy) -> Life:
    was_healthy = life.ready_since is not None and now - life.ready_since >= policy.healthy_seconds
    past = () if was_healthy else life.failures
    recent = tuple(at for at in past if now - at < policy.failure_window_seconds)
    return replace(life, failures=(*recent, now))


def _pause(life: Life, now: float, policy: Policy, chance: Callable[[], float]) -> Step:
    """After a death: FAILED when nothing says that another try may go better, else a pause that grows."""
    is_hopeless = life.boot_failure is not None and not life.boot_failure.retryable
    if is_hopeless or len(life.failures) >= policy.max_failures:
        return Life(WorkerState.FAILED, failures=life.failures, boot_failure=life.boot_failure), []
    due = now + backoff_seconds(len(life.failures), policy, chance)
    return Life(WorkerState.BACKOFF, due, is_wanted=True, failures=life.failures), []


def backoff_seconds(failures: int, policy: Policy, chance: Callable[[], float]) -> float:
    """The pause after that many failures: doubling from the base, capped, and less by up to half at random.

    Chance keeps workers that died together from loading their models together.
    """
    longest = min(policy.backoff_cap_seconds, policy.backoff_base_seconds * 2.0 ** min(failures - 1, 60))
    return longest * (1 - chance() / 2)


def _retire(life: Life, now: float, policy: Policy) -> Step:
    if life.state in (WorkerState.IDLE, WorkerState.CHECKING):
        return _drain(replace(life, is_retiring=True), now, policy)
    if life.state in HAS_PROCESS or life.state is WorkerState.EXITED:
        return replace(life, is_retiring=True), []
    return Life(WorkerState.STOPPED, is_retiring=True), []


def _stop(life: Life, now: float, policy: Policy) -> Step:
    life = replace(life, is_wanted=False)
    match life.state:
        case WorkerState.BACKOFF:
            return Life(WorkerState.STOPPED), []
        case WorkerState.STARTING:
            return _kill(life, now, policy)
        case WorkerState.IDLE | WorkerState.CHECKING:
            return _drain(life, now, policy)
    return life, []


def _abandon(life: Life, now: float, policy: Policy) -> Step:
    if life.state is WorkerState.BUSY:
        return _kill(replace(life, ending=Ending.STOPPING), now, policy)
    return life, []


def _timed_out(life: Life, cpu_seconds: float | None, now: float, policy: Policy, chance: Callable[[], float]) -> Step:
    if life.due is None or now < life.due:
        return life, []
    match life.state:
        case WorkerState.BUSY:
            return _look(life, cpu_seconds, now, policy)
        case WorkerState.STARTING:
            return _dump(life, Ending.SLOW_START, now, policy)
        case WorkerState.IDLE:
            return _dump(life, Ending.SILENT, now, policy)
        case WorkerState.CHECKING:
            return _dump(life, Ending.UNFIT, now, policy)
        case WorkerState.DRAINING | WorkerState.TERMINATING:
            return _kill(life, now, policy)
        case WorkerState.EXITED:
            return _released(life, now, policy, chance)
        case WorkerState.BACKOFF:
            return _spawn(life, now, policy)
    return life, []
