"""The worker pool with real processes, the demo model and real signals."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
import tempfile
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import pytest
import pytest_asyncio

from tests.support.media import repeated, silent_opus
from tests.support.places import DEMO_MODEL, ROOT, SAMPLES, WORKER_PROGRAMS
from tests.support.processes import is_alive, open_files, resident_bytes
from tests.support.samples import EXACT, TEXTS, load_samples
from tests.support.waiting import until
from tests.support.workers.pools import SOUNDS, local_pool
from voicepipe.config import RecognitionConfig, WorkersConfig
from voicepipe.domain.transcripts import FailureReason
from voicepipe.errors import ModelMissing, WorkersFailed
from voicepipe.events import Event, Events, WorkerDied, WorkerFailed, WorkerReady
from voicepipe.machine import cpu_seconds
from voicepipe.wire.messages import Crashed, Found, FurtherWindow, Opening, Options, Recognised, Rejected, Span, Window
from voicepipe.workers.assignment import Part, PartOutcome, WorkerLost
from voicepipe.workers.lifecycle import LossCause, WorkerState
from voicepipe.workers.local import WORKER_PROGRAM
from voicepipe.workers.pool import WorkerPool

MODEL = DEMO_MODEL
SHORT, LONG = "seen_ru_18.ogg", "long_ru_1.ogg"
SOON_SECONDS = 60.0
"""For what takes no time to speak of, except on a machine that has too much to do."""
"""Those that are all in one window."""


E = TypeVar("E", bound=Event)


class Recorder:
    """The events of a pool, in order."""

    def __init__(self) -> None:
        self.all: list[Event] = []
        self.bus = Events()
        self.bus.subscribe(self.all.append)

    def of(self, kind: type[E]) -> list[E]:
        return [event for event in self.all if isinstance(event, kind)]


def program_of(rogue: str) -> tuple[str, ...]:
    return (sys.executable, str(WORKER_PROGRAMS / "rogue_worker.py"), rogue) if rogue else WORKER_PROGRAM


@asynccontextmanager
async def running(
    count: int = 1,
    *,
    rogue: str = "",
    events: Recorder | None = None,
    recognition: RecognitionConfig | None = None,
    express: int = 0,
    **settings: Any,
) -> AsyncIterator[WorkerPool]:
    """A started pool with all its workers idle; afterwards nothing of it is left."""
    config = WorkersConfig(count=count, **{"heartbeat_seconds": 0.1, "backoff_base_seconds": 0.05} | settings)
    bus = (events or Recorder()).bus
    recognition = recognition or RecognitionConfig()
    pool = local_pool(config, recognition, MODEL, bus, program=program_of(rogue), express=express)
    files_before = open_files()
    await pool.start()
    try:
        await until(lambda: (pool.idle, pool.express_idle) == (count, express))
        yield pool
    finally:
        pids = pids_of(pool)
        await pool.stop(0)
        assert not [pid for pid in pids if is_alive(pid)]
        await until(lambda: open_files() <= files_before)


def pids_of(pool: WorkerPool) -> list[int]:
    return [status.pid for status in pool.statuses() if status.pid is not None]


FILE = tempfile.TemporaryFile()  # noqa: SIM115 - for all that is opened here; nobody reads what windows it holds
SOUND = SOUNDS.add(FILE)


def opening(
    path: str | Path,
    audio_seconds: float = 10,
    limit_seconds: float = 300,
    language: str | None = None,
    on_found: Callable[[Found], None] = lambda _: None,
) -> Part:
    """The opening of a recording: a sample's name, or a file's path."""
    work = Opening(limit_seconds, Options(language))
    return Part(work=work, sound=SOUND, audio_seconds=audio_seconds, media=SAMPLES / path, on_found=on_found)


def assign(pool: WorkerPool, part: Part) -> asyncio.Future[PartOutcome]:
    """The part by itself."""
    (outcome,) = pool.assign([part])
    return outcome


def text_of(outcome: PartOutcome) -> str:
    assert isinstance(outcome, Recognised), outcome
    return "".join(segment.text for segment in outcome.segments).strip()


async def busy(pool: WorkerPool) -> tuple[asyncio.Future[PartOutcome], int]:
    """A long task that a worker is in the middle of, and that worker's pid."""
    begun = asyncio.Event()
    outcome = assign(pool, opening(LONG, on_found=lambda _: begun.set()))
    await asyncio.wait_for(begun.wait(), SOON_SECONDS)
    (pid,) = (status.pid for status in pool.statuses() if status.state is WorkerState.BUSY)
    assert pid is not None
    return outcome, pid


