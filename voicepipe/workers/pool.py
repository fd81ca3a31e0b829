"""The pool of worker processes, as the scheduler sees it.

Everything here runs in one event loop and thread, which should be the main one: the kernel ends a worker when the
thread that started it ends. What a worker says comes from its channel's reader thread through the loop. The pool keeps
no queue: at most one task per worker, and whoever assigns one must see `idle > 0` first. A task is one part or several,
each the opening of a recording or a further window of one; each has an outcome of its own.

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
from voicepipe.events import Events, SandboxIncomplete, TaskDone, WorkerDied, WorkerFailed, WorkerReady
from voicepipe.supervision import Crew, unless
from voicepipe.wire.channel import Channel
from voicepipe.wire.codec import Garbage
from voicepipe.wire.messages import (
    Answer,
    Begun,
    Boot,
    BootFailed,
    BootFailure,
    Check,
    Checked,
    Crashed,
    Finished,
    Found,
    FromWorker,
    Guard,
    Heartbeat,
    Ready,
    Recognise,
    Recognised,
    Rejected,
    Stop,
)
from voicepipe.workers import lifecycle
from voicepipe.workers.lifecycle import Life, LossCause, Policy, WorkerState
from voicepipe.workers.task import Item, Part, PartOutcome, Task, WorkerLost

__all__ = ["LossCause", "Part", "PartOutcome", "WorkerLost", "WorkerPool", "WorkerState", "WorkerStatus"]

WORKER_PROGRAM: tuple[str, ...] = (sys.executable, "-P", "-m", "voicepipe.worker.main")
"""What is run for a worker; four arguments are added, see `workers.main`."""
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
BATCH_ON_CPU, SHORT_BATCH_ON_CPU, BATCH_ON_GPU = 2, 4, 16
"""Most parts of a task unless configured. Decoding holds memory for each, and no more for so many than encoding takes
for one; the second is for a short context. More would gain little on a CPU, and hold others up."""
AT_WORK = (WorkerState.IDLE, WorkerState.CHECKING, WorkerState.BUSY)
KILL_BOUND_SECONDS = 10.0
"""How long `stop` waits for killed processes; one that is still there then waits in the kernel and can't be ended."""
NVIDIA_GPUS = Path("/proc/driver/nvidia/gpus")


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
        program: Sequence[str] = WORKER_PROGRAM,
    ) -> None:
        self.on_idle: Callable[[], None] | None = None
        """Called in the event loop whenever a worker becomes idle."""
        self._config = workers
        self._events = events
        boot = _boot(workers, recognition, model_path)
        gpus = visible_gpus() if boot.device == "cuda" else ()
        self._size = workers.count or len(gpus) or (1 if boot.device == "cuda" else workers.resolved_count)
        self._plan = _Plan(tuple(program), boot, _policy(workers), gpus)
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
        self._crew = Crew()
        self._is_stopping = False
        self._workers = [_Worker(number, self._plan, self) for number in range(1, self._size + 1)]
        self._tell_all(lifecycle.Start())
        try:
            await unless(self._first_ready, self._crew.wait_failed())
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

    @property
    def at_work(self) -> int:
        """Number of workers that have a task or could have one."""
        return sum(worker.life.state in AT_WORK for worker in self._workers)

    @property
    def batch_size(self) -> int:
        """Most parts that a task should have."""
        if self._config.batch_size:
            return self._config.batch_size
        if self.is_on_gpu:
            return BATCH_ON_GPU
        return SHORT_BATCH_ON_CPU if self.has_short_context else BATCH_ON_CPU

    @property
    def is_on_gpu(self) -> bool:
        """Whether its workers compute on GPUs, where many windows take little longer than one."""
        return self._plan.boot.device == "cuda"

    @property
    def has_short_context(self) -> bool:
        """Whether short messages are encoded without being filled up, so that their lengths differ."""
        return self._plan.boot.has_short_context

    def assign(self, parts: Sequence[Part]) -> list[asyncio.Future[PartOutcome]]:
        """Hands the parts to an idle worker (there must be one) to be done together; each gets exactly one outcome.

        A part whose files can't be opened has Crashed; the worker is not told of it. Cancelling a future does not end
        the part; its outcome is dropped.
        """
        worker = next((each for each in self._workers if each.life.state is WorkerState.IDLE), None)
        if worker is None:
            raise RuntimeError("no worker is idle")
        given = [Item(part, self._loop.create_future()) for part in parts]
        with contextlib.ExitStack() as stack:
            files = {item: opened for item in given if (opened := item.open_files(stack))}
            if files:
                task = Task(next(self._task_ids), files, self._loop.time())
                worker.take(task, [files[item] for item in task.items], self._deadline_seconds(task.audio_seconds))
        return [item.outcome for item in given]

    async def wait_failed(self) -> NoReturn:
        """Raises ModelMissing or WorkersFailed when all workers are FAILED, or the error that broke the pool."""
        await self._crew.wait_failed()

    def statuses(self) -> list[WorkerStatus]:
        """One per worker, in order; two of the same number while one replaces the other."""
        return sorted((worker.status() for worker in self._workers), key=lambda status: status.worker)

    def _deadline_seconds(self, audio_seconds: float) -> float:
        by_length = self._config.task_timeout_per_audio_second * audio_seconds
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

    def worker_finished(self, worker: _Worker, task: Task) -> None:
        """It has answered all of a task."""
        wall_seconds = self._loop.time() - task.started_at
        if heard := task.heard:
            speech_seconds = sum(each.speech_seconds for each in heard)
            opened_seconds = max(each.audio_seconds for each in heard)
            self._events.emit(TaskDone(worker.number, len(heard), speech_seconds, wall_seconds, opened_seconds))

    def worker_died(self, worker: _Worker, exit_code: int) -> None:
        """Its process is gone, and was not meant to be."""
        self._events.emit(WorkerDied(worker.number, worker.pid or 0, str(worker.life.ending), exit_code))

    def broke(self, error: Exception) -> None:
        """An error that is no worker's: the pool can't be trusted any more."""
        self._crew.fail(error)

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
    gpus: tuple[str, ...]
    """What CUDA calls the devices that its workers have one each of."""

    def environment(self, number: int) -> dict[str, str]:
        """Of the worker of that number, counted from 1."""
        device = self.gpus[(number - 1) % len(self.gpus)] if self.gpus else None
        return worker_environment(self.boot.threads, device)


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
        self._task: Task | None = None
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

    def take(self, task: Task, files: Sequence[Sequence[int]], deadline_seconds: float) -> None:
        """Begins a task; the worker must be IDLE. `files` are its items'."""
        assert self._process is not None
        self._task = task
        self.feed(lifecycle.Assign(task.id, deadline_seconds))
        self._process.send(task.message(), files)

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
            self._process = _Process(self._plan, self)
        except OSError:  # no memory or no room for another process just now
            self.feed(lifecycle.Exited())

    def _conclude(self, action: lifecycle.Conclude) -> None:
        task, self._task = self._task, None
        assert task is not None
        assert task.id == action.task
        if action.loss is not None:
            task.lose(action.loss)
        else:
            self.tally.tasks_done += 1
            self._pool.worker_finished(self, task)

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
            case Found() | Recognised() | Rejected() | Crashed():
                self._on_word(message)
            case Finished(task_id):
                self._on_finished(task_id)

    def _on_word(self, message: Found | Answer) -> None:
        """About an item of its task."""
        try:
            makes_sense = self._task is not None and self._task.hear(message)
        except Exception as error:  # of who asked for it
            self._pool.broke(error)
        else:
            if not makes_sense:
                self.feed(lifecycle.Hung())

    def _on_finished(self, task_id: int) -> None:
        if self._task is None or self._task.is_answered:
            self.feed(lifecycle.Finished(task_id, self._task is not None and self._task.has_crashed))
        else:
            self.feed(lifecycle.Hung())

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

    def __init__(self, plan: _Plan, worker: _Worker) -> None:
        self._channel = Channel()
        try:
            self._popen = self._start(plan, worker.number)
        except OSError:
            self._channel.close()
            raise
        finally:
            self._channel.close_worker_ends()
        self._channel.start_reading(
            asyncio.get_running_loop(),
            f"worker-{worker.number}",
            on_message=lambda message: worker.heard(self, message),
            on_end=lambda garbage: worker.fell_silent(self, garbage),
            wait_exit=self._wait,
            on_exit=lambda _: worker.exited(self),
        )
        self._channel.send(plan.boot)

    def _start(self, plan: _Plan, number: int) -> subprocess.Popen[bytes]:
        fds = self._channel.worker_fds
        return subprocess.Popen(
            [*plan.program, *map(str, fds), str(os.getpid())],
            pass_fds=fds,
            env=plan.environment(number),
            stdin=subprocess.DEVNULL,
            stdout=2,  # nothing that a library prints may pass for data
            process_group=0,  # a Ctrl-C in the terminal must not reach it, not even while it starts
        )

    @property
    def pid(self) -> int:
        return self._popen.pid

    def send(self, message: Recognise, files: Sequence[Sequence[int]]) -> None:
        self._channel.send(message, files)

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
def visible_gpus() -> tuple[str, ...]:
    """What CUDA calls the devices that this process may use; none where the driver tells of none."""
    named = os.environ.get("CUDA_VISIBLE_DEVICES")
    if named is not None:
        return tuple(name for each in named.split(",") if (name := each.strip()) and name != "-1")
    try:
        return tuple(str(number) for number, _ in enumerate(NVIDIA_GPUS.iterdir()))
    except OSError:
        return ()


