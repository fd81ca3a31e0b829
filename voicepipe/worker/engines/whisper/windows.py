"""How much Whisper hears at once, and a window on its way through the engine."""

from __future__ import annotations

from dataclasses import dataclass

import ctranslate2
import numpy as np
from numpy.typing import NDArray

from voicepipe.worker.engines.whisper.decoding import Attempt
from voicepipe.worker.engines.whisper.languages import Heard
from voicepipe.worker.engines.whisper.model import FRAMES_PER_SECOND, FULL_FRAMES, Manner
from voicepipe.worker.speech import Utterance

WINDOW_SECONDS = FULL_FRAMES / FRAMES_PER_SECOND
LEAST_FRAMES, STEP_FRAMES = 1000, 250
"""A short context has one of a few sizes, as only windows encoded to the same size can be decoded together."""
MARGIN_FRAMES = 200
"""Silence after the speech, in which the model sees that it ends."""
SHORT_WINDOW_SECONDS = 13.0
"""Of a window, at most, where the context may be short: what fits into half of a full one.

Measured (base, 12 recordings of 2 min, `scripts/accuracy --only long --times 3 --seed 41`): with windows of 30 s, 23 s,
18 s, 13 s and 10.5 s the word errors of 1932 words are 121, 130, 125, 121 and 125 with a beam of 5, 145, 134, 142, 140
and 151 with a beam of 1, the CPU time is 1, 0.85, 0.79, 0.73 and 0.69; only at 30 s anything was decoded again."""


@dataclass(slots=True)
class EncodedWindow:
    """A window on its way through the engine."""

    utterance: Utterance
    features: NDArray[np.float32]
    """The mel spectrogram: bands x frames of 10 ms."""
    encoded: ctranslate2.StorageView
    """What the encoder made of it: 1 x (frames / 2) x width."""
    heard: Heard
    manner: Manner
    """What its text is to be like."""
    first_try: Attempt | None = None
    """Decoded together with others, or shortened."""

    @property
    def language(self) -> str:
        """ISO 639-1 code."""
        return self.heard.language

    @property
    def language_probability(self) -> float:
        """Among the languages that are allowed; 1.0 where it was given."""
        return self.heard.probability

    @property
    def frames(self) -> int:
        """Of its speech. The last of the spectrogram is left out, as faster-whisper does."""
        return int(self.features.shape[-1]) - 1


def frame(seconds: float) -> int:
    """The frame that begins then."""
    return round(seconds * FRAMES_PER_SECOND)


def short_context_frames(speech_frames: int) -> int:
    """How many frames to encode for so many of speech, where the context may be short."""
    steps = -(-(speech_frames + MARGIN_FRAMES) // STEP_FRAMES)
    return min(FULL_FRAMES, max(LEAST_FRAMES, steps * STEP_FRAMES))


def short_size_limits() -> tuple[float, ...]:
    """The longest speech, in seconds, that is encoded to each size of a short context but the greatest."""
    sizes = range(LEAST_FRAMES, short_context_frames(frame(SHORT_WINDOW_SECONDS)), STEP_FRAMES)
    return tuple((size - MARGIN_FRAMES) / FRAMES_PER_SECOND for size in sizes)
