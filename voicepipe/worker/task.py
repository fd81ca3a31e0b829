"""One task of a worker: from the open files that it is about to its answers. Only the worker process imports this.

Each part is for itself: what goes wrong with one is that one's answer, and costs the others nothing.
"""

from __future__ import annotations

import contextlib
import gc
import os
import time
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import BinaryIO, Generic, TypeVar

import numpy as np

from voicepipe.domain.transcripts import FailureReason
from voicepipe.machine import is_disk_full
from voicepipe.wire.channel import WorkerEnd
from voicepipe.wire.messages import (
    Begun,
    Crashed,
    Finished,
    Found,
    FurtherWindow,
    Opened,
    Opening,
    Recognise,
    Recognised,
    Rejected,
    Window,
)
from voicepipe.wire.sound import SAMPLE_BYTES
from voicepipe.worker.crash import describe
from voicepipe.worker.downmix import Samples
from voicepipe.worker.engines.engine import Encoded, Engine
from voicepipe.worker.media import RecordingRejected, decode, tracks_of
from voicepipe.worker.speech import SileroVoice, Speech, Utterance

W = TypeVar("W", bound=Encoded)

MOST_TRACKS = 4
"""Of a recording, that are searched for speech, for each is decoded as a whole."""
TRACKS_FAULTS = (FailureReason.NO_SPEECH, FailureReason.NO_AUDIO, FailureReason.UNREADABLE)
"""What may be otherwise with the next track."""
FOUND_AT_ONCE = 4
"""Windows told of in one message: with more, idle workers would wait for them."""