def _device(recognition: RecognitionConfig) -> str:
    """Where workers compute: what is left to the machine is decided here, for how many there are depends on it."""
    if recognition.device != "auto":
        return recognition.device
    # The variable may name GPUs where there is none.
    has_gpus = visible_gpus() and NVIDIA_GPUS.is_dir()
    return "cuda" if has_gpus else "cpu"


def worker_environment(threads: int, gpu: str | None = None) -> dict[str, str]:
    """The environment of a worker: the supervisor's, without its secrets, and with the libraries kept in check."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(SECRETS + SUPERVISORS_OWN)}
    pools = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
    kept |= dict.fromkeys(pools, str(threads))
    kept |= dict.fromkeys(TELEMETRY_OFF, "1")
    kept |= {} if gpu is None else {"CUDA_VISIBLE_DEVICES": gpu}
    return kept | {"HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false"}


def wanted_guards(boot: Boot) -> tuple[Guard, ...]:
    """What workers that are told so should be kept from."""
    guards: tuple[Guard, ...] = ()
    if boot.is_sandboxed:
        guards = (Guard.NETWORK, Guard.PROGRAMS, Guard.WRITING, Guard.READING)
    return guards if boot.memory_limit_bytes == 0 else (*guards, Guard.MEMORY)


def _boot(workers: WorkersConfig, recognition: RecognitionConfig, model_path: Path) -> Boot:
    return Boot(
        model_path=model_path,
        device=_device(recognition),
        compute_type=recognition.compute_type,
        threads=workers.threads,
        language=None if recognition.language == "auto" else recognition.language,
        preferred_language=recognition.preferred_language,
        min_language_probability=recognition.min_language_probability,
        beam_size=recognition.resolved_beam_size,
        has_short_context=recognition.resolved_short_context,
        limits_tokens=recognition.resolved_limit_tokens,
        vad=recognition.vad,
        condition_on_previous_text=recognition.condition_on_previous_text,
        is_allocator_tuned=workers.tune_allocator,
        heartbeat_seconds=workers.heartbeat_seconds,
        is_sandboxed=workers.sandbox,
        memory_limit_bytes=workers.memory_limit_mib << 20,
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
        recycle_tasks=workers.recycle_tasks,
        recycle_rss_bytes=workers.recycle_rss_mib << 20,
    )
