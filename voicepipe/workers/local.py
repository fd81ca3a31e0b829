"""Workers that are processes of this machine: how one is started, what it is told, and what it must not know.

A worker is a fresh interpreter (`subprocess`, so fork and exec), never a fork of the supervisor, whose threads, locks
and open files it must not inherit. It is not started by `multiprocessing`, for three reasons: its spawn imports the
program that runs the supervisor, Pyrogram and DuckDB included, into every worker; it leaves the environment, secrets
included, readable in /proc for the worker's whole life; and it adds a resource tracker process that nothing here needs.

The kernel ends a worker when the thread that started it ends, so that should be the main one.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from voicepipe.config import RecognitionConfig, WorkersConfig
from voicepipe.machine import cpu_seconds, renice
from voicepipe.wire.channel import Channel
from voicepipe.wire.messages import Boot, Check, FurtherWindow, Guard, Stop
from voicepipe.workers.assignment import Assignment, Part
from voicepipe.workers.express import express_workers
from voicepipe.workers.lifecycle import Action, AskToCheck, AskToExit, DumpStacks, Kill
from voicepipe.workers.link import Link, Listener
from voicepipe.workers.pace import Pace
from voicepipe.workers.sounds import Sounds

WORKER_PROGRAM: tuple[str, ...] = (sys.executable, "-P", "-m", "voicepipe.worker.main")
"""What is run for a worker; four arguments are added, see `worker.main`."""
SECRETS = ("VOICEPIPE_", "CREDENTIALS_DIRECTORY", "HF_TOKEN", "HUGGING_FACE_HUB_TOKEN")
SUPERVISORS_OWN = ("NOTIFY_SOCKET", "WATCHDOG_", "LISTEN_")
"""What systemd tells the supervisor and nobody else."""
TELEMETRY_OFF = ("ORT_DISABLE_TELEMETRY", "ORT_TELEMETRY_DISABLED", "HF_HUB_DISABLE_TELEMETRY", "DO_NOT_TRACK")
"""onnxruntime's wheels, from 1.29 on, tell Microsoft about each process unless this is set before they are loaded."""
HEAP_SETTINGS = "GLIBC_TUNABLES"
KEPT_MEMORY = ":".join(
    f"glibc.malloc.{setting}"
    for setting in ("arena_max=1", "mmap_max=0", "trim_threshold=2147483647", "top_pad=67108864", "hugetlb=1")
)
"""The encoder's attention takes blocks larger than glibc ever keeps: each would be asked of the kernel, filled with
zeros page by page, and returned at once. Told to keep what it has, the C library hands the same memory out again. Of
large pages the processor looks up far fewer, and what was given back after all (`worker.allocator`) comes again in
15 ms, else in 50 to 130. Other C libraries do not read this; glibc knows the last from 2.35 on."""
OPENING = "opening"
"""The engine that recognises nothing."""
NO_MODEL = Path("/nonexistent")
NVIDIA_GPUS = Path("/proc/driver/nvidia/gpus")
GIVING_WAY, LEAST_PRIORITY = 10, 19
"""How much nicer than the supervisor a worker is that does what is long: beside an express worker, it then gets a tenth
of a processor. And the nicest there is."""


def local_seats(
    workers: WorkersConfig,
    recognition: RecognitionConfig,
    model_path: Path,
    sounds: Sounds,
    *,
    program: Sequence[str] = WORKER_PROGRAM,
) -> list[LocalSeat]:
    """A seat for each worker process that the configuration wants; on GPUs, one for each of them unless it says so.

    Express workers come last, as many as there is memory for. On GPUs there are none: how much memory they have is not
    known, and a process there can't be made to give way.
    """
    boot = boot_of(workers, recognition, model_path)
    if boot.device == "cuda":
        gpus = visible_gpus()
        count = workers.count or len(gpus) or 1
        seat = LocalSeat(tuple(program), boot, None, sounds, workers.tune_allocator)
        return [replace(seat, gpu=gpus[n % len(gpus)] if gpus else None) for n in range(count)]
    count = workers.resolved_count
    express = express_workers(workers.express, count, model_path, recognition.compute_type)
    usual = LocalSeat(tuple(program), boot, None, sounds, workers.tune_allocator, gives_way=express > 0)
    return [usual] * count + [replace(usual, is_express=True, gives_way=False)] * express


