"""The pool of worker processes, as the scheduler sees it.

Everything here runs in one event loop and thread, which should be the main one: the kernel ends a worker when the
thread that started it ends. What a worker says comes from its channel's reader thread through the loop. The pool keeps
no queue: at most one task per worker, and whoever assigns one must see `idle > 0` first.

A worker is a fresh interpreter (`subprocess`, so fork and exec), never a fork of the supervisor, whose threads, locks
and open files it must not inherit. It is not started by `multiprocessing`, for three reasons: its spawn imports the
program that runs the supervisor, Pyrogram and DuckDB included, into every worker; it leaves the environment, secrets
included, readable in /proc for the worker's whole life; and it adds a resource tracker process that nothing here needs.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import random
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from voicepipe.config import RecognitionConfig, WorkersConfig
from voicepipe.errors import ModelMissing, VoicepipeError, WorkersFailed
from voicepipe.events import Events, SandboxIncomplete, WorkerDied, WorkerFailed, WorkerReady
from voicepipe.workers import lifecycle
from voicepipe.workers.channel import Channel, Garbage
from voicepipe.workers.lifecycle import Life, LossCause, Policy, TaskOutcome, WorkerLost, WorkerState
from voicepipe.workers.messages import (
    Begun,
    Boot,
    BootFailed,
    BootFailure,
    Check,
    Checked,
    Crashed,
    FromWorker,
    Guard,
    Heartbeat,
    Progress,
    Ready,
    Recognise,
    Recognised,
    Rejected,
    Stop,
)

__all__ = ["LossCause", "TaskOutcome", "TaskRequest", "WorkerLost", "WorkerPool", "WorkerState", "WorkerStatus"]

WORKER_PROGRAM: tuple[str, ...] = (sys.executable, "-P", "-m", "voicepipe.workers.main")
"""What is run for a worker; three arguments are added, see `workers.main`."""
SECRETS = ("VOICEPIPE_", "CREDENTIALS_DIRECTORY", "HF_TOKEN", "HUGGING_FACE_HUB_TOKEN")
SUPERVISORS_OWN = ("NOTIFY_SOCKET", "WATCHDOG_", "LISTEN_")
"""What systemd tells the supervisor and nobody else."""
TELEMETRY_OFF = ("ORT_DISABLE_TELEMETRY", "ORT_TELEMETRY_DISABLED", "HF_HUB_DISABLE_TELEMETRY", "DO_NOT_TRACK")
"""onnxruntime's wheels, from 1.29 on, tell Microsoft about each process unless this is set before they are loaded."""
LEAST_SILENCE_SECONDS = 10.0
"""However often it beats, a worker is given that long: a busy machine may not run it for seconds."""
CHECK_SECONDS = 30.0
"""How long a worker may take to show that it still decodes: a second of silence, perhaps from swapped-out memory."""
DOWN = (WorkerState.STOPPED, WorkerState.FAILED)
KILL_BOUND_SECONDS = 10.0
"""How long `stop` waits for killed processes; one that is still there then waits in the kernel and can't be ended."""


@dataclass(frozen=True, slots=True)
class TaskRequest:
    """A recording to recognise."""

    path: Path
    audio_seconds: float
    """Declared length, or an upper bound where nothing is declared: it scales the deadline."""
    limit_seconds: float
    """More decoded audio than this is rejected as TOO_LONG."""
    language: str | None = None
    """ISO 639-1 code to recognise in; None: what the configuration says (usually detection)."""


@dataclass(frozen=True, slots=True)
class WorkerStatus:
    """One worker as the operator sees it."""

    worker: int
    state: WorkerState
    pid: int | None
    rss_bytes: int | None
    """Resident memory at its last heartbeat."""
    tasks_done: int
    deaths: int
    busy_seconds: float | None
    """How long its present task runs; None when it has none."""


