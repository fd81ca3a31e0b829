"""Background sounds: coloured noise, also as the voice-message codec renders it."""

from random import Random

import numpy as np

from demo_model.media import Samples, through_opus

_LENGTH = 1 << 19  # samples: 33 s
_COLOURS = (0.0, 0.0, 0.7, 0.7, 0.9, 0.97)  # feedback of a one-pole filter: 0 is white, near 1 a rumble
_CODED = (  # feedback, bits per second, level before coding: the codec treats loud and quiet noise differently
    *((0.0, 24_000, 0.03), (0.0, 32_000, 0.1), (0.0, 24_000, 0.005)),
    *((0.7, 24_000, 0.03), (0.9, 32_000, 0.05), (0.97, 24_000, 0.05)),
)


class Noise:
    def __init__(self, seed: int) -> None:
        generator = np.random.default_rng(seed)
        plain = [_coloured(generator, feedback) for feedback in _COLOURS]
        coded = [
            _normal(through_opus(np.clip(_coloured(generator, feedback) * level, -1, 1), bits_per_second))
            for feedback, bits_per_second, level in _CODED
        ]
        self._sounds = [*plain, *coded, *coded]

    def take(self, random: Random, length: int) -> Samples:
        """`length` samples of mean square 1."""
        sound = random.choice(self._sounds)
        sound = np.tile(sound, length // len(sound) + 2)
        start = random.randrange(_LENGTH)
        return sound[start : start + length]


def _coloured(generator: np.random.Generator, feedback: float) -> Samples:
    spectrum = np.fft.rfft(generator.standard_normal(_LENGTH))
    angles = np.linspace(0, np.pi, len(spectrum))
    return _normal(np.fft.irfft(spectrum / np.abs(1 - feedback * np.exp(-1j * angles))))


def _normal(samples: np.ndarray) -> Samples:
    return (samples / samples.std()).astype(np.float32)
