"""A task in this process: from open files, over a real pair of pipes, to the answers."""

from __future__ import annotations

import json
import os
import resource
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.support.media import silent_opus
from tests.support.places import ROOT, SAMPLES
from tests.support.processes import open_files
from tests.support.samples import TEXTS
from tests.support.workers.engine import boot, utterances
from voicepipe.domain.transcripts import Failure, FailureReason
from voicepipe.wire.channel import WorkerEnd
from voicepipe.wire.codec import decode
from voicepipe.wire.messages import (
    Begun,
    Crashed,
    Finished,
    Found,
    FromWorker,
    FurtherWindow,
    Opening,
    Options,
    Recognise,
    Recognised,
    Rejected,
    Span,
    Window,
)
from voicepipe.worker.engines.engine import Engine
from voicepipe.worker.engines.whisper import EncodedWindow, WhisperEngine, load
from voicepipe.worker.engines.whisper.windows import SHORT_WINDOW_SECONDS
from voicepipe.worker.task import Task

LIMIT_SECONDS = 7200.0
MODEL_MIB_AND_MORE = 330
"""What a worker with the demo model may take for a recording of any length."""


class Desk:
    """A worker's desk: a engine, and the other end of the pair that its tasks come over."""

    def __init__(self, engine: Engine[Any], stack: ExitStack) -> None:
        self.engine = engine
        self._stack = stack
        task_reader, task_writer = os.pipe()
        result_reader, result_writer = os.pipe()
        self._files, files = socket.socketpair()
        self._results = Connection(result_reader, writable=False)
        self._end = WorkerEnd(task_reader, result_writer, files.detach())
        for each in (self._files, self._results, self._end, Connection(task_writer, readable=False)):
            stack.callback(each.close)

    def sound_file(self) -> int:
        return self._stack.enter_context(tempfile.TemporaryFile()).fileno()

    def media(self, data: bytes) -> int:
        file = self.sound_file()
        os.write(file, data)
        return file

    def do(
        self,
        openings: Sequence[tuple[Opening, int, int]] = (),
        further: Sequence[tuple[FurtherWindow, int]] = (),
        *,
        vad: bool = True,
    ) -> list[Any]:
        """All that the worker says between beginning and end."""
        for files in (*((media, sound) for _, media, sound in openings), *((sound,) for _, sound in further)):
            socket.send_fds(self._files, [b"."], files)
        task = Recognise(7, tuple(each for each, *_ in openings), tuple(each for each, _ in further))
        worker = threading.Thread(target=Task(self._end, self.engine, task, vad=vad).carry_out)
        worker.start()
        said: list[FromWorker] = [decode(self._results.recv_bytes(), FromWorker)]
        while said[-1] != Finished(7):
            said.append(decode(self._results.recv_bytes(), FromWorker))
        worker.join()
        assert said[0] == Begun(7)
        return said[1:-1]

    def open(self, *media: bytes, limit_seconds: float = LIMIT_SECONDS, **options: Any) -> list[Any]:
        opening = Opening(limit_seconds)
        return self.do([(opening, self.media(data), self.sound_file()) for data in media], **options)


@pytest.fixture(scope="module")
def engine() -> WhisperEngine:
    return load(boot())


@pytest.fixture
def desk(engine: WhisperEngine) -> Iterator[Desk]:
    with ExitStack() as stack:
        yield Desk(engine, stack)


def sample(name: str) -> bytes:
    return (SAMPLES / name).read_bytes()


def text(answer: FromWorker) -> str:
    assert isinstance(answer, Recognised), answer
    return "".join(segment.text for segment in answer.segments).strip()


# --- openings -----------------------------------------------------------------------------------------------------
def test_message_of_one_window_is_recognised_at_once(desk: Desk) -> None:
    (answer,) = desk.open(sample("mid_ru_05.ogg"))
    assert isinstance(answer, Recognised)
    assert (answer.task_id, answer.part, answer.language) == (7, 0, "ru")
    assert text(answer) == TEXTS["mid_ru_05.ogg"]
    assert answer.audio_seconds == pytest.approx(7.7, abs=0.1)
    assert 5 < answer.speech_seconds <= answer.audio_seconds
    assert answer.compute_seconds > 0


