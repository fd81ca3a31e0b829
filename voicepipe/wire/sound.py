"""What supervisor and workers must agree on: how large a sample is, and how much of a window the encoder is given.

Nothing is imported here.
"""

from __future__ import annotations

SAMPLE_BYTES = 2
"""Of one sample of sound, as workers exchange it."""
FULL_FRAMES = 3000
"""Of 10 ms: the 30 s that Whisper was trained on."""
LEAST_FRAMES, STEP_FRAMES = 1000, 250
"""A short context has one of a few sizes, as only windows encoded to the same size can be decoded together."""
MARGIN_FRAMES = 200
"""Silence after the speech, in which the model sees that it ends."""


def short_context_frames(speech_frames: int) -> int:
    """How many frames to encode for so many of speech, where the context may be short."""
    steps = -(-(speech_frames + MARGIN_FRAMES) // STEP_FRAMES)
    return min(FULL_FRAMES, max(LEAST_FRAMES, steps * STEP_FRAMES))
