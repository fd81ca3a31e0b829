"""The pool of workers, as the scheduler sees it.

Everything here runs in one event loop and thread. What a worker says comes through its link (`link.py`). The pool keeps
no queue: at most one task per worker, and whoever assigns one must see `idle > 0` first. A task is one part or several,
each the opening of a recording or a further window of one; each has an outcome of its own.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

from voicepipe.config import WorkersConfig
from voicepipe.errors import ModelMissing, VoicepipeError, WorkersFailed
from voicepipe.events import Events, SandboxIncomplete, TaskDone, WorkerDied, WorkerFailed, WorkerReady
from voicepipe.supervision import Crew, unless
from voicepipe.wire.messages import BootFailed, BootFailure, Capabilities, FromWorker, Guard, Ready
from voicepipe.workers import lifecycle
from voicepipe.workers.assignment import Assignment, GivenPart, Part, PartOutcome
from voicepipe.workers.away import Away
from voicepipe.workers.lifecycle import Life, Policy, WorkerState
from voicepipe.workers.link import Seat
from voicepipe.workers.member import Member, WorkerStatus
from voicepipe.workers.renewal import Renewal

LEAST_SILENCE_SECONDS = 10.0
"""However often it beats, a worker is given that long: a busy machine may not run it for seconds."""
CHECK_SECONDS = 30.0
"""How long a worker may take to show that it still decodes: a second of silence, perhaps from swapped-out memory."""
DOWN = (WorkerState.STOPPED, WorkerState.FAILED)
AT_WORK = (WorkerState.IDLE, WorkerState.CHECKING, WorkerState.BUSY)
KILL_BOUND_SECONDS = 10.0
"""How long `stop` waits for killed processes; one that is still there then waits in the kernel and can't be ended."""


