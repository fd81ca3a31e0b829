"""From decoded frames to mono samples of 16 bits at 16 kHz, such that no speech is lost on the way.

The channels are mixed, unless the mix is much quieter than the loudest of them: where two of them cancel each other, or
one of many speaks, that one is taken alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from av.audio.fifo import AudioFifo
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from numpy.typing import NDArray

from voicepipe.wire.sound import SAMPLE_RATE

PIECE_SECONDS = 10
PIECE_VALUES = 500_000
"""How much is resampled at once, at most: each time has a cost, but a file may claim any rate and number of channels.
"""
LOST = 0.35
"""A mix with less than this part of the loudest channel's amplitude has lost it. One of two that speaks alone keeps
half in the mix, the middle one of six a quarter."""
TOO_LOUD = 1.2
"""Floating point sound above full scale is turned down. Compressed sound is often a little above it, which does no
harm when it is clipped."""

NUMPY_FORMATS = ("u8", "s16", "s32", "flt", "dbl")
"""Number formats, with the channels side by side, that PyAV gives to numpy."""
OFFSETS = {"uint8": 128}
SCALES = {"uint8": 1 / 128, "int16": 1 / 32768, "int32": 1 / 2**31}
"""From numbers as decoders give them to the range from -1 to 1; floating point numbers are in it already."""

Samples = NDArray[np.int16]
Channels = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Silence:
    """Time in which there is no sound."""

    seconds: float


def to_mono(frames: Iterable[AudioFrame | Silence]) -> Iterator[Samples]:
    """In pieces of some seconds, none of them empty. Sample rate, channels and number format may change on the way."""
    stretch = _Stretch()
    for frame in frames:
        if isinstance(frame, Silence):
            yield from _samples(stretch.rest())
            yield from _silence(int(frame.seconds * SAMPLE_RATE))
            stretch = _Stretch()
            continue
        if not stretch.goes_on_with(frame):
            yield from _samples(stretch.rest())
            stretch = _Stretch()
        yield from _samples(stretch.add(frame))
    yield from _samples(stretch.rest())


def _samples(frames: Iterable[AudioFrame]) -> Iterator[Samples]:
    for frame in frames:
        if frame.samples:
            yield np.asarray(frame.to_ndarray(), np.int16).reshape(-1)


def _silence(samples: int) -> Iterator[Samples]:
    while samples > 0:
        count = min(samples, PIECE_SECONDS * SAMPLE_RATE)
        samples -= count
        yield np.zeros(count, np.int16)


class _Stretch:
    """Frames that are all alike."""

    def __init__(self) -> None:
        self._fifo = AudioFifo()
        self._shape: tuple[str, str, int] | None = None
        self._resampler: tuple[tuple[str, str, int], AudioResampler] | None = None

    def goes_on_with(self, frame: AudioFrame) -> bool:
        """Whether the frame is like those before."""
        return self._shape in (None, _shape(frame))

    def add(self, frame: AudioFrame) -> Iterator[AudioFrame]:
        """What is resampled by now."""
        self._shape = _shape(frame)
        frame.pts = None
        self._fifo.write(frame)
        at_once = min(PIECE_SECONDS * frame.sample_rate, max(1, PIECE_VALUES // frame.layout.nb_channels))
        while self._fifo.samples >= at_once:
            yield from self._read(at_once)

    def rest(self) -> Iterator[AudioFrame]:
        """What is left, when nothing more is added."""
        yield from self._read(0)
        yield from self._flushed()

    def _read(self, samples: int) -> Iterator[AudioFrame]:
        """So much of what is held, resampled; 0: all."""
        if (piece := self._fifo.read(samples)) is not None:
            yield from self._resampled(piece)

    def _resampled(self, piece: AudioFrame) -> Iterator[AudioFrame]:
        piece = _without_loss(piece)
        shape = _shape(piece)
        if self._resampler is not None and self._resampler[0] != shape:
            yield from self._flushed()
        if self._resampler is None:
            self._resampler = shape, AudioResampler(format="s16", layout="mono", rate=SAMPLE_RATE)
        piece.pts = None
        yield from self._resampler[1].resample(piece)

    def _flushed(self) -> Iterator[AudioFrame]:
        if self._resampler is not None:
            yield from self._resampler[1].resample(None)
        self._resampler = None


def _shape(frame: AudioFrame) -> tuple[str, str, int]:
    return frame.format.name, frame.layout.name, frame.sample_rate


def _without_loss(piece: AudioFrame) -> AudioFrame:
    """As it is, where FFmpeg can mix it down without loss; else mono, in floating point."""
    count = piece.layout.nb_channels
    is_float = piece.format.name.startswith(("flt", "dbl"))
    if count == 1 and not is_float:
        return piece
    channels = _channels(piece)
    peak = float(np.abs(channels).max(initial=0.0)) if is_float else 0.0
    best = _best(channels) if count > 1 else None
    if best is None and count <= 2 and peak <= TOO_LOUD:
        return piece
    sound = channels.mean(axis=0, dtype=np.float32) if best is None else channels[best]
    return _mono(sound / max(1.0, peak if peak > TOO_LOUD else 1.0), piece.sample_rate)


def _best(channels: Channels) -> int | None:
    """The channel to take alone; None where their mix has lost nothing."""
    powers = np.square(channels, dtype=np.float32).mean(axis=1)
    loudest = int(powers.argmax())
    mixed = float(np.square(channels.mean(axis=0)).mean())
    return loudest if mixed < LOST**2 * float(powers[loudest]) else None


def _mono(sound: NDArray[np.float32], sample_rate: int) -> AudioFrame:
    frame = AudioFrame.from_ndarray(np.ascontiguousarray(sound, np.float32).reshape(1, -1), "fltp", "mono")
    frame.sample_rate = sample_rate
    return frame


def _channels(piece: AudioFrame) -> Channels:
    """Channels x samples, full scale at 1."""
    if piece.format.is_planar or piece.format.name not in NUMPY_FORMATS:
        # PyAV reads past the end of its memory where there are eight planes or more.
        packer = AudioResampler(format="flt", layout=piece.layout, rate=piece.sample_rate)
        packed = [each.to_ndarray() for each in (*packer.resample(piece), *packer.resample(None)) if each.samples]
        values = np.concatenate(packed, axis=1)
    else:
        values = piece.to_ndarray()
    values = values.reshape(-1, piece.layout.nb_channels).T
    return (values.astype(np.float32) - np.float32(OFFSETS.get(values.dtype.name, 0))) * np.float32(
        SCALES.get(values.dtype.name, 1.0)
    )