class WorkerPool:
    """Runs the worker processes and hands them tasks."""

    def __init__(
        self,
        workers: WorkersConfig,
        recognition: RecognitionConfig,
        model_path: Path,
        events: Events,
        *,
        spool: Path | None = None,
        program: Sequence[str] = WORKER_PROGRAM,
    ) -> None:
        """`spool` is the directory in which all recordings will lie, and all that workers may read; None: anywhere."""
        self.on_idle: Callable[[], None] | None = None
        """Called in the event loop whenever a worker becomes idle."""
        self._config = workers
        self._events = events
        self._size = workers.count or default_count()
        self._plan = _Plan(tuple(program), _boot(workers, recognition, model_path, spool), _policy(workers))
        self._task_ids = itertools.count(1)
        self._workers: list[_Worker] = []
        self._changed = asyncio.Event()
        self._refusal: BootFailed | None = None
        self._is_stopping = False
        self._has_warned = False

    async def start(self) -> None:
        """Starts all workers and returns when the first is ready.

        Raises ModelMissing or WorkersFailed, with the reason and with no process left, when none can be.
        """
        self._loop = asyncio.get_running_loop()
        self._first_ready: asyncio.Future[None] = self._loop.create_future()
        self._failed: asyncio.Future[None] = self._loop.create_future()
        self._is_stopping = False
        self._workers = [_Worker(number, self._plan, self) for number in range(1, self._size + 1)]
        self._tell_all(lifecycle.Start())
        try:
            await asyncio.wait((self._first_ready, self._failed), return_when=asyncio.FIRST_COMPLETED)
            if self._failed.done():
                self._failed.result()
        except BaseException:
            await self.stop(0)
            raise

    async def stop(self, timeout_seconds: float) -> None:
        """Takes no more tasks, lets running ones finish within the bound, then kills; no process is left.

        Tasks that did not finish get WorkerLost(STOPPING). Raises WorkersFailed when a process can't be killed.
        """
        self._is_stopping = True
        self._tell_all(lifecycle.Stop())
        await self._all_down(timeout_seconds)
        self._tell_all(lifecycle.Abandon())
        if not await self._all_down(KILL_BOUND_SECONDS):
            raise WorkersFailed("A worker process can't be killed: it waits in the kernel, as for a failing disk.")
        self._workers.clear()

    @property
    def size(self) -> int:
        """Number of workers it keeps."""
        return self._size

    @property
    def idle(self) -> int:
        """Number of workers that wait for a task now."""
        return sum(worker.life.state is WorkerState.IDLE for worker in self._workers)

    def assign(
        self, request: TaskRequest, on_progress: Callable[[Progress], None] | None = None
    ) -> asyncio.Future[TaskOutcome]:
        """Hands the task to an idle worker (there must be one); the future gets exactly one outcome.

        Cancelling the future does not end the task; its outcome is dropped.
        """
        worker = next((each for each in self._workers if each.life.state is WorkerState.IDLE), None)
        if worker is None:
            raise RuntimeError("no worker is idle")
        task = _Task(next(self._task_ids), self._loop.create_future(), on_progress, self._loop.time())
        worker.take(task, request, self._deadline_seconds(request))
        return task.outcome

    async def wait_failed(self) -> NoReturn:
        """Raises ModelMissing or WorkersFailed when all workers are FAILED, or the error that broke the pool."""
        await asyncio.shield(self._failed)
        raise AssertionError("the pool fails by an exception only")

    def statuses(self) -> list[WorkerStatus]:
        """One per worker, in order; two of the same number while one replaces the other."""
        return sorted((worker.status() for worker in self._workers), key=lambda status: status.worker)

    def _deadline_seconds(self, request: TaskRequest) -> float:
        by_length = self._config.task_timeout_per_audio_second * request.audio_seconds
        return max(self._config.task_timeout_floor_seconds, by_length)

    def _tell_all(self, event: lifecycle.Event) -> None:
        for worker in tuple(self._workers):
            worker.feed(event)

    async def _all_down(self, timeout_seconds: float) -> bool:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout_seconds):
                while any(worker.life.state not in DOWN for worker in self._workers):
                    self._changed.clear()
                    await self._changed.wait()
        return all(worker.life.state in DOWN for worker in self._workers)

    # --- what the workers tell --------------------------------------------------------------------------------
    def worker_changed(self, worker: _Worker, before: Life) -> None:
        """Its life is another than before."""
        self._changed.set()
        match worker.life.state:
            case WorkerState.IDLE:
                self._on_rest(worker, before)
            case WorkerState.FAILED if before.state is not WorkerState.FAILED:
                self._on_failed(worker)
            case WorkerState.STOPPED if worker.life.is_retiring and worker in self._workers:
                self._workers.remove(worker)

    def worker_said(self, worker: _Worker, message: FromWorker) -> None:
        """Its process sent a message."""
        match message:
            case Ready(_, load_seconds, guards):
                self._events.emit(WorkerReady(worker.number, worker.pid or 0, load_seconds))
                self._warn_of_missing(guards)
            case BootFailed():
                self._refusal = message

    def _warn_of_missing(self, guards: tuple[Guard, ...]) -> None:
        missing = [guard.value for guard in wanted_guards(self._plan.boot) if guard not in guards]
        if missing and not self._has_warned:
            self._has_warned = True
            self._events.emit(SandboxIncomplete(" ".join(missing)))

    def worker_died(self, worker: _Worker, exit_code: int) -> None:
        """Its process is gone, and was not meant to be."""
        self._events.emit(WorkerDied(worker.number, worker.pid or 0, str(worker.life.ending), exit_code))

    def broke(self, error: Exception) -> None:
        """An error that is no worker's: the pool can't be trusted any more."""
        if not self._failed.done():
            self._failed.set_exception(error)
            self._failed.exception()  # it may be that nobody waits for it

    def _on_rest(self, worker: _Worker, before: Life) -> None:
        if not self._first_ready.done():
            self._first_ready.set_result(None)
        if worker.replaced is not None:
            worker.replaced.feed(lifecycle.Retire())
            worker.replaced = None
        if worker.life.is_worn_out(self._plan.policy):
            self._replace(worker)
        if before.state is not WorkerState.IDLE and self.on_idle is not None:
            self._loop.call_soon(self._call, self.on_idle)

    def _call(self, callback: Callable[[], None]) -> None:
        try:
            callback()
        except Exception as error:
            self.broke(error)

    def _replace(self, worker: _Worker) -> None:
        """Starts a fresh worker, which takes this one's place when it is ready. One at a time: each needs memory."""
        if self._is_stopping or worker.was_replaced or any(each.replaced for each in self._workers):
            return
        worker.was_replaced = True
        fresh = _Worker(worker.number, self._plan, self, worker)
        self._workers.append(fresh)
        fresh.feed(lifecycle.Start())

    def _on_failed(self, worker: _Worker) -> None:
        self._events.emit(WorkerFailed(worker.number, str(worker.life.boot_failure or "died_too_often")))
        if worker.replaced is not None:  # better a worn-out worker than none
            self._workers.remove(worker)
        if all(each.life.state is WorkerState.FAILED for each in self._workers):
            self.broke(self._why_failed())

    def _why_failed(self) -> VoicepipeError:
        model = self._plan.boot.model_path
        if self._refusal is None:
            return WorkersFailed(
                f"No worker process can be kept running: each died {self._config.max_failures} times within "
                f"{self._config.failure_window_seconds:g} s. What they wrote to standard error says more."
            )
        if self._refusal.failure is BootFailure.MODEL_MISSING:
            return ModelMissing(
                f"There is no recognition model in {model}: {self._refusal.detail}. Run `voicepipe model download`, "
                "or set recognition.model to the directory of a CTranslate2 Whisper model."
            )
        return WorkersFailed(
            f"No worker can start with the model in {model} ({self._refusal.failure}): {self._refusal.detail}. "
            "Check recognition.model, device, compute_type and the languages."
        )