class WorkerPool:
    """Runs the workers and hands them tasks. A Part; satisfies Watcher."""

    def __init__(
        self, config: WorkersConfig, seats: Sequence[Seat], events: Events, *, recognises: bool = True
    ) -> None:
        """A worker for each seat; `recognises`: whether these do more than open recordings."""
        self.recognises = recognises
        self._config = config
        self._seats = tuple(seats)
        self._events = events
        self._policy = _policy(config)
        self._task_ids = itertools.count(1)
        self._members: list[Member] = []
        self._capabilities: Capabilities | None = None
        self._unguarded = ""
        self._changed = asyncio.Event()
        self._refusal: BootFailed | None = None
        self.renewal = Renewal(self._members, self._member)
        """Puts fresh workers in the place of others."""
        self.away = Away(self._members, self._member)
        """The workers on other machines."""
        self._on_idle: Callable[[], None] = lambda: None

    async def start(self) -> None:
        """Start all workers, and return when the first is ready.

        Raises ModelMissing or WorkersFailed, with the reason and with no process left, when none can be.
        """
        self._loop = asyncio.get_running_loop()
        self._first_ready: asyncio.Future[None] = self._loop.create_future()
        self._crew = Crew()
        self.renewal.is_over = False
        self._members[:] = [self._member(number, seat) for number, seat in enumerate(self._seats, 1)]
        self._tell_all(lifecycle.Start())
        try:
            await unless(self._first_ready, self._crew.wait_failed())
        except BaseException:
            await self.stop(0)
            raise

    async def stop(self, timeout_seconds: float) -> None:
        """Take no more tasks, let running ones finish within the bound, then kill; no process is left.

        Tasks that did not finish get WorkerLost(STOPPING). Raises WorkersFailed when a process can't be killed.
        """
        self.renewal.is_over = True
        self._tell_all(lifecycle.WindDown())
        await self._all_down(timeout_seconds)
        self._tell_all(lifecycle.Abandon())
        if not await self._all_down(KILL_BOUND_SECONDS):
            raise WorkersFailed("A worker process can't be killed: it waits in the kernel, as for a failing disk.")
        self._members.clear()

    async def wait_failed(self) -> NoReturn:
        """Raise ModelMissing or WorkersFailed when all workers are FAILED, or the error that broke the pool.

        Express workers don't count: they could not do it all.
        """
        await self._crew.wait_failed()

    def call_when_idle(self, callback: Callable[[], None]) -> None:
        """From now on, call this in the event loop whenever a worker becomes idle; what was given before no more."""
        self._on_idle = callback

    def able(self, model: str = "") -> int:
        """How many workers recognise with this model, or might soon: at home, and on other machines that are here."""
        return len(self._seats) * (self.recognises and not model) + self.away.able(model)

    @property
    def express(self) -> int:
        """How many of them take only what is short."""
        return sum(seat.is_express for seat in self._seats)

    @property
    def idle(self) -> int:
        """Number of workers for everything that wait for a task now."""
        return len(self._in_state(WorkerState.IDLE))

    @property
    def at_work(self) -> int:
        """Number of workers for everything that have a task or could have one."""
        return len(self._in_state(*AT_WORK))

    @property
    def express_idle(self) -> int:
        """Number of express workers that wait for a task now."""
        return len(self._in_state(WorkerState.IDLE, is_express=True))

    @property
    def express_at_work(self) -> int:
        """Number of express workers that have a task or could have one."""
        return len(self._in_state(*AT_WORK, is_express=True))

    @property
    def capabilities(self) -> Capabilities:
        """What its workers can, as the first to be ready has told; there are none before `start` has returned."""
        assert self._capabilities is not None, "no worker has been ready yet"
        return self._capabilities

    @property
    def batch_size(self) -> int:
        """Most parts that a task should have."""
        return self._config.batch_size or self.capabilities.batch_size

    @property
    def unguarded(self) -> str:
        """What workers should be kept from and are not: words, as "network programs"; empty when there is nothing."""
        return self._unguarded

    def assign(self, parts: Sequence[Part], member: Member | None = None) -> list[asyncio.Future[PartOutcome]]:
        """Hand the parts to this idle worker, or to one at home (None), to be done together.

        Each gets exactly one outcome. A part whose files can't be opened has Crashed; the worker is not told of it.
        Cancelling a future does not end the part; its outcome is dropped.
        """
        member = member or self._idle_at_home(parts)
        given = [GivenPart(part, self._loop.create_future()) for part in parts]
        member.start_task(next(self._task_ids), given, self._deadline_seconds)
        return [each.outcome for each in given]

    def _idle_at_home(self, parts: Sequence[Part]) -> Member:
        idle = self._in_state(WorkerState.IDLE)
        if all(part.is_short for part in parts):  # the others could take something else
            idle = self._in_state(WorkerState.IDLE, is_express=True) + idle
        if not idle:
            raise RuntimeError("no worker is idle")
        return idle[0]

    def statuses(self) -> list[WorkerStatus]:
        """One per worker, in order; two of the same number while one replaces the other."""
        return sorted((member.status() for member in self._all), key=lambda status: status.worker)

    @property
    def _all(self) -> list[Member]:
        return [*self._members, *self.away.members]

    def _in_state(self, *states: WorkerState, is_express: bool = False) -> list[Member]:
        """The workers for everything, or the express ones, on this machine, that are in one of these states."""
        return [each for each in self._members if each.seat.is_express is is_express and each.life.state in states]

    def _deadline_seconds(self, audio_seconds: float) -> float:
        by_length = self._config.task_timeout_per_audio_second * audio_seconds
        return max(self._config.task_timeout_floor_seconds, by_length)

    def _tell_all(self, event: lifecycle.Event) -> None:
        for member in self._all:
            member.feed(event)

    async def _all_down(self, timeout_seconds: float) -> bool:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout_seconds):
                while any(member.life.state not in DOWN for member in self._all):
                    self._changed.clear()
                    await self._changed.wait()
        return all(member.life.state in DOWN for member in self._all)

    # --- what becomes of the members ----------------------------------------------------------------------------
    def changed(self, member: Member, before: Life) -> None:
        self._changed.set()
        if member.seat.host and member.life.state is not before.state:
            self.away.changed(member, before.state)
        match member.life.state:
            case WorkerState.IDLE:
                self._on_rest(member, before)
            case WorkerState.FAILED if before.state is not WorkerState.FAILED:
                self._on_failed(member)
            case WorkerState.STOPPED if member.life.is_retiring and member in self._members:
                self._members.remove(member)
                self.renewal.go_on()

    def said(self, member: Member, message: FromWorker) -> None:
        match message:
            case Ready(capabilities, load_seconds, guards) if not member.seat.host:  # of whose host more is known
                self._capabilities = self._capabilities or capabilities
                self._events.emit(WorkerReady(member.number, member.pid or 0, load_seconds, _reason(member)))
                self._tell_of_missing(member, guards)
            case BootFailed():
                self._refusal = message

    def finished(self, member: Member, assignment: Assignment) -> None:
        wall_seconds = self._loop.time() - assignment.started_at
        if not assignment.opens:
            member.seat.pace.learn(len(assignment.parts), wall_seconds)
        if texts := assignment.texts:
            self._events.emit(
                TaskDone(
                    worker=member.number,
                    parts=len(texts),
                    audio_seconds=sum(each.speech_seconds for each in texts),
                    wall_seconds=wall_seconds,
                    opened_seconds=max(each.audio_seconds for each in texts),
                    model=member.seat.pace.model,
                )
            )

    def died(self, member: Member, exit_code: int) -> None:
        self._events.emit(WorkerDied(member.number, member.pid or 0, str(member.life.ending), exit_code))

    def broke(self, error: Exception) -> None:
        self._crew.fail(error)

    def _tell_of_missing(self, member: Member, guards: tuple[Guard, ...]) -> None:
        missing = " ".join(guard.value for guard in member.seat.wanted_guards if guard not in guards)
        if missing and not self._unguarded:
            self._unguarded = missing
            self._events.emit(SandboxIncomplete(missing))

    def _on_rest(self, member: Member, before: Life) -> None:
        if not self._first_ready.done():
            self._first_ready.set_result(None)
        if member.replaced is not None:
            member.replaced.feed(lifecycle.Retire())
            member.replaced = None
        if member.is_worn_out and not member.seat.host:
            self.renewal.replace(member)
        if before.state is not WorkerState.IDLE:
            self._loop.call_soon(self._tell_idle)

    def _tell_idle(self) -> None:
        try:
            self._on_idle()
        except Exception as error:
            self.broke(error)

    def _member(self, number: int, seat: Seat, replaced: Member | None = None) -> Member:
        return Member(number, seat, self._policy, self, replaced=replaced)

    def _on_failed(self, member: Member) -> None:
        self._events.emit(WorkerFailed(member.number, str(member.life.boot_failure or "died_too_often")))
        if member.replaced is not None:  # better a worn-out worker than none
            self._members.remove(member)
            self.renewal.go_on()
        usual = [each for each in self._members if not each.seat.is_express]
        if all(each.life.state is WorkerState.FAILED for each in usual):
            self.broke(_why_failed(self._config, member.seat.model_path, self._refusal))