# --- recognising --------------------------------------------------------------------------------------------------
IN_ONE_LOOP = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared() -> AsyncIterator[WorkerPool]:
    """A pool for the tests that do it no harm."""
    async with running(2) as pool:
        yield pool


@IN_ONE_LOOP
async def test_samples_are_recognised_word_for_word(shared: WorkerPool) -> None:
    heard: dict[str, str] = {}
    waiting = list(EXACT)
    idle = asyncio.Event()
    shared.call_when_idle(idle.set)

    async def recognise(outcome: asyncio.Future[PartOutcome], name: str) -> None:
        heard[name] = text_of(await outcome)

    async with asyncio.timeout(SOON_SECONDS), asyncio.TaskGroup() as group:
        while waiting:
            while shared.idle and waiting:
                name = waiting.pop()
                group.create_task(recognise(assign(shared, opening(name)), name))
            idle.clear()
            if waiting:
                await idle.wait()
    assert heard == {name: TEXTS[name] for name in EXACT}
    await until(lambda: shared.idle == 2)  # an answer comes a little before the end of its task
    assert sum(status.tasks_done for status in shared.statuses()) >= len(EXACT)
    assert all(status.tasks_done for status in shared.statuses()), "one worker did everything"


@IN_ONE_LOOP
async def test_outcome_says_what_was_measured(shared: WorkerPool) -> None:
    outcome = await assign(shared, opening("mid_ru_03.ogg"))
    assert isinstance(outcome, Recognised)
    seconds = load_samples()["mid_ru_03.ogg"].seconds
    assert outcome.language == "ru"
    assert outcome.audio_seconds == pytest.approx(seconds, abs=0.1)
    assert outcome.language_probability > 0.9
    assert seconds / 2 < outcome.speech_seconds <= outcome.audio_seconds
    assert 0.01 < outcome.compute_seconds < 20


@IN_ONE_LOOP
async def test_further_windows_are_found_before_the_first_is_answered(shared: WorkerPool) -> None:
    found: list[Found] = []
    outcome = assign(shared, opening(LONG, on_found=found.append))
    assert isinstance(await outcome, Recognised)
    windows = [window for each in found for window in each.windows]
    assert windows
    assert {each.language for each in found} == {"ru"}
    assert [window.spans[0].start for window in windows] == sorted(window.spans[0].start for window in windows)


@IN_ONE_LOOP
async def test_what_is_done_together_has_each_its_outcome(shared: WorkerPool, tmp_path: Path) -> None:
    (tmp_path / "garbage.ogg").write_bytes(b"no media" * 100)
    names: list[str | Path] = [*EXACT[:3], tmp_path / "garbage.ogg", tmp_path / "absent.ogg", EXACT[3]]
    done = await asyncio.gather(*shared.assign([opening(name) for name in names]))
    assert [text_of(done[index]) for index in (0, 1, 2, 5)] == [TEXTS[name] for name in EXACT[:4]]
    assert isinstance(done[3], Rejected)
    assert done[4] == Crashed(0, 0, "ENOENT before a worker had it")


