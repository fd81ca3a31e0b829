"""Sound as arrays: read from the prompts, and written as the voice notes that Telegram's apps send, or by telephone."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

RATE = 16_000
TELEPHONE_RATE = 8000
BIT_RATE = 32_000
LOUDEST = 32_767

Floats = NDArray[np.float64]


def read_g722(path: Path) -> Floats:
    """The samples of a raw G.722 file at 16 kHz, from -1 to 1."""
    with av.open(str(path), format="g722") as container:
        pieces = [np.asarray(frame.to_ndarray(), np.float64).reshape(-1) for frame in container.decode(audio=0)]
    return np.concatenate(pieces) / (LOUDEST + 1)


def voice_note(sound: Floats) -> bytes:
    """Mono Opus in Ogg, tuned for voice."""
    target = BytesIO()
    samples = (np.clip(sound, -1, 1) * LOUDEST).astype(np.int16)
    with av.open(target, "w", format="ogg", options={"fflags": "+bitexact"}) as container:
        stream = container.add_stream("libopus", rate=RATE, layout="mono", options={"application": "voip"})
        stream.bit_rate = BIT_RATE
        frame = av.AudioFrame.from_ndarray(samples[np.newaxis, :], format="s16", layout="mono")
        frame.sample_rate, frame.pts = RATE, 0
        container.mux([*stream.encode(frame), *stream.encode(None)])
    return target.getvalue()


def telephone(sound: Floats) -> bytes:
    """G.711 at 8 kHz in WAVE."""
    target = BytesIO()
    samples = (np.clip(sound, -1, 1) * LOUDEST).astype(np.int16)
    with av.open(target, "w", format="wav") as container:
        stream = container.add_stream("pcm_mulaw", rate=TELEPHONE_RATE, layout="mono")
        frame = av.AudioFrame.from_ndarray(samples[np.newaxis, :], format="s16", layout="mono")
        frame.sample_rate = RATE
        resampler = av.AudioResampler(format="s16", layout="mono", rate=TELEPHONE_RATE)
        frames = [*resampler.resample(frame), *resampler.resample(None)]
        container.mux([packet for each in [*frames, None] for packet in stream.encode(each)])
    return target.getvalue()


def at_level(sound: Floats, dbfs: float) -> Floats:
    """As loud as this on average (root mean square)."""
    average = max(float(np.sqrt(np.mean(sound**2))), 1e-9)
    return np.asarray(sound / average * 10 ** (dbfs / 20))


def silence(seconds: float) -> Floats:
    return np.zeros(round(seconds * RATE))