def _why_failed(config: WorkersConfig, model: Path, refusal: BootFailed | None) -> VoicepipeError:
    if refusal is None:
        return WorkersFailed(
            f"No worker process can be kept running: each died {config.max_failures} times within "
            f"{config.failure_window_seconds:g} s. What they wrote to standard error says more."
        )
    if refusal.failure is BootFailure.MODEL_MISSING:
        return ModelMissing(
            f"There is no recognition model in {model}: {refusal.detail}. Run `voicepipe model download`, "
            "or set recognition.model to the directory of a CTranslate2 Whisper model."
        )
    return WorkersFailed(
        f"No worker can start with the model in {model} ({refusal.failure}): {refusal.detail}. "
        "Check recognition.engine, model, device, compute_type and the languages."
    )


def _reason(member: Member) -> str:
    """Why its present incarnation was started, as WorkerReady has it."""
    if member.replaced is not None:
        return "replacement"
    return "death" if member.tally.deaths else "start"


def _policy(workers: WorkersConfig) -> Policy:
    return Policy(
        start_seconds=workers.start_timeout_seconds,
        silence_seconds=max(LEAST_SILENCE_SECONDS, 5 * workers.heartbeat_seconds),
        check_idle_seconds=workers.check_idle_seconds,
        check_seconds=CHECK_SECONDS,
        backoff_base_seconds=workers.backoff_base_seconds,
        backoff_cap_seconds=workers.backoff_cap_seconds,
        max_failures=workers.max_failures,
        failure_window_seconds=workers.failure_window_seconds,
        recycle_tasks=workers.recycle_tasks,
        recycle_rss_bytes=workers.recycle_rss_mib << 20,
    )