@IN_ONE_LOOP
async def test_a_recording_at_fault_costs_no_worker(shared: WorkerPool, tmp_path: Path) -> None:
    garbage = tmp_path / "garbage.ogg"
    garbage.write_bytes(b"no media" * 100)
    before = pids_of(shared)
    unreadable = await assign(shared, opening(garbage, 5, 300))
    silent = await assign(shared, opening("silence_8.ogg"))
    too_long = await assign(shared, opening(LONG, 5, limit_seconds=30))
    rejections = [each.failure.reason for each in (unreadable, silent, too_long) if isinstance(each, Rejected)]
    assert rejections == [FailureReason.UNREADABLE, FailureReason.NO_SPEECH, FailureReason.TOO_LONG]
    assert text_of(await assign(shared, opening(SHORT))) == TEXTS[SHORT]
    assert pids_of(shared) == before


async def test_worker_in_which_a_part_crashed_goes_on_until_another_stands_in() -> None:
    work = FurtherWindow(Window((Span(0, 16_000),), 1_000_000), Options("en"))
    beyond = Part(work=work, sound=SOUND, audio_seconds=1.0)
    async with running() as pool:
        (before,) = pids_of(pool)
        crashed, fine = pool.assign([beyond, opening(SHORT)])
        assert text_of(await fine) == TEXTS[SHORT]
        assert await crashed == Crashed(1, 1, (await crashed).error)  # type: ignore[union-attr]  # it is compared with a Crashed
        await until(lambda: pool.idle >= 1)
        assert text_of(await assign(pool, opening(SHORT))) == TEXTS[SHORT]
        await until(lambda: before not in pids_of(pool) and pool.idle == 1)


@IN_ONE_LOOP
async def test_path_that_is_no_text_is_found(shared: WorkerPool, tmp_path: Path) -> None:
    odd = tmp_path / os.fsdecode(b"na\xefve \xd0\xb3.ogg")
    odd.write_bytes((SAMPLES / SHORT).read_bytes())
    assert text_of(await assign(shared, opening(odd, 5, 300))) == TEXTS[SHORT]


async def test_language_can_be_given_and_has_a_preference() -> None:
    unsure = RecognitionConfig(min_language_probability=1.0, preferred_language="ru")
    async with running(recognition=unsure) as pool:
        doubted = await assign(pool, opening("seen_en_03.ogg"))
        await until(lambda: pool.idle == 1)
        given = await assign(pool, opening("seen_en_03.ogg", 5, 300, language="en"))
        assert isinstance(doubted, Recognised)
        assert doubted.language == "ru"
        assert isinstance(given, Recognised)
        assert (given.language, text_of(given)) == ("en", TEXTS["seen_en_03.ogg"])


# --- faults -------------------------------------------------------------------------------------------------------
async def test_killed_idle_worker_is_replaced_and_others_go_on() -> None:
    events = Recorder()
    async with running(2, events=events) as pool:
        victim, survivor = pids_of(pool)
        os.kill(victim, signal.SIGKILL)
        await until(lambda: bool(events.of(WorkerDied)))
        assert text_of(await assign(pool, opening(SHORT))) == TEXTS[SHORT]
        await until(lambda: pool.idle == 2)
        assert events.of(WorkerDied) == [WorkerDied(1, victim, "died", -signal.SIGKILL)]
        assert len(events.of(WorkerReady)) == 3
        assert survivor in pids_of(pool)
        assert victim not in pids_of(pool)


async def test_killed_busy_worker_loses_its_task_only() -> None:
    async with running(2) as pool:
        lost, victim = await busy(pool)
        other = assign(pool, opening(SHORT))
        os.kill(victim, signal.SIGKILL)
        assert await asyncio.wait_for(lost, SOON_SECONDS) == WorkerLost(LossCause.DIED)
        assert text_of(await other) == TEXTS[SHORT]
        await until(lambda: pool.idle == 2)
        assert [status.deaths for status in pool.statuses()] == [1, 0]


async def test_task_for_a_worker_that_has_just_died_is_lost_not_stuck() -> None:
    async with running(rogue="fine") as pool:
        os.kill(pids_of(pool)[0], signal.SIGKILL)
        assert await asyncio.wait_for(assign(pool, opening(SHORT)), SOON_SECONDS) == WorkerLost(LossCause.NOT_BEGUN)


