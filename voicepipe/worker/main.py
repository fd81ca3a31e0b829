"""A worker process: holds one model and recognises what the supervisor that started it hands it, a task at a time.

The main thread receives and recognises; one more thread sends heartbeats. The process ends by `os._exit` (a normal exit
can deadlock between the native libraries' thread pools), and it never outlives its supervisor: the kernel kills it with
its parent, and end of file on its task pipe or a heartbeat nobody reads ends it as well.

Before it takes the first recording it shuts itself in (see `sandbox`), so nothing may be opened or imported late: what
a task is about comes as open files.

It says what happened by messages only; nothing about a recording is logged or printed.
"""

from __future__ import annotations

import contextlib
import ctypes
import faulthandler
import gc
import logging
import os
import signal
import sys
import threading
import time
import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NoReturn

from voicepipe.wire.channel import WorkerEnd
from voicepipe.wire.messages import (
    Boot,
    BootFailed,
    BootFailure,
    Check,
    Checked,
    Guard,
    Heartbeat,
    Ready,
    Recognise,
    Stop,
    Stopped,
)
from voicepipe.worker import allocator, imports, processor, sandbox
from voicepipe.worker.crash import describe

if TYPE_CHECKING:
    from voicepipe.worker.engines.engine import Engine


def main(arguments: Sequence[str]) -> NoReturn:
    """Runs a worker.

    Arguments: the descriptors to read tasks from, to write answers to and to receive files by; the supervisor's pid.
    """
    task_fd, result_fd, files_fd, supervisor = (int(argument) for argument in arguments)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the supervisor's affair
    faulthandler.enable()
    faulthandler.register(signal.SIGUSR1, all_threads=True)
    die_with(supervisor)
    _say_nothing()
    try:
        code = _work(WorkerEnd(task_fd, result_fd, files_fd))
    except (EOFError, OSError):  # the supervisor is gone
        code = 0
    except BaseException as error:
        os.write(2, f"voicepipe worker: {describe(error)}\n".encode())
        code = 1
    os._exit(code)


def die_with(supervisor: int) -> None:
    """Has the kernel kill this process when the supervisor dies; exits at once when it is dead already."""
    with contextlib.suppress(AttributeError):  # Linux only; elsewhere the pipes tell
        ctypes.CDLL(None).prctl(sandbox.PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != supervisor:
        os._exit(0)


def _say_nothing() -> None:
    """The libraries' log lines and warnings may quote what is recognised, or name files."""
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")


def _work(end: WorkerEnd) -> int:
    """The worker's whole life; returns its exit code. Raises EOFError or OSError when the supervisor is gone."""
    boot = end.receive()
    if not isinstance(boot, Boot):
        raise TypeError("the first message must be Boot")
    heap = allocator.Heap()
    engine = _boot(end, boot, heap)
    if engine is None:
        return 1
    from voicepipe.worker.task import Task

    while True:
        if not end.is_wanted(allocator.IDLE_SECONDS):
            allocator.give_back_unused()
        match end.receive():
            case Stop():
                end.send(Stopped())
                return 0
            case Check():
                _check(engine)  # if it can't, this process is of no use, and its end says so
                end.send(Checked())
            case Recognise() as task:
                Task(end, engine, task, vad=boot.vad).carry_out()
                heap.task_done()


def _boot(end: WorkerEnd, boot: Boot, heap: allocator.Heap) -> Engine[Any] | None:
    """Loads the model, shuts the process in, and says how that went."""
    started = time.monotonic()
    processor.use_wide_vectors()
    try:
        # Imported here, so that a broken installation is reported like every other reason not to start.
        with imports.unused_left_out():
            import voicepipe.worker.task  # noqa: F401 - what a task takes is loaded before files are out of reach
            from voicepipe.worker.engines import find_engine
            from voicepipe.worker.engines.engine import BootError
            from voicepipe.worker.rehearsal import rehearse

        try:
            with imports.unused_left_out():
                module = find_engine(boot.engine)
            engine = module.load(boot)
            rehearse()
            allocator.give_back_unused()
            gc.freeze()  # what importing and loading made stays; a collection after each recording need not walk it
            guards = _shut_in(boot, engine)
            _check_inside(engine)
        except BootError as error:
            end.send(BootFailed(error.failure, str(error)))
            return None
    except Exception as error:
        failure = BootFailure.OUT_OF_MEMORY if isinstance(error, MemoryError) else BootFailure.UNEXPECTED
        end.send(BootFailed(failure, describe(error)))
        return None
    # Started this late, so that it is shut in as well.
    beating = threading.Thread(target=_beat, args=(end, boot.heartbeat_seconds, heap), name="heartbeat", daemon=True)
    beating.start()
    end.send(Ready(engine.capabilities, time.monotonic() - started, guards))
    return engine


def _shut_in(boot: Boot, engine: Engine[Any]) -> tuple[Guard, ...]:
    """Gives up what recognising does not need and says in what respects that succeeded."""
    is_on_cpu = engine.is_on_cpu
    guards: tuple[Guard, ...] = ()
    # A GPU's driver maps far more than it uses, and opens its devices and libraries when it likes.
    if boot.memory_limit_bytes and is_on_cpu and sandbox.limit_memory(boot.memory_limit_bytes):
        guards = (Guard.MEMORY,)
    if boot.is_sandboxed:
        guards += sandbox.enter(may_open=not is_on_cpu)
    return guards


def _check_inside(engine: Engine[Any]) -> None:
    """Makes sure that it still decodes: the libraries may need something here that they need nowhere else."""
    from voicepipe.worker.engines.engine import BootError

    try:
        _check(engine)
    except Exception as error:
        hint = "raise [workers] memory_limit_mib, or set [workers] sandbox = false"
        message = f"it decodes no longer once it is shut in ({describe(error)}): {hint}"
        raise BootError(BootFailure.SHUT_IN_UNUSABLE, message) from error


def _check(engine: Engine[Any]) -> None:
    """Raises whatever is wrong when it can open and recognise a second of silence no longer."""
    from voicepipe.worker.rehearsal import rehearse

    rehearse()
    engine.check()


def _beat(end: WorkerEnd, interval_seconds: float, heap: allocator.Heap) -> None:
    try:
        while True:
            end.send(Heartbeat(heap.resident_bytes))
            time.sleep(interval_seconds)
    except OSError:  # nobody reads: the supervisor is gone
        os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1:])
