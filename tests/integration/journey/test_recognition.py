"""One recording's recognition, and several at a time, by processes that do as they are told (see `scripted_worker`)."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.support.places import DEMO_MODEL, SAMPLES, WORKER_PROGRAMS
from tests.support.processes import open_files
from tests.support.samples import EXACT, TEXTS
from tests.support.waiting import until
from voicepipe.config import RecognitionConfig, WorkersConfig
from voicepipe.domain.transcripts import Failure, FailureReason
from voicepipe.errors import ServiceStopping
from voicepipe.events import Event, Events, TaskDone
from voicepipe.journey.recognition import Advance, Crashed, Heard, LossCause, Media, Recognition, Watch
from voicepipe.scheduling.scheduler import Scheduler
from voicepipe.workers.lifecycle import WorkerState
from voicepipe.workers.local import local_seats
from voicepipe.workers.pool import WorkerPool
from voicepipe.workers.sounds import Sounds


@dataclass(slots=True)
class Witness:
    """Who waits for a recording, and takes so many deaths of each part."""

    patience: int = 2
    starts: int = 0
    advances: list[Advance] = field(default_factory=list)
    deaths: list[tuple[int, LossCause | str]] = field(default_factory=list)

    @property
    def watch(self) -> Watch:
        return Watch(self._on_start, self.advances.append, self._on_death)

    def _on_start(self) -> None:
        self.starts += 1

    async def _on_death(self, part: int, cause: LossCause | Crashed) -> Failure | None:
        self.deaths.append((part, cause.error if isinstance(cause, Crashed) else cause))
        await asyncio.sleep(0)
        has_enough = Counter(part for part, _ in self.deaths)[part] >= self.patience
        return Failure(FailureReason.POISON) if has_enough else None


@dataclass(slots=True)
class Stage:
    """A pool of scripted workers, and what it takes to use it."""

    directory: Path
    pool: WorkerPool
    scheduler: Scheduler
    recognition: Recognition
    events: list[Event]

    def mark(self, name: str) -> Path:
        """A file that is not there yet, for commands."""
        return self.directory / name

    def media(self, *texts: str, seconds: float | None = None) -> Media:
        path = self.directory / f"{len(list(self.directory.iterdir()))}.json"
        path.write_text(json.dumps(texts))
        return Media(path, 5.0 * len(texts) if seconds is None else seconds, 10_000.0)

    async def recognise(self, *texts: str, user: int = 1, witness: Witness | None = None) -> Heard | Failure:
        return await self.recognition.recognise(user, self.media(*texts), (witness or Witness()).watch)

    def start(self, *texts: str, user: int = 1, witness: Witness | None = None) -> asyncio.Task[Heard | Failure]:
        return asyncio.create_task(self.recognise(*texts, user=user, witness=witness), name=texts[0])

    @property
    def tasks(self) -> list[list[str]]:
        """The texts of each task that was taken up, in order."""
        log = self.directory / "log"
        return [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []

    @property
    def taken_up(self) -> list[str]:
        return [text for task in self.tasks for text in task]


@asynccontextmanager
async def staged(directory: Path, count: int = 1, express: int = 0, **settings: Any) -> AsyncIterator[Stage]:
    """Afterwards no file is left open."""
    events = Events()
    seen: list[Event] = []
    events.subscribe(seen.append)
    settings = {"backoff_base_seconds": 0.01, "max_failures": 100} | settings
    config = WorkersConfig(count=count, express=express, **settings)
    program = (sys.executable, str(WORKER_PROGRAMS / "scripted_worker.py"), str(directory / "log"))
    before = open_files()
    sounds = Sounds(directory)
    pool = WorkerPool(config, local_seats(config, RecognitionConfig(), directory, sounds, program=program), events)
    scheduler = Scheduler(pool)
    pool.call_when_idle(scheduler.assign_waiting)
    await pool.start()
    try:
        await until(lambda: pool.idle == count)
        yield Stage(directory, pool, scheduler, Recognition(scheduler, sounds), seen)
    finally:
        await pool.stop(0)
        await until(lambda: open_files() <= before)


def text_of(outcome: Heard | Failure) -> str:
    assert isinstance(outcome, Heard), outcome
    return outcome.transcript.text


# --- one recording ------------------------------------------------------------------------------------------------
async def test_short_message_is_one_part(tmp_path: Path) -> None:
    witness = Witness()
    async with staged(tmp_path) as stage:
        heard = await stage.recognise("hello", witness=witness)
        assert isinstance(heard, Heard)
        assert (heard.transcript.text, heard.compute_seconds, heard.windows) == ("hello", 0.25, 1)
        transcript = heard.transcript
        assert (transcript.language, transcript.language_probability, transcript.audio_seconds) == ("en", 0.5, 100.0)
        assert [segment.text for segment in transcript.segments] == ["hello"]
        assert (witness.starts, witness.advances, witness.deaths) == (1, [], [])
        await until(lambda: stage.pool.idle == 1)
        (done,) = [event for event in stage.events if isinstance(event, TaskDone)]
        assert (done.worker, done.parts, done.audio_seconds, done.opened_seconds) == (1, 1, 1.0, 100.0)
        assert done.wall_seconds > 0


async def test_text_is_in_order_whoever_is_first(tmp_path: Path) -> None:
    async with staged(tmp_path, 3) as stage:
        slow, last = stage.mark("slow"), stage.mark("last")
        witness = Witness()
        texts = ["one", f"wait:{slow}", "three", "", f"wait:{last}", "six"]
        recognising = stage.start(*texts, witness=witness)
        await until(lambda: {"six", "three"} <= set(stage.taken_up))
        await until(lambda: bool(witness.advances) and witness.advances[-1].done_seconds == 61.0)
        advance = witness.advances[-1]
        assert (advance.is_opened, advance.done_seconds, advance.found_seconds) == (True, 61.0, 101.0)
        assert advance.text == "one"
        slow.touch()
        await until(lambda: witness.advances[-1].text == f"one wait:{slow} three")
        last.touch()
        assert text_of(await recognising) == f"one wait:{slow} three wait:{last} six"
        assert [advance.done_seconds for advance in witness.advances] == sorted(
            advance.done_seconds for advance in witness.advances
        )


async def test_nothing_said_at_all_is_no_speech(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        assert await stage.recognise("", "", "") == Failure(FailureReason.NO_SPEECH, 100.0)


async def test_one_window_lost_is_one_window_repeated(tmp_path: Path) -> None:
    async with staged(tmp_path, 2, batch_size=1) as stage:
        witness = Witness()
        texts = [f"{number}" for number in range(12)]
        texts[5] += f" die-once:{stage.mark('died')}"
        assert text_of(await stage.recognise(*texts, witness=witness)) == " ".join(texts)
        counts = Counter(stage.taken_up)
        assert [text for text in texts if counts[text] > 1] == [texts[5]]
        assert counts.total() == 13
        assert witness.deaths == [(5, LossCause.DIED)]


async def test_opening_that_is_lost_is_repeated_and_windows_that_were_done_are_not(tmp_path: Path) -> None:
    async with staged(tmp_path, 2) as stage:
        go, witness = stage.mark("go"), Witness()
        texts = [f"wait:{go} die-once:{stage.mark('died')}", "b", "c", "d"]
        recognising = stage.start(*texts, witness=witness)
        await until(lambda: bool(witness.advances) and witness.advances[-1].done_seconds == 60.0)
        assert witness.advances[-1] == Advance(False, 60.0, 60.0, None)
        go.touch()
        assert text_of(await recognising) == " ".join(texts)
        assert Counter(stage.taken_up) == Counter(texts) + Counter([texts[0]])
        assert (witness.starts, witness.deaths) == (2, [(0, LossCause.DIED)])


async def test_poison_among_the_windows_ends_the_recording(tmp_path: Path) -> None:
    async with staged(tmp_path, 2) as stage:
        witness = Witness()
        texts = ["a", "b", "die", *(f"{number}" for number in range(30))]
        assert await stage.recognise(*texts, witness=witness) == Failure(FailureReason.POISON)
        assert witness.deaths == [(2, LossCause.DIED)] * 2
        await until(lambda: stage.pool.idle == 2)
        assert stage.scheduler.waiting == 0
        assert text_of(await stage.recognise("fine")) == "fine"


async def test_error_in_a_window_counts_as_a_death_and_costs_no_worker(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        witness = Witness(patience=3)
        assert await stage.recognise("a", "crash", witness=witness) == Failure(FailureReason.POISON)
        assert witness.deaths == [(1, "as asked")] * 3


async def test_rejected_opening_withdraws_its_windows(tmp_path: Path) -> None:
    async with staged(tmp_path, 1) as stage:
        assert await stage.recognise("reject", "b", "c", "d", "e") == Failure(FailureReason.TOO_LONG, 99.0)
        assert text_of(await stage.recognise("next")) == "next"
        in_between = stage.taken_up[1:-1]
        assert len(in_between) <= 2, "what the worker got in the moment of its rejection"
        assert (stage.taken_up[0], stage.taken_up[-1]) == ("reject", "next")
        assert stage.scheduler.waiting == 0


async def test_cancelled_recording_takes_nobodys_time(tmp_path: Path) -> None:
    async with staged(tmp_path, 1) as stage:
        go = stage.mark("go")
        recognising = stage.start(f"wait:{go}", "b", "c")
        await until(lambda: bool(stage.taken_up))
        recognising.cancel()
        await asyncio.wait([recognising])
        go.touch()
        assert text_of(await stage.recognise("next")) == "next"
        assert stage.taken_up == [f"wait:{go}", "next"]


async def test_file_that_is_gone_is_an_error_not_a_wait(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        witness = Witness()
        media = Media(tmp_path / "absent", 5.0, 300.0)
        assert await stage.recognition.recognise(1, media, witness.watch) == Failure(FailureReason.POISON)
        assert witness.deaths == [(0, "ENOENT before a worker had it")] * 2


async def test_no_room_for_sound_is_said(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        nowhere = Recognition(stage.scheduler, Sounds(tmp_path / "absent"))
        assert await nowhere.recognise(1, stage.media("a"), Witness().watch) == Failure(FailureReason.INTERNAL)


async def test_stopping_ends_what_waits_and_lets_what_runs_finish(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        go = stage.mark("go")
        runs, long, waits = stage.start(f"wait:{go}"), stage.start("a", "b"), stage.start("c", user=2)
        await until(lambda: bool(stage.taken_up))
        stage.scheduler.stop()
        go.touch()
        assert text_of(await runs) == f"wait:{go}"
        for each in (long, waits):
            with pytest.raises(ServiceStopping):
                await each
        with pytest.raises(ServiceStopping):
            await stage.recognise("later")


async def test_death_of_the_pool_s_stop_is_nobodys_fault(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        witness = Witness()
        recognising = stage.start(f"wait:{stage.mark('never')}", witness=witness)
        await until(lambda: bool(stage.taken_up))
        stage.scheduler.stop()
        await stage.pool.stop(0)
        with pytest.raises(ServiceStopping):
            await recognising
        assert witness.deaths == []


# --- together -----------------------------------------------------------------------------------------------------
async def test_a_backlog_is_done_together_and_a_lone_message_alone(tmp_path: Path) -> None:
    async with staged(tmp_path, 1, batch_size=4) as stage:
        go = stage.mark("go")
        first = stage.start(f"wait:{go}")
        await until(lambda: bool(stage.taken_up))
        others = [stage.start(f"{user}", user=user) for user in range(2, 12)]
        await until(lambda: stage.scheduler.waiting == 10)
        go.touch()
        assert [text_of(each) for each in await asyncio.gather(*others)] == [f"{user}" for user in range(2, 12)]
        await first
        assert [len(task) for task in stage.tasks] == [1, 4, 4, 2]


async def test_a_note_does_not_wait_for_a_long_window_s_company(tmp_path: Path) -> None:
    async with staged(tmp_path, 1, batch_size=8) as stage:
        go = stage.mark("go")
        first = stage.start(f"wait:{go}")
        await until(lambda: bool(stage.taken_up))
        note = stage.start("note", user=2)
        await until(lambda: stage.scheduler.waiting == 1)  # making a sound file takes each its time
        long = stage.recognition.recognise(3, stage.media("long", seconds=25.0), Witness().watch)
        others = asyncio.gather(note, asyncio.create_task(long), stage.start("another note", user=4))
        await until(lambda: stage.scheduler.waiting == 3)
        go.touch()
        await asyncio.gather(first, others)
        assert stage.tasks[1:] == [["note", "another note"], ["long"]]


async def test_no_worker_is_idle_while_another_has_several(tmp_path: Path) -> None:
    async with staged(tmp_path, 3) as stage:
        marks = [stage.mark(f"go{number}") for number in range(3)]
        first = [stage.start(f"wait:{mark}", user=number) for number, mark in enumerate(marks)]
        await until(lambda: len(stage.taken_up) == 3)
        others = [stage.start(f"{user}", user=user) for user in range(10, 14)]
        await until(lambda: stage.scheduler.waiting == 4)
        for mark in marks:
            mark.touch()
        await asyncio.gather(*first, *others)
        assert max(len(task) for task in stage.tasks) == 2


async def test_poison_in_company_hurts_only_itself(tmp_path: Path) -> None:
    async with staged(tmp_path, 1, batch_size=8) as stage:
        go = stage.mark("go")
        first = stage.start(f"wait:{go}")
        await until(lambda: bool(stage.taken_up))
        witnesses = {text: Witness() for text in ("a", "b", "die", "c", "d")}
        work = []
        for number, (text, witness) in enumerate(witnesses.items(), start=1):
            work.append(stage.start(text, user=ord(text[0]), witness=witness))
            await until(lambda wanted=number: stage.scheduler.waiting == wanted)  # type: ignore[misc]  # a default in a lambda
        await until(lambda: stage.scheduler.waiting == 5)
        go.touch()
        outcomes = dict(zip(witnesses, await asyncio.gather(*work), strict=True))
        await first
        assert outcomes.pop("die") == Failure(FailureReason.POISON)
        assert {text: text_of(outcome) for text, outcome in outcomes.items()} == {each: each for each in "abcd"}
        assert stage.tasks[1] == ["a", "b", "die", "c", "d"]
        again = [task for task in stage.tasks[2:] if task[0] in "cd" or task == ["die"]]
        assert all(len(task) == 1 for task in stage.tasks[2:])
        assert sorted(again) == [["c"], ["d"], ["die"], ["die"]]
        assert witnesses["die"].deaths == [(0, LossCause.DIED)] * 2, "only what it did alone counts"
        assert [witnesses[text].deaths for text in "abcd"] == [[]] * 4


# --- whose turn it is ---------------------------------------------------------------------------------------------
async def test_another_s_note_goes_before_the_rest_of_a_lecture(tmp_path: Path) -> None:
    async with staged(tmp_path, 1) as stage:
        go = stage.mark("go")
        lecture = stage.start("0", "1", f"2 wait:{go}", *(f"{number}" for number in range(3, 40)))
        await until(lambda: f"2 wait:{go}" in stage.taken_up)
        note, own_note = stage.start("note", user=2), stage.start("own note")
        await until(lambda: stage.scheduler.waiting == 4)
        go.touch()
        await asyncio.gather(note, own_note, lecture)
        order = stage.taken_up
        assert order.index("note") == 3
        assert order.index("own note") <= 3 + 1 + stage.scheduler.room(), "it waits for what was in the queue only"
        assert text_of(lecture.result()).endswith("38 39")


async def test_windows_of_a_recording_that_wait_are_few(tmp_path: Path) -> None:
    async with staged(tmp_path, 2) as stage:
        marks = [stage.mark("go0"), stage.mark("go1")]
        texts = ["0", *(f"wait:{mark}" for mark in marks), *(f"{number}" for number in range(3, 50))]
        lecture = stage.start(*texts)
        await until(lambda: len(stage.taken_up) >= 3)
        await asyncio.sleep(0.1)
        assert stage.scheduler.waiting <= 4
        for mark in marks:
            mark.touch()
        assert text_of(await lecture) == " ".join(texts)


# --- with real workers --------------------------------------------------------------------------------------------
MODEL = DEMO_MODEL


@asynccontextmanager
async def real(directory: Path, count: int, **settings: Any) -> AsyncIterator[tuple[WorkerPool, Recognition]]:
    workers, sounds = WorkersConfig(count=count, express=0, **settings), Sounds(directory)
    pool = WorkerPool(workers, local_seats(workers, RecognitionConfig(), MODEL, sounds), Events())
    scheduler = Scheduler(pool)
    pool.call_when_idle(scheduler.assign_waiting)
    recognition = Recognition(scheduler, sounds)
    await pool.start()
    try:
        await until(lambda: pool.idle == count)
        yield pool, recognition
    finally:
        await pool.stop(0)


@pytest.mark.parametrize("when_opened", [False, True])
async def test_long_recording_survives_a_killed_worker_word_for_word(tmp_path: Path, when_opened: bool) -> None:
    async with real(tmp_path, 2) as (pool, recognition):
        witness = Witness()
        media = Media(SAMPLES / "long_ru_1.ogg", 75.0, 300.0)
        recognising = asyncio.create_task(recognition.recognise(1, media, witness.watch))
        await until(lambda: any(advance.is_opened or not when_opened for advance in witness.advances))
        victims = [status.pid for status in pool.statuses() if status.state is WorkerState.BUSY]
        assert victims[0] is not None
        os.kill(victims[0], signal.SIGKILL)
        outcome = await recognising
        assert text_of(outcome) == TEXTS["long_ru_1.ogg"]
        assert isinstance(outcome, Heard)
        starts = [segment.start for segment in outcome.transcript.segments]
        assert starts == sorted(starts)
        assert outcome.windows == 3
        assert outcome.transcript.audio_seconds == pytest.approx(75.0, abs=0.5)
    assert os.listdir(tmp_path) == [], "the sound has no name"  # noqa: PTH208  only names


async def test_messages_of_all_kinds_done_together_are_each_their_own_text(tmp_path: Path) -> None:
    names = EXACT
    async with real(tmp_path, 1) as (_, recognition):
        outcomes = await asyncio.gather(
            *(
                recognition.recognise(user, Media(SAMPLES / name, 4.0, 300.0), Witness().watch)
                for user, name in enumerate(names)
            )
        )
    assert dict(zip(names, map(text_of, outcomes), strict=True)) == {name: TEXTS[name] for name in names}


async def test_lectures_that_are_opened_leave_the_express_worker_for_a_note(tmp_path: Path) -> None:
    async with staged(tmp_path, count=2, express=1) as stage:
        go = stage.mark("go")
        media = [stage.media(f"wait:{go}", seconds=3600.0) for _ in range(2)]
        lectures = [asyncio.create_task(stage.recognition.recognise(1, each, Witness().watch)) for each in media]
        await until(lambda: len(stage.tasks) == 2)
        async with asyncio.timeout(20):
            assert text_of(await stage.recognise("note", user=2)) == "note"
        assert stage.taken_up == [f"wait:{go}"] * 2 + ["note"]
        go.touch()
        assert [text_of(each) for each in await asyncio.gather(*lectures)] == [f"wait:{go}"] * 2