async def test_worker_that_dies_before_it_begins_is_told_from_one_that_dies_of_its_task() -> None:
    async with running(rogue="dies_before_it_begins") as pool:
        assert await asyncio.wait_for(assign(pool, opening(SHORT)), SOON_SECONDS) == WorkerLost(LossCause.NOT_BEGUN)
        await until(lambda: pool.idle == 1)


async def test_frozen_worker_has_not_begun_what_it_is_given() -> None:
    async with running(task_timeout_floor_seconds=0.3, task_timeout_per_audio_second=0.01) as pool:
        os.kill(pids_of(pool)[0], signal.SIGSTOP)
        assert await asyncio.wait_for(assign(pool, opening(SHORT)), SOON_SECONDS) == WorkerLost(LossCause.NOT_BEGUN)


# --- the check after idle time ------------------------------------------------------------------------------------
async def test_idle_worker_shows_that_it_still_decodes() -> None:
    async with running(check_idle_seconds=0.2) as pool:
        (before,) = pids_of(pool)
        seen: set[WorkerState] = set()
        async with asyncio.timeout(SOON_SECONDS):
            while WorkerState.CHECKING not in seen or pool.idle == 0:
                seen |= {status.state for status in pool.statuses()}
                await asyncio.sleep(0.001)
        assert seen == {WorkerState.IDLE, WorkerState.CHECKING}
        assert pids_of(pool) == [before]
        await until(lambda: pool.idle == 1)
        assert text_of(await assign(pool, opening(SHORT))) == TEXTS[SHORT]


@pytest.mark.parametrize(
    ("way", "seconds", "cause"), [("stuck_after_a_while", 0.2, "unfit"), ("breaks_after_a_while", 60.0, "died")]
)
async def test_worker_that_no_longer_decodes_is_replaced(
    way: str, seconds: float, cause: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("voicepipe.workers.pool.CHECK_SECONDS", seconds)
    events = Recorder()
    async with running(rogue=way, events=events, check_idle_seconds=0.2) as pool:
        (before,) = pids_of(pool)
        await until(lambda: bool(events.of(WorkerDied)))
        assert (events.of(WorkerDied)[0].pid, events.of(WorkerDied)[0].cause) == (before, cause)
        await until(lambda: pool.idle == 1)
        assert not is_alive(before)


async def test_an_idle_worker_gives_back_what_only_tasks_take() -> None:
    async with running() as pool:
        (pid,) = pids_of(pool)
        assert text_of(await assign(pool, opening(SHORT))) == TEXTS[SHORT]
        at_work = resident_bytes(pid)
        await until(lambda: resident_bytes(pid) < at_work - (10 << 20))
        await until(lambda: pool.idle == 1)
        assert text_of(await assign(pool, opening(SHORT))) == TEXTS[SHORT]


async def test_long_recording_needs_little_memory(tmp_path: Path) -> None:
    long = tmp_path / "long.ogg"
    long.write_bytes(silent_opus(1200))
    async with running(memory_limit_mib=128) as pool:
        assert isinstance(await assign(pool, opening(long, 1200, 4000)), Rejected), "it is silent, and nothing worse"


async def test_what_is_long_gives_way_and_what_is_short_does_not() -> None:
    """All threads do. Who may not be less nice again stays as he is."""
    usual = os.getpriority(os.PRIO_PROCESS, 0)
    async with running(rogue="hangs", express=1) as pool:
        long, first, second = opening(LONG), short_part(), short_part()
        niced, express = await begun(pool, long), await begun(pool, first)
        assert nicenesses(niced) == {min(19, usual + 10)}
        assert nicenesses(express) == {usual}
        assert {status.pid for status in pool.statuses() if status.is_express} == {express}
        os.kill(niced, signal.SIGKILL)
        await until(lambda: pool.idle == 1)
        assert nicenesses(await begun(pool, second)) == {usual}


async def test_without_express_workers_nobody_gives_way() -> None:
    async with running(rogue="hangs") as pool:
        assert nicenesses(await begun(pool, opening(LONG))) == {os.getpriority(os.PRIO_PROCESS, 0)}


def short_part() -> Part:
    return replace(opening(SHORT), is_short=True)


async def begun(pool: WorkerPool, part: Part) -> int:
    """The pid of the worker that gets a part."""
    before = {status.pid for status in pool.statuses() if status.state is WorkerState.BUSY}
    assign(pool, part)
    (pid,) = {status.pid for status in pool.statuses() if status.state is WorkerState.BUSY} - before
    assert pid is not None
    return pid


def nicenesses(pid: int) -> set[int]:
    """Of all threads of a process."""
    return {os.getpriority(os.PRIO_PROCESS, int(thread.name)) for thread in Path(f"/proc/{pid}/task").iterdir()}


async def test_stopped_worker_meets_its_deadline() -> None:
    async with running(task_timeout_floor_seconds=4.0, task_timeout_per_audio_second=0.01) as pool:
        outcome, pid = await busy(pool)
        os.kill(pid, signal.SIGSTOP)
        assert await asyncio.wait_for(outcome, SOON_SECONDS) == WorkerLost(LossCause.DEADLINE)
        assert not is_alive(pid)
        await until(lambda: pool.idle == 1)


async def test_worker_that_gets_little_of_a_processor_may_finish() -> None:
    """Its deadline is one of CPU time; until it has had that, only a wall time far beyond ends it."""
    async with running(task_timeout_floor_seconds=3.0, task_timeout_per_audio_second=0.01) as pool:
        (pid,) = pids_of(pool)
        before = cpu_seconds(pid)
        assert isinstance(await assign(pool, opening(LONG)), Recognised)
        await until(lambda: pool.idle == 1)
        share, started = (cpu_seconds(pid) - before) / 5, time.monotonic()
        starving = asyncio.create_task(starve(pid, share))
        outcome = await asyncio.wait_for(assign(pool, opening(LONG)), SOON_SECONDS)
        starving.cancel()
        assert isinstance(outcome, Recognised), outcome
        assert time.monotonic() - started > 3.0, "it was not starved long enough to prove anything"


async def starve(pid: int, share: float) -> None:
    """Let a process run for this share of the time only."""
    try:
        while True:
            os.kill(pid, signal.SIGCONT)
            await asyncio.sleep(0.1 * share)
            os.kill(pid, signal.SIGSTOP)
            await asyncio.sleep(0.1 * (1 - share))
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT)