def opening_seats(
    workers: WorkersConfig, recognition: RecognitionConfig, sounds: Sounds, *, program: Sequence[str] = WORKER_PROGRAM
) -> list[LocalSeat]:
    """Seats for processes that only open recordings, which other machines recognise: one, unless more are wanted.

    They have no model, and take about `PROCESS_BYTES` each. A note has an express one to itself, as far as there is
    memory.
    """
    boot = replace(boot_of(workers, recognition, NO_MODEL), engine=OPENING, device="cpu")
    count = workers.count or 1
    express = express_workers(workers.express, count, NO_MODEL, "int8")
    usual = LocalSeat(tuple(program), boot, None, sounds, workers.tune_allocator, gives_way=express > 0)
    return [usual] * count + [replace(usual, is_express=True, gives_way=False)] * express


@dataclass(frozen=True, slots=True)
class LocalSeat:
    """Room for one worker process. Satisfies Seat."""

    program: tuple[str, ...]
    boot: Boot
    gpu: str | None
    """What CUDA calls the device that the worker has to itself."""
    sounds: Sounds
    keeps_memory: bool
    """Whether it keeps what each task takes again, see `KEPT_MEMORY`."""
    is_express: bool = False
    """Whether it takes only what is short."""
    gives_way: bool = False
    """Whether it runs niced while it does what is not."""
    pace: Pace = field(default_factory=Pace, compare=False)

    @property
    def host(self) -> str:
        return ""

    @property
    def model_path(self) -> Path:
        return self.boot.model_path

    @property
    def wanted_guards(self) -> tuple[Guard, ...]:
        guards: tuple[Guard, ...] = ()
        if self.boot.is_sandboxed:
            guards = (Guard.NETWORK, Guard.PROGRAMS, Guard.WRITING, Guard.READING)
        return guards if self.boot.memory_limit_bytes == 0 else (*guards, Guard.MEMORY)

    def connect(self, name: str, listener: Listener) -> Link:
        return _Process(self, name, listener)


