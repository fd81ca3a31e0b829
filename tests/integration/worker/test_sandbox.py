"""What a worker can't do any more once it is ready, tried by a worker that its recordings have taken over."""

from __future__ import annotations

import asyncio
import os
import platform
import signal
import socket
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest
import pytest_asyncio

from tests.support.places import DEMO_MODEL, SAMPLES, WORKER_PROGRAMS
from tests.support.waiting import until
from tests.support.workers.pools import local_pool, sound_file
from voicepipe.config import RecognitionConfig, WorkersConfig
from voicepipe.errors import WorkersFailed
from voicepipe.events import Event, Events, SandboxIncomplete, WorkerDied
from voicepipe.wire.messages import Opening, Recognised
from voicepipe.workers.assignment import Part, PartOutcome, WorkerLost
from voicepipe.workers.lifecycle import LossCause
from voicepipe.workers.pool import WorkerPool

MODEL = DEMO_MODEL
TRAITOR = (sys.executable, str(WORKER_PROGRAMS / "traitor_worker.py"))
NO_SANDBOX = "this machine has no libseccomp or Landlock; the workers then run without, and say so"

pytestmark = pytest.mark.asyncio(loop_scope="module")


@dataclass(slots=True)
class Den:
    """A pool of one traitor, and the directory from which it gets its orders."""

    pool: WorkerPool
    directory: Path
    events: list[Event]
    numbers: Iterator[int]

    async def outcome(self, crime: str, argument: object = "") -> PartOutcome:
        order = self.directory / f"order {next(self.numbers)}"
        order.write_text(f"{crime} {argument}")
        return await outcome_of(self.pool, order)

    async def commits(self, crime: str, argument: object = "") -> str:
        """How the crime went: "done", or the error that it met."""
        outcome = await self.outcome(crime, argument)
        assert isinstance(outcome, Recognised), outcome
        return outcome.segments[0].text


async def outcome_of(pool: WorkerPool, media: Path) -> PartOutcome:
    await idle(pool, 1)
    with sound_file() as sound:
        (outcome,) = pool.assign([Part(work=Opening(60.0), sound=sound, audio_seconds=1.0, media=media)])
        return await asyncio.wait_for(outcome, 20)


async def idle(pool: WorkerPool, number: int) -> None:
    await until(lambda: pool.idle >= number, 20)


@asynccontextmanager
async def den(directory: Path, *, is_sandboxed: bool) -> AsyncIterator[Den]:
    """What the traitor may take is 300 MiB, sandboxed or not."""
    bus, events = Events(), list[Event]()
    bus.subscribe(events.append)
    config = WorkersConfig(
        count=1, sandbox=is_sandboxed, memory_limit_mib=300, backoff_base_seconds=0.01, max_failures=50
    )
    pool = local_pool(config, RecognitionConfig(), MODEL, bus, program=TRAITOR)
    await pool.start()
    try:
        yield Den(pool, directory, events, count(1))
    finally:
        await pool.stop(0)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def guarded(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Den]:
    async with den(tmp_path_factory.mktemp("orders"), is_sandboxed=True) as opened:
        if any(isinstance(event, SandboxIncomplete) for event in opened.events):
            pytest.skip(NO_SANDBOX)
        yield opened


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def free(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Den]:
    async with den(tmp_path_factory.mktemp("orders"), is_sandboxed=False) as opened:
        yield opened


ANYWHERE = (
    ("connect", "port"),
    ("send_datagram", "port"),
    ("socket_pair", ""),
    ("run", "/bin/true"),
    ("spawn", "/bin/true"),
    ("fork", ""),
    ("signal_parent", ""),
    ("memory_file", ""),
    ("take_shared_memory", ""),
)
TO_FILES = (
    ("make_file", "new"),
    ("make_directory", "new"),
    ("link", "new"),
    ("append", "old"),
    ("change", "old"),
    ("truncate", "old"),
    ("truncate_by_opening", "old"),
    ("mark", "old"),
    ("rename", "old"),
    ("remove", "old"),
)


@pytest.mark.parametrize(("crime", "target"), [*ANYWHERE, *TO_FILES])
async def test_refused(
    crime: str, target: str, guarded: Den, free: Den, tmp_path: Path, listener: socket.socket
) -> None:
    """And nothing else refuses it: without the sandbox the same crime succeeds."""
    for traitor, results in ((guarded, ("EPERM", "EACCES")), (free, ("done",))):
        directory = Path(tempfile.mkdtemp(dir=tmp_path))
        (directory / "old").write_text("old")
        named = {"port": listener.getsockname()[1], "old": directory / "old", "new": directory / "new"}
        assert await traitor.commits(crime, named.get(target, target)) in results
        if traitor is guarded:
            assert (directory / "old").read_text() == "old"
            assert not (directory / "new").exists()
            with pytest.raises(BlockingIOError):
                listener.accept()


async def test_exec_is_refused(guarded: Den) -> None:
    assert await guarded.commits("exec", "/bin/true") == "EPERM"


@pytest.mark.parametrize("what", ["/etc/passwd", "/proc/self/environ", str(MODEL / "config.json"), "/dev/zero"])
async def test_no_file_is_opened(what: str, guarded: Den, free: Den) -> None:
    assert await guarded.commits("read", what) == "EACCES"
    assert await guarded.commits("read", f"/proc/self/root{what}") in ("EACCES", "ENOENT")
    if what != "/dev/zero":
        assert await free.commits("read", what) == "done"


async def test_not_even_another_recording(guarded: Den) -> None:
    (guarded.directory / "another").write_text("sound")
    assert await guarded.commits("read", guarded.directory / "another") == "EACCES"
    assert await guarded.commits("list", guarded.directory) == "EACCES"