async def test_deadline_grows_with_the_audio() -> None:
    async with running(rogue="hangs", task_timeout_floor_seconds=0.1, task_timeout_per_audio_second=0.1) as pool:
        started = time.monotonic()
        outcome = await asyncio.wait_for(assign(pool, opening(SHORT, 15, 300)), SOON_SECONDS)
        assert outcome == WorkerLost(LossCause.DEADLINE)
        assert time.monotonic() - started >= 1.5


async def test_stuck_worker_shows_where(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    lecture = tmp_path / "lecture.ogg"  # what is done soon after its deadline counts, so it must take far longer
    lecture.write_bytes(repeated((SAMPLES / "minutes_ru.ogg").read_bytes(), 40))
    async with running(task_timeout_floor_seconds=0.2, task_timeout_per_audio_second=0.0001) as pool:
        task = assign(pool, opening(lecture, 60, 10_000))
        assert await asyncio.wait_for(task, SOON_SECONDS) == WorkerLost(LossCause.DEADLINE)
    said = capfd.readouterr().err
    assert "most recent call first" in said
    assert "main.py" in said


@pytest.mark.parametrize(
    "way",
    [
        "half_message_and_hangs",
        "half_message_and_dies",
        "half_header_and_hangs",
        "huge_message",
        "noise",
        "pickle",
        "wrong_types",
        "half_a_letter",
        "answers_another_task",
        "answers_another_item",
        "answers_an_item_below_all",
        "answers_nothing",
        "finds_a_window_too_long",
        "finds_a_window_of_nothing",
        "finds_a_window_before_the_beginning",
        "finds_windows_without_end",
        "closes_its_pipe",
        "dies",
        "exits",
        "floods",
    ],
)
async def test_rogue_worker_ends_alone(way: str) -> None:
    async with running(rogue=way, task_timeout_floor_seconds=1.0, task_timeout_per_audio_second=0.01) as pool:
        (pid,) = pids_of(pool)
        lag = asyncio.create_task(longest_lag(), name="lag")
        outcome = await asyncio.wait_for(assign(pool, opening(SHORT)), SOON_SECONDS)
        waits_for_deadline = way in ("half_message_and_hangs", "half_header_and_hangs", "floods")
        assert outcome == WorkerLost(LossCause.DEADLINE if waits_for_deadline else LossCause.DIED)
        assert not is_alive(pid)
        await until(lambda: pool.idle == 1)
        lag.cancel()
        assert await lag < 0.5, "the event loop was blocked"


async def longest_lag() -> float:
    """How late the event loop was at worst, in seconds, until this is cancelled."""
    worst = 0.0
    with contextlib.suppress(asyncio.CancelledError):
        while True:
            before = time.monotonic()
            await asyncio.sleep(0.01)
            worst = max(worst, time.monotonic() - before - 0.01)
    return worst


@pytest.mark.parametrize("way", ["answers_twice", "finds_after_its_answer", "finishes_twice"])
async def test_what_comes_after_the_answer_ends_the_worker_and_the_answer_counts(way: str) -> None:
    events = Recorder()
    async with running(rogue=way, events=events) as pool:
        assert await assign(pool, opening(SHORT)) == Crashed(1, 0, "once")
        await until(lambda: bool(events.of(WorkerDied)))
        assert events.of(WorkerDied)[0].cause == "nonsense"


async def test_idle_worker_without_heartbeat_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("voicepipe.workers.pool.LEAST_SILENCE_SECONDS", 1.0)
    events = Recorder()
    async with running(events=events) as pool:
        os.kill(pids_of(pool)[0], signal.SIGSTOP)
        await until(lambda: bool(events.of(WorkerDied)))
        assert events.of(WorkerDied)[0].cause == "silent"
        await until(lambda: pool.idle == 1)


# --- starting and failing -----------------------------------------------------------------------------------------
async def fails_to_start(
    error: type[Exception], match: str, model: Path = MODEL, rogue: str = "", **settings: Any
) -> None:
    config = WorkersConfig(count=2, backoff_base_seconds=0.01, **settings)
    pool = local_pool(config, RecognitionConfig(), model, Events(), program=program_of(rogue))
    with pytest.raises(error, match=match):
        await asyncio.wait_for(pool.start(), SOON_SECONDS)
    assert pool.statuses() == []
    assert pool.idle == 0


async def test_missing_model_is_one_clear_error(tmp_path: Path) -> None:
    await fails_to_start(ModelMissing, r"no recognition model in .*voicepipe model download", tmp_path / "none")


async def test_damaged_model_is_one_clear_error(tmp_path: Path) -> None:
    for file in MODEL.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes()[:1000])
    await fails_to_start(WorkersFailed, r"No worker can start .*model_unusable", tmp_path)