# --- one worker ---------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class _Plan:
    """What all workers of a pool have in common."""

    program: tuple[str, ...]
    boot: Boot
    policy: Policy


@dataclass(frozen=True, slots=True)
class _Task:
    id: int
    outcome: asyncio.Future[TaskOutcome]
    on_progress: Callable[[Progress], None] | None
    started_at: float


@dataclass(slots=True)
class _Tally:
    """What a worker and those before it in its place have done since the pool was started."""

    tasks_done: int = 0
    deaths: int = 0


class _Worker:
    """Carries out what a worker's life decides, and tells its life what happens."""

    def __init__(self, number: int, plan: _Plan, pool: WorkerPool, replaced: _Worker | None = None) -> None:
        self.number = number
        self.life = Life()
        self.replaced = replaced
        """The worker whose place this one takes when it is ready."""
        self.was_replaced = False
        self.tally: _Tally = replaced.tally if replaced else _Tally()
        self._plan = plan
        self._pool = pool
        self._loop = asyncio.get_running_loop()
        self._process: _Process | None = None
        self._task: _Task | None = None
        self._events: deque[lifecycle.Event] = deque()
        self._is_stepping = False
        self._timer: asyncio.TimerHandle | None = None

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def status(self) -> WorkerStatus:
        busy = self._loop.time() - self._task.started_at if self._task else None
        return WorkerStatus(
            self.number, self.life.state, self.pid, self.life.rss_bytes, self.tally.tasks_done, self.tally.deaths, busy
        )

    def take(self, task: _Task, request: TaskRequest, deadline_seconds: float) -> None:
        """Begins a task; the worker must be IDLE."""
        assert self._process is not None
        self._task = task
        self.feed(lifecycle.Assign(task.id, deadline_seconds))
        self._process.send(Recognise(task.id, request.path, request.limit_seconds, request.language))

    def feed(self, event: lifecycle.Event) -> None:
        """Tells the life what happened, one event after the other, also when carrying one out brings the next."""
        self._events.append(event)
        if self._is_stepping:
            return
        self._is_stepping = True
        try:
            while self._events:
                self._advance(self._events.popleft())
        except Exception as error:
            self._pool.broke(error)
        finally:
            self._is_stepping = False

    def _advance(self, event: lifecycle.Event) -> None:
        before, now = self.life, self._loop.time()
        if isinstance(event, lifecycle.TimedOut) and before.due is not None:
            now = max(now, before.due)  # a loop may be early by its clock's resolution
        self.life, actions = lifecycle.step(before, event, now, self._plan.policy, random.random)
        self._set_timer(before)
        for action in actions:
            self._carry_out(action)
        if self.life != before:
            self._pool.worker_changed(self, before)

    def _set_timer(self, before: Life) -> None:
        if self.life.due == before.due:
            return
        if self._timer is not None:
            self._timer.cancel()
        due = self.life.due
        self._timer = None if due is None else self._loop.call_at(due, self.feed, lifecycle.TimedOut())

    def _carry_out(self, action: lifecycle.Action) -> None:
        if isinstance(action, lifecycle.Spawn):
            self._spawn()
        elif isinstance(action, lifecycle.Conclude):
            self._conclude(action)
        elif isinstance(action, lifecycle.Release):
            self._release()
        elif self._process is not None:
            self._process.obey(action)

    def _spawn(self) -> None:
        try:
            self._process = _Process(self._plan, f"worker-{self.number}", self)
        except OSError:  # no memory or no room for another process just now
            self.feed(lifecycle.Exited())

    def _conclude(self, action: lifecycle.Conclude) -> None:
        task, self._task = self._task, None
        assert task is not None
        assert task.id == action.task
        self.tally.tasks_done += not isinstance(action.outcome, WorkerLost)
        if not task.outcome.done():  # else its owner has cancelled it
            task.outcome.set_result(action.outcome)

    def _release(self) -> None:
        exit_code = self._process.release() if self._process else -1
        if self.life.is_wanted and not self.life.is_retiring:
            self.tally.deaths += 1
            self._pool.worker_died(self, exit_code)
        self._process = None
        self.feed(lifecycle.Released())

    # --- what the process says; called in the event loop by its reader thread -------------------------------------
    def heard(self, process: _Process, message: FromWorker) -> None:
        """A message. What a former process of this worker said no longer counts."""
        if process is not self._process:
            return
        self._pool.worker_said(self, message)
        match message:
            case Progress():
                self._on_progress(message)
            case Heartbeat(rss_bytes):
                self.feed(lifecycle.Beat(rss_bytes))
            case Ready():
                self.feed(lifecycle.BootedUp())
            case BootFailed(failure, _):
                self.feed(lifecycle.BootRefused(failure))
            case Begun(task_id):
                self.feed(lifecycle.Begun(task_id))
            case Checked():
                self.feed(lifecycle.Checked())
            case Recognised() | Rejected() | Crashed():
                self.feed(lifecycle.Answered(message.task_id, message))

    def _on_progress(self, progress: Progress) -> None:
        task = self._task
        if task is None or task.id != progress.task_id or task.on_progress is None:
            return
        try:
            task.on_progress(progress)
        except Exception as error:
            self._pool.broke(error)

    def fell_silent(self, process: _Process, garbage: Garbage | None) -> None:
        """Nothing more comes: the process ends, or has to be ended."""
        if process is not self._process:
            return
        if garbage is None:
            process.obey(lifecycle.Kill())  # for one that has closed its pipe and lives on
        else:
            self.feed(lifecycle.Hung())

    def exited(self, process: _Process) -> None:
        """The process is gone."""
        if process is self._process:
            self.feed(lifecycle.Exited())