@pytest.mark.parametrize(
    ("crime", "argument", "result"),
    [
        ("read_sound", "", "done"),
        ("write_sound", 0, "done"),
        ("write_to_media", "", "EBADF"),
        ("open_media_again", os.O_RDONLY, "EACCES"),
        ("open_media_again", os.O_RDWR, "EPERM"),
        ("empty_sound", "", "EPERM"),
    ],
)
async def test_files_that_it_is_handed_are_for_one_use(crime: str, argument: object, result: str, guarded: Den) -> None:
    assert await guarded.commits(crime, argument) == result


@pytest.mark.parametrize("crime", ["read_parents_memory", "read_parents_environment"])
async def test_supervisor_can_not_be_read(crime: str, guarded: Den, free: Den) -> None:
    assert await guarded.commits(crime) == "EACCES"
    assert await free.commits(crime) == "done"


@pytest.mark.parametrize("crime", ["limit_parent", "more_memory", "outlive_parent", "ring"])
async def test_neither_supervisor_nor_sandbox_can_be_changed(crime: str, guarded: Den) -> None:
    if crime == "ring" and platform.machine() not in ("x86_64", "aarch64"):
        pytest.skip("its number is known for these only")
    assert await guarded.commits(crime) == "EPERM"


async def test_memory_is_limited_and_the_worker_goes_on(guarded: Den) -> None:
    for _ in range(3):
        assert await guarded.commits("take_memory", 100) == "done"
        assert await guarded.commits("take_memory", 2000) == "MemoryError"
    assert not [event for event in guarded.events if isinstance(event, WorkerDied)]


async def test_threads_may_be_started(guarded: Den) -> None:
    assert await guarded.commits("start_thread") == "done"


async def test_filter_holds_in_every_thread(guarded: Den) -> None:
    (status,) = guarded.pool.statuses()
    threads = [path / "status" for path in names_in(f"/proc/{status.pid}/task")]
    assert len(threads) > 2
    for facts in map(lines_of, threads):
        assert {"Seccomp:\t2", "NoNewPrivs:\t1"} <= set(facts)


async def test_no_core_is_left(guarded: Den) -> None:
    (status,) = guarded.pool.statuses()
    (core,) = (
        line.split() for line in lines_of(Path(f"/proc/{status.pid}/limits")) if line.startswith("Max core file")
    )
    assert core[4:6] == ["0", "0"]


def lines_of(path: Path) -> list[str]:
    return path.read_text().splitlines()


def names_in(directory: str) -> list[Path]:
    return list(Path(directory).iterdir())


HOSTILE = {"ptrace": 101, "mount": 165, "bpf": 321, "keyctl": 250, "unshare": 272, "process_vm_readv": 310}


@pytest.mark.skipif(platform.machine() != "x86_64", reason="the numbers are those of x86-64")
@pytest.mark.parametrize("call", HOSTILE)
async def test_clearly_hostile_calls_end_the_worker(call: str, guarded: Den) -> None:
    guarded.events.clear()
    assert await guarded.outcome("system_call", HOSTILE[call]) == WorkerLost(LossCause.DIED)
    assert await guarded.commits("start_thread") == "done", "another has taken its place"
    (died,) = (event for event in guarded.events if isinstance(event, WorkerDied))
    assert died.exit_code == -signal.SIGSYS


# --- where something is missing ---------------------------------------------------------------------------------------
async def test_what_is_not_in_force_is_said_once() -> None:
    """A machine without libseccomp, as far as the workers can see."""
    program = (sys.executable, "-c", WITHOUT_SECCOMP)
    bus, events = Events(), list[Event]()
    bus.subscribe(events.append)
    config = WorkersConfig(count=2, memory_limit_mib=0)
    pool = local_pool(config, RecognitionConfig(), MODEL, bus, program=program)
    await pool.start()
    try:
        await idle(pool, 2)
        (warning,) = (event for event in events if isinstance(event, SandboxIncomplete))
        assert warning.missing.startswith("network programs writing")
        assert isinstance(await outcome_of(pool, SAMPLES / "seen_ru_18.ogg"), Recognised)
    finally:
        await pool.stop(0)


WITHOUT_SECCOMP = """
import ctypes, sys
whole = ctypes.CDLL
def without(name, *rest, **more):
    if name == "libseccomp.so.2":
        raise OSError("no such library")
    return whole(name, *rest, **more)
ctypes.CDLL = without
from voicepipe.worker.main import main
main(sys.argv[1:])
"""


NEEDS_A_SOCKET = """
import socket, sys
from voicepipe.worker.engines import whisper
from voicepipe.worker.main import main
whisper.WhisperEngine.check = lambda self: socket.socketpair()
main(sys.argv[1:])
"""


async def test_worker_that_can_not_decode_shut_in_is_one_clear_error(guarded: Den) -> None:
    """As it would be on a machine whose libraries need what others do not; without the sandbox it works there."""
    program = (sys.executable, "-c", NEEDS_A_SOCKET)
    pool = local_pool(WorkersConfig(count=1), RecognitionConfig(), MODEL, Events(), program=program)
    with pytest.raises(WorkersFailed, match=r"no longer once it is shut in .*\[workers\] sandbox = false"):
        await asyncio.wait_for(pool.start(), 20)
    assert pool.statuses() == []
    config = WorkersConfig(count=1, sandbox=False)
    pool = local_pool(config, RecognitionConfig(), MODEL, Events(), program=program)
    await asyncio.wait_for(pool.start(), 20)
    await pool.stop(0)


async def test_switched_off_it_warns_of_nothing(free: Den) -> None:
    assert not [event for event in free.events if isinstance(event, SandboxIncomplete)]
    assert await free.commits("connect", "1") == "ECONNREFUSED"