async def test_model_without_tokenizer_is_refused_without_looking_for_one(tmp_path: Path) -> None:
    for name in ("model.bin", "config.json"):
        (tmp_path / name).write_bytes((MODEL / name).read_bytes())
    await fails_to_start(WorkersFailed, r"no tokenizer\.json", tmp_path)


async def test_worker_that_refuses_to_boot_and_stays_is_ended() -> None:
    await fails_to_start(WorkersFailed, "it is a rogue", rogue="refuses")


async def test_workers_that_die_at_boot_are_given_up() -> None:
    await fails_to_start(WorkersFailed, r"died 3 times", rogue="dies_at_boot", max_failures=3)


async def test_workers_that_never_get_ready_are_given_up() -> None:
    await fails_to_start(WorkersFailed, r"died 1 times", rogue="never_ready", max_failures=1, start_timeout_seconds=0.3)


async def test_program_that_does_not_exist_is_given_up() -> None:
    pool = local_pool(
        WorkersConfig(count=1, max_failures=2, backoff_base_seconds=0.01),
        RecognitionConfig(),
        MODEL,
        Events(),
        program=("/nonexistent/program",),
    )
    with pytest.raises(WorkersFailed):
        await asyncio.wait_for(pool.start(), SOON_SECONDS)


async def test_cancelled_start_leaves_nothing() -> None:
    pool = local_pool(WorkersConfig(count=1), RecognitionConfig(), MODEL, Events())
    starting = asyncio.create_task(pool.start(), name="start")
    await until(lambda: bool(pids_of(pool)))
    (pid,) = pids_of(pool)
    starting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await starting
    assert not is_alive(pid)