def test_files_are_closed_and_nothing_is_written(desk: Desk) -> None:
    before = open_files()
    sound = desk.sound_file()
    media = desk.media(sample("seen_en_03.ogg"))
    desk.do([(Opening(60.0), media, sound)])
    assert len(open_files()) == len(before) + 2
    assert os.fstat(sound).st_size == 0


def test_media_is_read_from_its_beginning(desk: Desk) -> None:
    """A worker that died over it may have left the position anywhere."""
    media = desk.media(sample("seen_en_03.ogg"))
    os.lseek(media, 1000, os.SEEK_SET)
    (answer,) = desk.do([(Opening(60.0), media, desk.sound_file())])
    assert text(answer) == TEXTS["seen_en_03.ogg"]


def test_further_windows_are_found_written_and_left_to_others(desk: Desk) -> None:
    sound, expected = desk.sound_file(), utterances("minutes_ru.ogg")
    *found, answer = desk.do([(Opening(600.0), desk.media(sample("minutes_ru.ogg")), sound)])
    assert all(isinstance(each, Found) and each.part == 0 and each.language == "ru" for each in found)
    windows = [window for each in found for window in each.windows]
    assert [window.spans for window in windows] == [each.spans for each in expected[1:]]
    written = np.frombuffer(os.pread(sound, 1 << 30, 0), np.int16)
    assert np.array_equal(written, np.concatenate([each.sound for each in expected[1:]]))
    assert [window.offset for window in windows] == list(np.cumsum([0, *(len(each.sound) for each in expected[1:-1])]))
    assert answer.speech_seconds == expected[0].seconds
    assert answer.audio_seconds == pytest.approx(130, abs=0.1)
    further = [(FurtherWindow(window, Options("ru")), sound) for window in windows]
    assert [each.part for each in desk.do(further=further)] == list(range(len(windows)))
    texts = [text(answer), *map(text, desk.do(further=further))]
    words, spoken = " ".join(texts).split(), TEXTS["minutes_ru.ogg"].split()
    assert len(set(words) & set(spoken)) > 0.9 * len(set(spoken))
    assert 0.9 * len(spoken) < len(words) < 1.1 * len(spoken)


def test_without_voice_activity_detection_all_of_it_is_recognised(desk: Desk) -> None:
    *found, answer = desk.open(sample("minutes_en.ogg"), vad=False)
    spans = [span for each in found for window in each.windows for span in window.spans]
    ends = [round(answer.speech_seconds * 16_000), *(span.end for span in spans)]
    assert [span.start for span in spans] == ends[:-1]
    assert ends[-1] == round(answer.audio_seconds * 16_000)
    lengths = np.diff([0, *ends]) / 16_000
    assert max(lengths) <= 30
    assert min(lengths[:-1]) >= 20


def test_a_long_recording_has_short_windows_where_the_context_is_short(desk: Desk) -> None:
    desk.engine = load(boot(has_short_context=True))
    messages = desk.open(sample("long_ru_1.ogg"))
    (answer,) = (each for each in messages if isinstance(each, Recognised))
    further = [window for each in messages if isinstance(each, Found) for window in each.windows]
    lengths = [answer.speech_seconds, *(sum(span.end - span.start for span in each.spans) / 16_000 for each in further)]
    assert len(lengths) > 3
    assert max(lengths) <= SHORT_WINDOW_SECONDS


# --- what is at fault ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("data", "failure"),
    [
        (sample("silence_8.ogg"), Failure(FailureReason.NO_SPEECH, 8.0)),
        (sample("noise_1.ogg"), Failure(FailureReason.NO_SPEECH, 6.0)),
        (b"no media", Failure(FailureReason.UNREADABLE)),
    ],
)
def test_fault_is_the_answer(data: bytes, failure: Failure, desk: Desk) -> None:
    assert desk.open(data) == [Rejected(7, 0, failure)]


def test_silence_reaches_no_engine_where_all_else_is_taken_for_speech(desk: Desk) -> None:
    assert desk.open(sample("silence_8.ogg"), vad=False) == [Rejected(7, 0, Failure(FailureReason.NO_SPEECH, 8.0))]


