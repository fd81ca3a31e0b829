"""What a model costs on this machine, measured with one of its shape whose weights are made up.

Layers are alike, so what a model of many costs follows from two of few: whoever asks has two measured and goes on in a
straight line. The steps are those of the engine.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cache
from pathlib import Path

import ctranslate2
import numpy as np

from voicepipe.domain.shapes import Costs, Manner, Size
from voicepipe.worker.engines.whisper.made_up import END, FIRST_LANGUAGE, nameless_vocabulary, save
from voicepipe.worker.engines.whisper.model import FULL_FRAMES
from voicepipe.worker.engines.whisper.storage import compute_type
from voicepipe.worker.engines.whisper.weights import make_weights
from voicepipe.worker.engines.whisper.windows import (
    SHORT_WINDOW_SECONDS,
    WINDOW_SECONDS,
    frame,
    short_context_frames,
)

TOKENS_PER_SECOND = 4
"""As speech has: about two words a second of two tokens each."""
MINUTE_SECONDS, NOTE_SECONDS = 60.0, 10.0
"""A minute of a long recording, which goes in full windows; and a voice note, which is a window of its own."""
TIMES = 2
"""Each step is timed so often; the least counts, as all else is what other programs do."""


def make_model(size: Size, directory: Path, quantization: str) -> None:
    """Write a model of this size into a directory. Raises OSError."""
    # A decoder that is told to write the same for ever: how long a text is, is said where it is timed.
    save(make_weights(size, (FIRST_LANGUAGE,)), nameless_vocabulary(size), directory, quantization)


def measure(directory: Path, manner: Manner) -> Costs:
    """Of the model in a directory. Raises whatever is wrong when it can't be loaded."""
    return _Measured(directory, manner).costs()


class _Measured:
    """A loaded model."""

    def __init__(self, directory: Path, manner: Manner) -> None:
        self._manner = manner
        self._model = ctranslate2.models.Whisper(
            str(directory),
            device=manner.device,
            compute_type=compute_type(manner.device, manner.compute_type),
            intra_threads=manner.threads,
            inter_threads=1,
        )
        self._encoding = cache(self._encode)

    def costs(self) -> Costs:
        window_seconds = SHORT_WINDOW_SECONDS if self._manner.has_short_context else WINDOW_SECONDS
        windows = MINUTE_SECONDS / window_seconds
        encoding, writing = self._costs(window_seconds)
        return Costs(encoding * windows, writing * windows, *self._costs(NOTE_SECONDS))

    def _costs(self, speech_seconds: float) -> tuple[float, float]:
        """Seconds for encoding so much speech, and for writing down what is said."""
        is_short = self._manner.has_short_context
        frames = short_context_frames(frame(speech_seconds)) if is_short else FULL_FRAMES
        encoded, seconds = self._encoding(frames)
        text = [number + 1 for number in range(round(speech_seconds * TOKENS_PER_SECOND))]
        return seconds, self._least(lambda: self._write(encoded, text, frames))

    def _encode(self, frames: int) -> tuple[ctranslate2.StorageView, float]:
        noise = np.random.default_rng(0).standard_normal((1, self._model.n_mels, frames), dtype=np.float32)
        features = ctranslate2.StorageView.from_array(noise)
        encoded = self._model.encode(features, to_cpu=True)  # also a rehearsal
        return encoded, self._least(lambda: self._model.encode(features, to_cpu=True))

    def _write(self, encoded: ctranslate2.StorageView, text: list[int], frames: int) -> None:
        """What comes after the encoder: the language, so many tokens, and how sure the model is of each."""
        prompt = [END + 1, FIRST_LANGUAGE, FIRST_LANGUAGE + self._model.num_languages + 1]
        self._model.detect_language(encoded)
        self._model.generate(
            encoded,
            [prompt],
            beam_size=self._manner.beam_size,
            max_length=2 * len(text),  # half of it is left to the text, see `decoding`
            suppress_tokens=[END],  # so it becomes as long as it may
            return_no_speech_prob=True,
        )
        if self._manner.beam_size > 1:  # else the decoder itself tells how sure it is
            self._model.align(encoded, prompt, [text], frames)

    def _least(self, step: Callable[[], object]) -> float:
        return min(self._timed(step) for _ in range(TIMES))

    def _timed(self, step: Callable[[], object]) -> float:
        """Seconds that a worker takes which shares its processors with nobody."""
        is_on_gpu = self._manner.device == "cuda"
        clock = time.perf_counter if is_on_gpu else time.process_time
        started = clock()
        step()
        return (clock() - started) / (1 if is_on_gpu else self._manner.threads)