async def test_pool_fails_when_all_workers_have() -> None:
    events = Recorder()
    async with running(2, rogue="dies", events=events, max_failures=1) as pool:
        waiting = asyncio.create_task(pool.wait_failed(), name="wait_failed")
        assert await assign(pool, opening(SHORT)) == WorkerLost(LossCause.DIED)
        await until(lambda: len(events.of(WorkerFailed)) == 1)
        assert not waiting.done(), "one worker is left"
        assert await assign(pool, opening(SHORT)) == WorkerLost(LossCause.DIED)
        with pytest.raises(WorkersFailed):
            await asyncio.wait_for(waiting, SOON_SECONDS)
        with pytest.raises(RuntimeError, match="no worker is idle"):
            assign(pool, opening(SHORT))


async def test_error_in_a_callback_ends_the_pool() -> None:
    def fail(_: Found) -> None:
        raise ZeroDivisionError

    async with running() as pool:
        outcome = assign(pool, opening(LONG, on_found=fail))
        with pytest.raises(ZeroDivisionError):
            await asyncio.wait_for(pool.wait_failed(), SOON_SECONDS)
        await outcome


# --- stopping and recycling ---------------------------------------------------------------------------------------
async def test_stop_lets_a_running_task_finish() -> None:
    async with running(2) as pool:
        outcome = assign(pool, opening(SHORT))
        await pool.stop(20)
        assert text_of(outcome.result()) == TEXTS[SHORT]


async def test_stop_waits_no_longer_than_told() -> None:
    async with running(2, rogue="hangs") as pool:
        pids, outcome = pids_of(pool), assign(pool, opening(SHORT))
        started = time.monotonic()
        await pool.stop(0.3)
        assert 0.3 <= time.monotonic() - started < 3
        assert outcome.result() == WorkerLost(LossCause.STOPPING)
        assert not any(map(is_alive, pids))


async def test_stop_ends_a_worker_that_ignores_it() -> None:
    async with running(rogue="deaf_to_stop") as pool:
        (pid,) = pids_of(pool)
        await asyncio.wait_for(pool.stop(0), SOON_SECONDS)
        assert not is_alive(pid)


async def test_worker_is_recycled_after_its_jobs_and_another_stands_in() -> None:
    events = Recorder()
    async with running(events=events, recycle_tasks=2) as pool:
        (first,) = pids_of(pool)
        for _ in range(3):
            assert pool.at_work >= 1, "the replacement must be ready before the old one goes"
            await until(lambda: pool.idle >= 1)
            assert text_of(await assign(pool, opening(SHORT))) == TEXTS[SHORT]
        await until(lambda: first not in pids_of(pool) and pool.idle == 1)
        assert not is_alive(first)
        assert [status.tasks_done for status in pool.statuses()] == [3]
        assert events.of(WorkerDied) == []


async def test_worker_is_recycled_when_it_has_grown() -> None:
    async with running(recycle_rss_mib=1) as pool:
        (first,) = pids_of(pool)
        await asyncio.sleep(0.5)
        assert pids_of(pool) == [first], "its size counts only once it has worked"
        await assign(pool, opening(SHORT))
        await until(lambda: first not in pids_of(pool) and pool.idle == 1)