class _Process:
    """One incarnation of a worker: a process and its channel. Raises OSError when it can't be started."""

    def __init__(self, plan: _Plan, name: str, worker: _Worker) -> None:
        self._channel = Channel()
        try:
            self._popen = self._start(plan)
        except OSError:
            self._channel.close()
            raise
        finally:
            self._channel.close_worker_ends()
        self._channel.start_reading(
            asyncio.get_running_loop(),
            name,
            on_message=lambda message: worker.heard(self, message),
            on_end=lambda garbage: worker.fell_silent(self, garbage),
            wait_exit=self._wait,
            on_exit=lambda _: worker.exited(self),
        )
        self._channel.send(plan.boot)

    def _start(self, plan: _Plan) -> subprocess.Popen[bytes]:
        task_fd, result_fd = self._channel.worker_fds
        return subprocess.Popen(
            [*plan.program, str(task_fd), str(result_fd), str(os.getpid())],
            pass_fds=(task_fd, result_fd),
            env=worker_environment(plan.boot.threads),
            stdin=subprocess.DEVNULL,
            stdout=2,  # nothing that a library prints may pass for data
            process_group=0,  # a Ctrl-C in the terminal must not reach it, not even while it starts
        )

    @property
    def pid(self) -> int:
        return self._popen.pid

    def send(self, message: Recognise) -> None:
        self._channel.send(message)

    def obey(self, action: lifecycle.Action) -> None:
        """Carries out what concerns the running process."""
        match action:
            case lifecycle.AskToCheck():
                self._channel.send(Check())
            case lifecycle.AskToExit():
                self._channel.send(Stop())
            case lifecycle.DumpStacks():
                self._signal(signal.SIGUSR1)  # the worker's faulthandler writes them to standard error
            case lifecycle.Kill():
                self._signal(signal.SIGKILL)

    def _signal(self, number: signal.Signals) -> None:
        if self._popen.returncode is None:  # not reaped, so the pid is still its own
            os.kill(self._popen.pid, number)

    def _wait(self) -> None:
        """In the reader thread: waits for the end without reaping, so that a signal can't hit another's process."""
        with contextlib.suppress(ChildProcessError):
            os.waitid(os.P_PID, self._popen.pid, os.WEXITED | os.WNOWAIT)

    def release(self) -> int:
        """Closes and reaps; returns the exit code (minus the signal's number for a killed one)."""
        self._channel.hang_up()
        return self._popen.wait()