class _Process:
    """A worker process and its channel. Satisfies Link."""

    def __init__(self, seat: LocalSeat, name: str, listener: Listener) -> None:
        """Raises OSError when it can't be started."""
        self._sounds = seat.sounds
        self._gives_way = seat.gives_way
        self._channel = Channel()
        try:
            self._popen = self._start(seat)
        except OSError:
            self._channel.close()
            raise
        finally:
            self._channel.close_worker_ends()
        self._channel.start_reading(
            asyncio.get_running_loop(),
            name,
            on_message=lambda message: listener.hear(self, message),
            on_end=lambda garbage: listener.fell_silent(self, garbage),
            wait_exit=self._wait,
            on_exit=lambda _: listener.exited(self),
        )
        self._channel.send(seat.boot)

    def _start(self, seat: LocalSeat) -> subprocess.Popen[bytes]:
        fds = self._channel.worker_fds
        return subprocess.Popen(
            [*seat.program, *map(str, fds), str(os.getpid())],
            pass_fds=fds,
            env=worker_environment(seat.boot.threads, seat.gpu, keeps_memory=seat.keeps_memory),
            stdin=subprocess.DEVNULL,
            stdout=2,  # nothing that a library prints may pass for data
            process_group=0,  # a Ctrl-C in the terminal must not reach it, not even while it starts
        )

    @property
    def pid(self) -> int | None:
        return self._popen.pid

    @property
    def cpu_seconds(self) -> float | None:
        with contextlib.suppress(OSError):
            return cpu_seconds(self._popen.pid)
        return None

    def hand_over(self, assignment: Assignment) -> None:
        with contextlib.ExitStack() as stack:
            files = []
            for given in tuple(assignment.parts):
                try:
                    files.append(self._open(given.part, stack))
                except OSError as error:
                    name = errno.errorcode.get(error.errno or 0, "OSError")
                    assignment.leave_out(given, f"{name} before a worker had it")
            if files:
                self._make_way(assignment)
                self._channel.send(assignment.message(), files)

    def _make_way(self, assignment: Assignment) -> None:
        """What is long leaves the processors to what is short.

        Where the worker may not be less nice again, it stays as it is: the express worker is always quick.
        """
        if self._gives_way:
            usual = os.getpriority(os.PRIO_PROCESS, 0)
            renice(self._popen.pid, usual if assignment.is_short else min(LEAST_PRIORITY, usual + GIVING_WAY))

    def _open(self, part: Part, stack: contextlib.ExitStack) -> tuple[int, ...]:
        """What the worker gets for a part, until the stack is closed. Raises OSError."""
        if isinstance(part.work, FurtherWindow):
            return (_kept(self._sounds.open(part.sound, os.O_RDONLY), stack),)
        assert part.media is not None
        # Whatever lies there, to open it must not block.
        media = _kept(os.open(part.media, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), stack)
        return media, _kept(self._sounds.open(part.sound, os.O_RDWR), stack)

    def obey(self, action: Action) -> None:
        match action:
            case AskToCheck():
                self._channel.send(Check())
            case AskToExit():
                self._channel.send(Stop())
            case DumpStacks():
                self._signal(signal.SIGUSR1)  # the worker's faulthandler writes them to standard error
            case Kill():
                self._signal(signal.SIGKILL)

    def _signal(self, number: signal.Signals) -> None:
        if self._popen.returncode is None:  # not reaped, so the pid is still its own
            os.kill(self._popen.pid, number)

    def _wait(self) -> None:
        """In the reader thread: waits for the end without reaping, so that a signal can't hit another's process."""
        with contextlib.suppress(ChildProcessError):
            os.waitid(os.P_PID, self._popen.pid, os.WEXITED | os.WNOWAIT)

    def release(self) -> int:
        self._channel.hang_up()
        return self._popen.wait()


def _kept(fd: int, stack: contextlib.ExitStack) -> int:
    stack.callback(os.close, fd)
    return fd


# --- what a worker is told --------------------------------------------------------------------------------------------
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


def worker_environment(threads: int, gpu: str | None = None, *, keeps_memory: bool = False) -> dict[str, str]:
    """The environment of a worker: the supervisor's, without its secrets, and with the libraries kept in check.

    What the environment says of the C library's heap goes before what `keeps_memory` makes of it, see `KEPT_MEMORY`.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith(SECRETS + SUPERVISORS_OWN)}
    pools = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
    kept |= dict.fromkeys(pools, str(threads))
    kept |= dict.fromkeys(TELEMETRY_OFF, "1")
    kept |= {} if gpu is None else {"CUDA_VISIBLE_DEVICES": gpu}
    if keeps_memory:  # of what is said twice, the last counts
        kept[HEAP_SETTINGS] = ":".join(filter(None, (KEPT_MEMORY, kept.get(HEAP_SETTINGS))))
    return kept | {"HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false"}


def boot_of(workers: WorkersConfig, recognition: RecognitionConfig, model_path: Path) -> Boot:
    """What the configuration says to a worker."""
    return Boot(
        engine=recognition.engine,
        model_path=model_path,
        device=_device(recognition),
        compute_type=recognition.compute_type,
        threads=workers.threads,
        language=None if recognition.language == "auto" else recognition.language,
        languages=recognition.languages,
        preferred_language=recognition.preferred_language,
        min_language_probability=recognition.min_language_probability,
        beam_size=recognition.resolved_beam_size,
        has_short_context=recognition.resolved_short_context,
        limits_tokens=recognition.resolved_limit_tokens,
        vad=recognition.vad,
        condition_on_previous_text=recognition.condition_on_previous_text,
        heartbeat_seconds=workers.heartbeat_seconds,
        is_sandboxed=workers.sandbox,
        memory_limit_bytes=workers.memory_limit_mib << 20,
    )