# --- the supervisor's process -------------------------------------------------------------------------------------
@asynccontextmanager
async def supervisor(*arguments: str) -> AsyncIterator[Process]:
    """A supervisor with two workers in a process and process group of its own."""
    program = [sys.executable, "-m", "tests.support.workers.supervisor", *arguments]
    process = await asyncio.create_subprocess_exec(*program, cwd=ROOT, stdout=PIPE, stderr=PIPE, start_new_session=True)
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.communicate()


async def said(process: Process, what: str) -> Any:
    assert process.stdout is not None
    async with asyncio.timeout(SOON_SECONDS):
        answer = json.loads(await process.stdout.readline())
    return answer[what]


async def test_workers_do_not_outlive_a_killed_supervisor() -> None:
    """Neither the one in the middle of a recording nor one that is stopped, which only the kernel can end."""
    async with supervisor("60", str(SAMPLES / LONG)) as process:
        pids = await said(process, "pids")
        assert all(map(is_alive, pids))
        os.kill(pids[1], signal.SIGSTOP)
        process.kill()
        await until(lambda: not any(map(is_alive, pids)), timeout_seconds=1.0)


ORPHAN = """
import os, time
from voicepipe.worker.main import die_with
die_with(os.getppid())
os.write(1, b"%d" % os.getpid())
time.sleep(60)
"""
PARENT = "import subprocess, sys; subprocess.run([sys.executable, '-c', sys.argv[1]], process_group=0)"


async def test_kernel_ends_a_worker_that_neither_reads_nor_writes() -> None:
    """As one stuck in a native call is, when its supervisor is killed."""
    parent = await asyncio.create_subprocess_exec(sys.executable, "-c", PARENT, ORPHAN, stdout=PIPE)
    assert parent.stdout is not None
    async with asyncio.timeout(SOON_SECONDS):
        pid = int(await parent.stdout.read(20))
    assert is_alive(pid)
    parent.kill()
    await parent.wait()
    await until(lambda: not is_alive(pid), timeout_seconds=1.0)


async def test_interrupt_does_not_reach_workers_and_each_side_imports_only_its_own() -> None:
    async with supervisor("0.3", str(SAMPLES / SHORT)) as process:
        pids = await said(process, "pids")
        os.killpg(process.pid, signal.SIGINT)
        for pid in pids:
            os.kill(pid, signal.SIGINT)
        assert await said(process, "outcome") == "Recognised"
        assert await said(process, "pids") == pids
        assert await said(process, "heavy") == [], "the supervisor has imported what belongs to the workers"
        _, errors = await process.communicate()
        imported = {line.rsplit(b"|", 1)[1].strip().split(b".")[0] for line in errors.splitlines() if b"|" in line}
        assert {b"ctranslate2", b"av", b"faster_whisper"} <= imported
        assert not {b"pyrogram", b"duckdb", b"typer", b"uvloop", b"pydantic"} & imported


def environment_of(pid: int) -> bytes:
    return Path(f"/proc/{pid}/environ").read_bytes()


async def test_worker_gets_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VOICEPIPE_TELEGRAM__BOT_TOKEN", "planted-secret")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", "/run/planted-secret")
    async with running(rogue="fine") as pool:
        environment = environment_of(*pids_of(pool))
        assert b"planted-secret" not in environment
        assert b"OMP_NUM_THREADS=1" in environment
        assert b"HF_HUB_OFFLINE=1" in environment


async def test_no_library_leaves_a_file_for_its_makers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """onnxruntime would leave an id of this machine in the home directory, to send it away with."""
    for variable in ("HOME", "XDG_CACHE_HOME", "TMPDIR"):
        monkeypatch.setenv(variable, str(tmp_path))
    for variable in ("CI", "ORT_RUNNING_UNIT_TESTS", "ORT_DISABLE_TELEMETRY"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.chdir(tmp_path)
    async with running(sandbox=False) as pool:
        assert text_of(await assign(pool, opening(SHORT))) == TEXTS[SHORT]
    assert next(os.walk(tmp_path))[1:] == ([], [])
