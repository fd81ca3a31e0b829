"""How loud a window's sound is: what can hardly be heard reaches no engine, and quiet speech is made louder for it.

A Whisper model hears the same words worse the quieter they are: of 44 sentences, 481 words, the genuine base (fast
profile) got 33 wrong as recorded, at -16 dBFS or so; but 50 at -36 dBFS, 68 at -48, 47 at -54 and 49 at -60, and took
up to four for another language. Made louder, it got 37, 35, 40 and 37 wrong, and took one for another language, as
before; at -24 and -30 dBFS nothing changes. The voice detector needs no such help: to make sound louder for it, too,
saved two single letters of 94 quiet clips, but let through twice as many recordings in which nobody speaks (25 instead
of 13 of 700).
"""

from __future__ import annotations

import numpy as np

from voicepipe.wire.sound import SAMPLE_RATE
from voicepipe.worker.downmix import Samples

MOMENT_SAMPLES = SAMPLE_RATE // 10
FULL_SCALE = 32768.0
LEAST_DBFS = -60.0
"""Of the loudest moment: below, there is nothing but the noise of a microphone. Speech at an average of -54 dBFS has
moments above -50."""
USUAL_DBFS = -20.0
"""Of the loudest moment of speech from a device that adjusts itself, as telephones do. Quieter speech is made so loud.
"""
MOST_PEAK = 0.99


def is_audible(sound: Samples) -> bool:
    return _loudest(sound) >= _amplitude(LEAST_DBFS)


def made_louder(sound: Samples) -> Samples:
    """As it is, where it is loud enough; never so loud that a sample is clipped."""
    loudest = _loudest(sound)
    if not 0 < loudest < _amplitude(USUAL_DBFS):
        return sound
    peak = float(np.abs(sound.astype(np.float32)).max()) / FULL_SCALE
    gain = min(_amplitude(USUAL_DBFS) / loudest, MOST_PEAK / peak)
    return sound if gain <= 1 else np.round(sound * np.float32(gain)).astype(np.int16)


def _loudest(sound: Samples) -> float:
    """The amplitude (root mean square) of the loudest 100 ms, full scale at 1; 0 for no sound."""
    whole = len(sound) // MOMENT_SAMPLES * MOMENT_SAMPLES
    moments = sound[:whole].reshape(-1, MOMENT_SAMPLES) if whole else sound.reshape(1, -1)
    power = np.square(moments.astype(np.float32) / FULL_SCALE).mean(axis=1) if sound.size else np.zeros(1)
    return float(np.sqrt(power.max()))


def _amplitude(dbfs: float) -> float:
    return float(10 ** (dbfs / 20))
