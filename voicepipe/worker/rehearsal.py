"""A second of silence is opened and searched for speech as a recording is, before the first recording comes.

Libraries load some of their code on first use. Inside the sandbox they can't, so all of it is used once outside.
"""

from __future__ import annotations

import io
import sys
import wave
from importlib import import_module
from pkgutil import walk_packages

import av
import numpy as np

from voicepipe.wire.messages import Span
from voicepipe.wire.sound import SAMPLE_BYTES, SAMPLE_RATE
from voicepipe.worker.media import decode
from voicepipe.worker.speech import SileroVoice, Speech, Utterance

SILENCE = Utterance((Span(0, SAMPLE_RATE),), np.zeros(SAMPLE_RATE, np.int16))
"""A second of it, as an engine gets a window."""


def rehearse() -> None:
    """Raises whatever is wrong when that no longer works."""
    _import_all_of_av()
    list(Speech(decode(io.BytesIO(_silent_wave()), limit_seconds=2.0), SileroVoice(), window_seconds=1.0))


def _import_all_of_av() -> None:
    """It imports what wraps a kind of track when a file has such a track, subtitles for one. All of it is 0.3 MB."""
    for module in walk_packages(av.__path__, f"{av.__name__}."):
        if module.name not in sys.modules and not module.name.endswith("__main__"):
            import_module(module.name)


def _silent_wave() -> bytes:
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(SAMPLE_BYTES)
        writer.setframerate(SAMPLE_RATE)
        writer.writeframes(SILENCE.sound.tobytes())
    return buffer.getvalue()