class Task(Generic[W]):
    """What a `Recognise` asks for."""

    def __init__(self, end: WorkerEnd, engine: Engine[W], task: Recognise, *, vad: bool) -> None:
        self._end = end
        self._engine = engine
        self._task = task
        self._vad = vad
        self._encoded: dict[int, W] = {}
        """By part, as everything below."""
        self._opened: list[int] = []
        """Those of which nothing is to be recognised."""
        self._audio_seconds: dict[int, float] = {}
        self._spent = [0.0] * (len(task.openings) + len(task.further))

    def carry_out(self) -> None:
        """Do and answer all of it. Raises EOFError or OSError when the supervisor is gone."""
        self._end.send(Begun(self._task.task_id))
        for part, opening in enumerate(self._task.openings):
            with self._files(2) as (media, sound), self._answering(part):
                self._open(part, opening, media, sound)
            gc.collect()  # decoder and resampler hold reference cycles, and with them their buffers
        for part, further in enumerate(self._task.further, len(self._task.openings)):
            with self._files(1) as (sound,), self._answering(part):
                self._read(part, further, sound)
        self._decode()
        for part, window in self._encoded.items():
            with self._answering(part):
                self._finish(part, window)
        for part in self._opened:
            self._end.send(Opened(self._task.task_id, part, self._audio_seconds[part], self._spent[part]))
        self._end.send(Finished(self._task.task_id))

    @contextlib.contextmanager
    def _files(self, count: int) -> Iterator[list[int]]:
        files = self._end.receive_files(count)
        try:
            yield files
        finally:
            for file in files:
                os.close(file)

    @contextlib.contextmanager
    def _answering(self, part: int) -> Iterator[None]:
        """What is done inside is on the part's account; what goes wrong there is its answer."""
        started = time.process_time()
        try:
            yield
        except RecordingRejected as rejected:
            self._end.send(Rejected(self._task.task_id, part, rejected.failure))
        except Exception as error:
            self._end.send(Crashed(self._task.task_id, part, describe(error)))
        finally:
            self._spent[part] += time.process_time() - started

    # --- openings -----------------------------------------------------------------------------------------------
    def _open(self, part: int, opening: Opening, media: int, sound: int) -> None:
        """Encodes the first window of the recording, if that is wanted, and finds all others."""
        os.lseek(media, 0, os.SEEK_SET)  # whoever began with it before us may have read some
        with open(media, "rb", closefd=False) as file:
            speech, first, windows = self._speech(file, opening)
            if opening.recognises:
                encoded = self._engine.encode(first, opening.options)
                self._report(part, encoded.language, _written(windows, sound))
                self._encoded[part] = encoded
            else:
                self._report(part, None, _written(chain([first], windows), sound))
                self._opened.append(part)
        self._audio_seconds[part] = speech.audio_seconds

    def _speech(self, file: BinaryIO, opening: Opening) -> tuple[Speech, Utterance, Iterator[Utterance]]:
        """The speech of the first track that has any: its first window, and the others yet to be found.

        Raises RecordingRejected.
        """
        verdict = None
        for track in _tracks(file, opening.track):
            voice = SileroVoice() if self._vad else None
            sound = decode(file, opening.limit_seconds, track, ends_at_limit=opening.ends_at_limit)
            speech = Speech(sound, voice, self._engine.capabilities.window_seconds)
            windows = iter(speech)
            try:
                if (first := next(windows, None)) is not None:
                    return speech, first, windows
                rejected = RecordingRejected(FailureReason.NO_SPEECH, speech.audio_seconds)
            except RecordingRejected as error:
                rejected = error
            if rejected.failure.reason not in TRACKS_FAULTS:
                raise rejected
            if verdict is None or verdict.failure.reason is not FailureReason.NO_SPEECH:
                verdict = rejected
        assert verdict is not None
        raise verdict

    def _report(self, part: int, language: str | None, windows: Iterator[Window]) -> None:
        """Tells of the windows as they are found; raises RecordingRejected when finding them does."""
        while some := tuple(islice(windows, FOUND_AT_ONCE)):
            self._end.send(Found(self._task.task_id, part, some, language))

    # --- further windows----------------------------------------------------------------------------------------
    def _read(self, part: int, further: FurtherWindow, sound: int) -> None:
        window = further.window
        count = sum(span.end - span.start for span in window.spans)
        data = os.pread(sound, count * SAMPLE_BYTES, window.offset * SAMPLE_BYTES)
        if len(data) != count * SAMPLE_BYTES:
            raise EOFError("the sound file ends before the window does")
        utterance = Utterance(window.spans, np.frombuffer(data, np.int16))
        self._encoded[part] = self._engine.encode(utterance, further.options)
        self._audio_seconds[part] = 0.0

    # --- all of them --------------------------------------------------------------------------------------------
    def _decode(self) -> None:
        started = time.process_time()
        self._engine.decode_together(list(self._encoded.values()))
        for part in self._encoded:
            self._spent[part] += (time.process_time() - started) / len(self._encoded)

    def _finish(self, part: int, window: W) -> None:
        started = time.process_time()
        segments = self._engine.segments(window)
        self._end.send(
            Recognised(
                self._task.task_id,
                part,
                segments,
                window.language,
                window.language_probability,
                window.utterance.seconds,
                self._audio_seconds[part],
                self._spent[part] + time.process_time() - started,
            )
        )


def _tracks(file: BinaryIO, wanted: int | None) -> Iterator[int | None]:
    """The tracks to look for speech in; None is the one that a player would choose."""
    yield wanted
    if wanted is None:
        yield from tracks_of(file)[1:MOST_TRACKS]


def _written(utterances: Iterable[Utterance], sound: int) -> Iterator[Window]:
    """Each, once it stands in the sound file. Raises RecordingRejected when that has no room."""
    offset = 0
    for utterance in utterances:
        _write(utterance.sound, sound, offset)
        yield Window(utterance.spans, offset)
        offset += len(utterance.sound)


def _write(samples: Samples, sound: int, offset: int) -> None:
    data = memoryview(samples.tobytes())
    position = offset * SAMPLE_BYTES
    try:
        while data:
            written = os.pwrite(sound, data, position)
            data, position = data[written:], position + written
    except OSError as error:
        if is_disk_full(error):
            raise RecordingRejected(FailureReason.DISK_FULL) from error
        raise
