"""Hundreds of hostile media through real, sandboxed workers: each gets its verdict, and that is all it gets."""

from __future__ import annotations

import asyncio
import json
import socket
import sys
from asyncio.subprocess import DEVNULL
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.support.hostile import HostileMedia, Targets, corpus
from tests.support.places import DEMO_MODEL, ROOT
from tests.support.processes import children_of, is_alive
from tests.support.waiting import until
from tests.support.workers.pools import local_pool, sound_file
from voicepipe.config import RecognitionConfig, WorkersConfig
from voicepipe.domain.transcripts import FailureReason
from voicepipe.events import Event, Events, WorkerDied, WorkerReady
from voicepipe.wire.messages import Opening, Recognised, Rejected
from voicepipe.workers.assignment import Part, PartOutcome
from voicepipe.workers.pool import WorkerPool

MODEL = DEMO_MODEL
SEED = 20
DEADLINE_SECONDS = 20.0
LIMIT_SECONDS = 300.0
MAX_RESIDENT_MIB = 700
"""A worker with the demo model and 300 s of sound at most; a bomb of any family would take gigabytes."""


@asynccontextmanager
async def sandboxed(events: list[Event]) -> AsyncIterator[WorkerPool]:
    bus = Events()
    bus.subscribe(events.append)
    config = WorkersConfig(count=2, task_timeout_floor_seconds=DEADLINE_SECONDS, memory_limit_mib=1024)
    pool = local_pool(config, RecognitionConfig(), MODEL, bus)
    await pool.start()
    try:
        await until(lambda: pool.idle >= pool.able(), 20)
        yield pool
    finally:
        await pool.stop(0)


async def test_every_one_gets_its_verdict_and_nothing_else(
    tmp_path: Path, listener: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool, work = tmp_path / "spool", tmp_path / "work"
    for directory in (spool, work):
        directory.mkdir()
    for variable in ("HOME", "TMPDIR"):
        monkeypatch.setenv(variable, str(work))
    monkeypatch.chdir(work)
    media = corpus(SEED, Targets(listener.getsockname()[1], str(spool)))
    assert len(media) >= 200
    events: list[Event] = []
    async with sandboxed(events) as pool:
        outcomes = await all_verdicts(pool, spool, media)
        largest = max(map(peak_mib, (status.pid for status in pool.statuses())))

    wrong = [(name, outcome) for name, outcome in outcomes.items() if not isinstance(outcome, Rejected | Recognised)]
    assert not wrong
    assert not [event for event in events if isinstance(event, WorkerDied)]
    assert len([event for event in events if isinstance(event, WorkerReady)]) == 2
    with pytest.raises(BlockingIOError):
        listener.accept()
    assert not list(work.iterdir())
    assert not list(spool.iterdir())
    assert largest < MAX_RESIDENT_MIB
    # The corpus tries what it says: some pass for sound, most don't, and none has words in it.
    reasons = Counter(outcome.failure.reason for outcome in outcomes.values() if isinstance(outcome, Rejected))
    assert reasons[FailureReason.UNREADABLE] > 100
    assert reasons[FailureReason.NO_SPEECH] > 50
    assert reasons[FailureReason.TOO_LONG] >= 5
    assert reasons[FailureReason.NO_AUDIO] >= 1
    assert sum(reasons.values()) >= len(media) - 3


async def all_verdicts(pool: WorkerPool, spool: Path, media: list[HostileMedia]) -> dict[str, PartOutcome]:
    """The outcome of each, by what it is; as many at once as there are workers."""
    outcomes: dict[str, PartOutcome] = {}
    waiting = list(enumerate(media))

    async def work() -> None:
        while waiting:
            number, each = waiting.pop()
            path = spool / f"1_{number}"
            path.write_bytes(each.data)
            await until(lambda: bool(pool.idle))
            with sound_file() as sound:
                work = Opening(LIMIT_SECONDS)
                part = Part(work=work, sound=sound, audio_seconds=each.declared_seconds, media=path)
                (outcome,) = pool.assign([part])
                outcomes[f"{each.family}: {each.what}"] = await asyncio.wait_for(outcome, DEADLINE_SECONDS + 5)
            path.unlink()
            pids = [status.pid for status in pool.statuses()]
            assert not [pid for pid in pids if pid is None or not is_alive(pid) or children_of(pid)]

    async with asyncio.timeout(200):
        await asyncio.gather(*(work() for _ in range(pool.able())))
    assert len(outcomes) == len(media)
    return outcomes


def peak_mib(pid: int | None) -> int:
    """The most resident memory that the process ever had."""
    status = Path(f"/proc/{pid}/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM:")) >> 10


async def test_same_seed_writes_the_same_files(tmp_path: Path) -> None:
    """`scripts/make_hostile_media` makes again what the test above has tried."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.support.hostile", str(tmp_path), "--seed", str(SEED)), cwd=ROOT, stdout=DEVNULL
    )
    assert await process.wait() == 0
    index = json.loads((tmp_path / "index.json").read_text())
    assert [(tmp_path / entry["file"]).read_bytes() for entry in index] == [each.data for each in corpus(SEED)]
    assert [each.data for each in corpus(SEED)] != [each.data for each in corpus(SEED + 1)]
