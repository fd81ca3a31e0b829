"""Where a recogniser's CPU time goes, by step, and what it does more than once.

It is measured from outside: the calls to CTranslate2, and to what else takes long, are timed in stock faster-whisper's
process and in a worker of ours alike. A worker can't open files while it works, so it counts in memory that it shares
with whoever measures. As an engine, this module is `whisper` with its calls timed.
"""

from __future__ import annotations

import mmap
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from voicepipe.wire.messages import Boot

DIRECTORY_VARIABLE = "ACCURACY_STEPS"
"""Names the directory in which the workers' counters are, for each a file named by its process."""


class Step(StrEnum):
    """What CPU time is spent on. What a step calls that is itself a step is not its own time."""

    MEDIA = "decode media"
    VOICE = "find speech"
    MEL = "spectrogram"
    ENCODE = "encode"
    LANGUAGE = "detect language"
    TEXT = "decode text"
    """A window's, for the first time."""
    AGAIN = "again"
    """Encoding or decoding once more: second tries, and what a first one has left out."""


STEPS = tuple(Step)
COUNTERS = len(STEPS) + 1
"""CPU-seconds by step, and how many texts were decoded once more."""


class Meter:
    """Counts; all counters only grow."""

    def __init__(self, counters: Any | None = None) -> None:
        self._counters = np.zeros(COUNTERS) if counters is None else counters
        self._running: list[int] = []
        self._since = 0.0

    @property
    def counters(self) -> list[float]:
        return [float(each) for each in self._counters]

    def count_again(self, texts: int) -> None:
        self._counters[-1] += texts

    @contextmanager
    def step(self, step: Step) -> Iterator[None]:
        """What is done inside is this step."""
        self._charge()
        self._running.append(STEPS.index(step))
        try:
            yield
        finally:
            self._charge()
            self._running.pop()

    def _charge(self) -> None:
        now = time.process_time()
        if self._running:
            self._counters[self._running[-1]] += now - self._since
        self._since = now

    def timed(self, step: Step, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            with self.step(step):
                return function(*arguments, **options)

        return call

    def timed_each(self, step: Step, function: Callable[..., Iterator[Any]]) -> Callable[..., Iterator[Any]]:
        """For a function that gives one thing after the other."""

        def call(*arguments: Any, **options: Any) -> Iterator[Any]:
            results, nothing = function(*arguments, **options), object()
            while True:
                with self.step(step):
                    result = next(results, nothing)
                if result is nothing:
                    return
                yield result

        return call


def _time_model(
    meter: Meter, is_text_again: Callable[[int, Mapping[str, Any]], bool], is_encoded_again: Callable[[], bool]
) -> None:
    """`is_text_again` is asked with how many texts are decoded together, and with CTranslate2's options."""
    from ctranslate2.models import Whisper
    from faster_whisper.feature_extractor import FeatureExtractor

    generate, encode = Whisper.generate, Whisper.encode

    def timed_generate(model: Any, features: Any, prompts: Sequence[Any], **options: Any) -> Any:
        is_again = is_text_again(len(prompts), options)
        meter.count_again(len(prompts) if is_again else 0)
        with meter.step(Step.AGAIN if is_again else Step.TEXT):
            return generate(model, features, prompts, **options)

    def timed_encode(*arguments: Any, **options: Any) -> Any:
        with meter.step(Step.AGAIN if is_encoded_again() else Step.ENCODE):
            return encode(*arguments, **options)

    Whisper.generate, Whisper.encode = timed_generate, timed_encode
    Whisper.detect_language = meter.timed(Step.LANGUAGE, Whisper.detect_language)
    FeatureExtractor.__call__ = meter.timed(Step.MEL, FeatureExtractor.__call__)


# --- stock --------------------------------------------------------------------------------------------------------
def time_stock() -> Meter:
    """Stock faster-whisper of this process, whose second tries are those with a temperature."""
    from faster_whisper import transcribe

    meter = Meter()
    _time_model(meter, lambda _, options: options.get("sampling_temperature", 0) > 0, lambda: False)
    library: Any = transcribe
    library.decode_audio = meter.timed(Step.MEDIA, library.decode_audio)
    library.get_speech_timestamps = meter.timed(Step.VOICE, library.get_speech_timestamps)
    return meter


# --- ours ---------------------------------------------------------------------------------------------------------
def counters_of(directory: Path, pid: int) -> list[float]:
    """What a worker that runs this engine has counted until now."""
    return [float(each) for each in np.fromfile(directory / str(pid))]


def load(boot: Boot) -> Any:
    """The engine `whisper`, timed; with it all that its worker does."""
    from voicepipe.worker import task
    from voicepipe.worker.engines import whisper

    path = Path(os.environ[DIRECTORY_VARIABLE]) / str(os.getpid())
    path.write_bytes(bytes(COUNTERS * 8))
    with path.open("r+b") as file:
        meter = Meter(np.frombuffer(mmap.mmap(file.fileno(), 0)))
    engine = _Timed(whisper.load(boot))
    _time_model(meter, lambda texts, _: engine.is_text_again(texts), lambda: engine.is_encoded_again)
    media: Any = task
    media.decode = meter.timed_each(Step.MEDIA, media.decode)
    media.SileroVoice.__call__ = meter.timed(Step.VOICE, media.SileroVoice.__call__)
    return engine


class _Timed:
    """An engine that knows which of its windows wait for their first text."""

    def __init__(self, engine: Any) -> None:
        self._engine = engine
        self._waiting = 0
        self._is_encoding = False
        self._is_task_new = True

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)

    @property
    def is_encoded_again(self) -> bool:
        return not self._is_encoding

    def is_text_again(self, texts: int) -> bool:
        is_again = self._waiting <= 0
        self._waiting -= texts
        return is_again

    def encode(self, *arguments: Any, **options: Any) -> Any:
        if self._is_task_new:
            self._waiting, self._is_task_new = 0, False
        self._waiting, self._is_encoding = max(0, self._waiting) + 1, True
        try:
            return self._engine.encode(*arguments, **options)
        finally:
            self._is_encoding = False

    def segments(self, window: Any) -> Any:
        self._is_task_new = True
        return self._engine.segments(window)
