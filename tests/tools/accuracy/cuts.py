"""Where voicepipe's worker cuts a recording into windows: the places where words may be lost or doubled."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

from voicepipe.wire.sound import SAMPLE_RATE

LONGEST_RECORDING_SECONDS = 86_400.0
NEAR_SECONDS = 1.5
"""A word this near to a cut may be lost or doubled by it; when a word is said is known only about."""

Cut = tuple[float, float]
"""The end of a window's speech and the beginning of the next one's, in seconds."""


def cuts_of(path: Path, window_seconds: float) -> list[Cut]:
    """Between each two windows of a recording, where none is longer."""
    from voicepipe.worker.media import decode
    from voicepipe.worker.speech import SileroVoice, Speech

    with path.open("rb") as file:
        spans = [each.spans for each in Speech(decode(file, LONGEST_RECORDING_SECONDS), SileroVoice(), window_seconds)]
    return [(one[-1].end / SAMPLE_RATE, next_one[0].start / SAMPLE_RATE) for one, next_one in pairwise(spans)]


def is_near(seconds: float, cuts: list[Cut]) -> bool:
    return any(end - NEAR_SECONDS <= seconds <= start + NEAR_SECONDS for end, start in cuts)
