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

    @property
    def is_short(self) -> bool:
        """Whether it was encoded without being filled up to a full one."""
        return bool(self.encoded.shape[1] * 2 < FULL_FRAMES)


def frame(seconds: float) -> int:
    """The frame that begins then."""
    return round(seconds * FRAMES_PER_SECOND)


def short_context_frames(speech_frames: int) -> int:
    """How many frames to encode for so many of speech, where the context may be short."""
    steps = -(-(speech_frames + MARGIN_FRAMES) // STEP_FRAMES)
    return min(FULL_FRAMES, max(LEAST_FRAMES, steps * STEP_FRAMES))


def short_size_limits() -> tuple[float, ...]:
    """The longest speech, in seconds, that is encoded to each size of a short context."""
    return tuple((size - MARGIN_FRAMES) / FRAMES_PER_SECOND for size in range(LEAST_FRAMES, FULL_FRAMES, STEP_FRAMES))