# --- settings -----------------------------------------------------------------------------------------------------
def default_count() -> int:
    """How many workers suit this machine: the CPUs it may use, at most 3."""
    return min(3, len(os.sched_getaffinity(0)))


def worker_environment(threads: int) -> dict[str, str]:
    """The environment of a worker: the supervisor's, without its secrets, and with the libraries kept in check."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(SECRETS + SUPERVISORS_OWN)}
    pools = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
    kept |= dict.fromkeys(pools, str(threads))
    kept |= dict.fromkeys(TELEMETRY_OFF, "1")
    return kept | {"HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false"}


def wanted_guards(boot: Boot) -> tuple[Guard, ...]:
    """What workers that are told so should be kept from."""
    guards: tuple[Guard, ...] = ()
    if boot.is_sandboxed:
        guards = (Guard.NETWORK, Guard.PROGRAMS, Guard.WRITING)
        guards += () if boot.spool is None else (Guard.READING,)
    return guards if boot.memory_limit_bytes == 0 else (*guards, Guard.MEMORY)


def _boot(workers: WorkersConfig, recognition: RecognitionConfig, model_path: Path, spool: Path | None) -> Boot:
    return Boot(
        model_path=model_path,
        device=recognition.device,
        compute_type=recognition.compute_type,
        threads=workers.threads,
        language=None if recognition.language == "auto" else recognition.language,
        preferred_language=recognition.preferred_language,
        min_language_probability=recognition.min_language_probability,
        beam_size=recognition.beam_size,
        vad=recognition.vad,
        condition_on_previous_text=recognition.condition_on_previous_text,
        heartbeat_seconds=workers.heartbeat_seconds,
        is_sandboxed=workers.sandbox,
        memory_limit_bytes=workers.memory_limit_mib << 20,
        spool=spool,
    )


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
        recycle_tasks=workers.recycle_jobs,
        recycle_rss_bytes=workers.recycle_rss_mib << 20,
    )