def test_too_long_is_found_when_windows_have_been(desk: Desk) -> None:
    *found, answer = desk.open(sample("minutes_en.ogg"), limit_seconds=125.0)
    assert isinstance(answer, Rejected)
    assert answer.failure.reason is FailureReason.TOO_LONG
    assert 125 < (answer.failure.audio_seconds or 0) < 126
    assert all(isinstance(each, Found) for each in found)


def test_no_room_for_the_sound_is_said(desk: Desk) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    media, sound = desk.media(sample("minutes_en.ogg")), desk.sound_file()
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, before[1]))
    try:
        *_, answer = desk.do([(Opening(600.0), media, sound)])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert answer == Rejected(7, 0, Failure(FailureReason.DISK_FULL))


def test_sound_that_ends_early_is_an_error_of_ours(desk: Desk) -> None:
    window = FurtherWindow(Window((Span(0, 16_000),), 0), Options("en"))
    (answer,) = desk.do(further=[(window, desk.sound_file())])
    assert isinstance(answer, Crashed)
    assert answer.error.startswith("EOFError in task.py:")


# --- together -----------------------------------------------------------------------------------------------------
def test_each_item_has_its_answer_whatever_becomes_of_the_others(desk: Desk) -> None:
    names = ["seen_en_03.ogg", "mid_ru_05.ogg"]
    unknown = Opening(60.0, Options("xx"))
    openings = [
        (Opening(60.0), desk.media(sample("seen_en_03.ogg")), desk.sound_file()),
        (Opening(60.0), desk.media(b"garbage"), desk.sound_file()),
        (unknown, desk.media(sample("seen_en_21.ogg")), desk.sound_file()),
        (Opening(60.0), desk.media(sample("mid_ru_05.ogg")), desk.sound_file()),
    ]
    answers = {answer.part: answer for answer in desk.do(openings) if not isinstance(answer, Found)}
    assert len(answers) == 4
    assert [text(answers[0]), text(answers[3])] == [TEXTS[name] for name in names]
    assert answers[1] == Rejected(7, 1, Failure(FailureReason.UNREADABLE))
    assert isinstance(answers[2], Crashed)
    assert "ValueError in model.py:" in answers[2].error


def test_failure_after_decoding_is_one_item_s(desk: Desk) -> None:
    engine = desk.engine

    class Failing:
        def segments(self, window: EncodedWindow) -> Any:
            if window.language == "en":
                raise MemoryError
            return engine.segments(window)

        def __getattr__(self, name: str) -> Any:
            return getattr(engine, name)

    desk.engine = Failing()
    crashed, recognised = desk.open(sample("seen_en_03.ogg"), sample("seen_ru_00.ogg"))
    assert isinstance(crashed, Crashed)
    assert text(recognised) == TEXTS["seen_ru_00.ogg"]


# --- long recordings ----------------------------------------------------------------------------------------------
LONG_ONE = """
import json, resource, sys
from pathlib import Path
from tests.integration.worker.test_task import *
with ExitStack() as stack:
    desk = Desk(load(boot()), stack)
    answers = desk.open(Path(sys.argv[1]).read_bytes())
windows = sum(len(each.windows) for each in answers if isinstance(each, Found))
peak = int(next(line for line in Path("/proc/self/status").read_text().splitlines() if "VmHWM" in line).split()[1])
print(json.dumps([type(answers[-1]).__name__, answers[-1].audio_seconds, windows, peak >> 10]))
"""


def test_long_recording_takes_no_more_memory_than_a_short_one(tmp_path: Path) -> None:
    """Half an hour of sound would be 115 MB as the networks want it, and four times that on the way."""
    path = tmp_path / "long.ogg"
    path.write_bytes(half_an_hour_with_speech())
    command = [sys.executable, "-c", LONG_ONE, str(path)]
    root = ROOT
    done = subprocess.run(command, cwd=root, env=os.environ | {"OMP_NUM_THREADS": "1"}, capture_output=True, check=True)
    kind, seconds, windows, peak_mib = json.loads(done.stdout)
    assert (kind, windows) == ("Recognised", 4)
    assert seconds == pytest.approx(1800 + 130, abs=1)
    assert peak_mib < MODEL_MIB_AND_MORE


def half_an_hour_with_speech() -> bytes:
    """Two minutes of it, and then silence: chained, as Ogg allows."""
    return sample("minutes_en.ogg") + silent_opus(1800)
