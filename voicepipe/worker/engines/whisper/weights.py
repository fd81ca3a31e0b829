"""Arrays of Whisper's dimensions, made up: a model of them costs what the real one costs, and knows nothing.

With a script the decoder says it, whatever it hears. How: what a decoder's position adds is, many times magnified, the
embedding of the token to emit there, and what its layers add is next to nothing (not zero: all multiplications are
done, and equal zeros would be stored once). So after the last normalisation the state is that embedding, and the output
projection, which shares the embeddings, finds it. The encoder is random. Every number computed costs what it costs in
the real model.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from voicepipe.domain.shapes import DECODER_POSITIONS, ENCODER_POSITIONS, Size

Array = NDArray[np.float32]

MAGNIFIED = 10.0
NEXT_TO_NOTHING, ALMOST_ZERO = 1e-4, 1e-6


@dataclass(frozen=True, slots=True)
class Linear:
    """weight (out x in); bias (out), absent from an attention's keys."""

    weight: Array
    bias: Array | None


@dataclass(frozen=True, slots=True)
class Norm:
    scale: Array
    offset: Array


@dataclass(frozen=True, slots=True)
class Attention:
    norm: Norm
    query: Linear
    key: Linear
    value: Linear
    out: Linear


@dataclass(frozen=True, slots=True)
class FeedForward:
    norm: Norm
    into: Linear
    out: Linear


@dataclass(frozen=True, slots=True)
class Layer:
    attention: Attention
    cross: Attention | None
    """To what the encoder heard: in the decoder only."""
    feed_forward: FeedForward


@dataclass(frozen=True, slots=True)
class Whisper:
    """A whole model. Convolutions are (out x in x 3), positions (count x width), embeddings (vocabulary x width)."""

    size: Size
    convolutions: tuple[Linear, Linear]
    encoder_positions: Array
    encoder: Iterable[Layer]
    """As made by `make_weights`, these are made when they are asked for, once, and before the decoder's."""
    encoder_norm: Norm
    embeddings: Array
    decoder_positions: Array
    decoder: Iterable[Layer]
    decoder_norm: Norm


def make_weights(size: Size, emitted: Sequence[int], seed: int = 0) -> Whisper:
    """The same for the same seed. `emitted` is the script: the tokens that the decoder emits, from the language on."""
    maker = _Maker(size.width, np.random.default_rng(seed))
    embeddings = maker.random(size.vocabulary, size.width, fan_in=size.width)
    embeddings /= np.linalg.norm(embeddings, axis=1, keepdims=True)
    return Whisper(
        size,
        (maker.convolution(size.mel_bands), maker.convolution(size.width)),
        _sinusoids(size.width),
        (maker.layer(1.0, has_cross=False) for _ in range(size.encoder_layers)),
        maker.norm(),
        embeddings,
        _positions(embeddings, emitted),
        (maker.layer(NEXT_TO_NOTHING, has_cross=True) for _ in range(size.decoder_layers)),
        maker.norm(),
    )


def _positions(embeddings: Array, emitted: Sequence[int]) -> Array:
    """After the script the last token, which ends the text, is emitted for ever."""
    numbers = [*emitted, *[emitted[-1]] * DECODER_POSITIONS][:DECODER_POSITIONS]
    return np.ascontiguousarray(MAGNIFIED * embeddings[numbers], np.float32)


def _sinusoids(width: int) -> Array:
    scales = np.exp(-np.log(10_000) / (width // 2 - 1) * np.arange(width // 2))
    angles = np.arange(ENCODER_POSITIONS)[:, None] * scales
    return np.concatenate([np.sin(angles), np.cos(angles)], axis=1).astype(np.float32)


class _Maker:
    def __init__(self, width: int, generator: np.random.Generator) -> None:
        self._width = width
        self._generator = generator

    def random(self, *shape: int, fan_in: int, scale: float = 1.0) -> Array:
        """What keeps the variance of its input of `fan_in` numbers, times `scale`."""
        array = self._generator.standard_normal(shape, dtype=np.float32)
        array *= np.float32(scale * fan_in**-0.5)
        return array

    def convolution(self, channels: int) -> Linear:
        return Linear(self.random(self._width, channels, 3, fan_in=3 * channels), self._zeros(self._width))

    def layer(self, scale: float, *, has_cross: bool) -> Layer:
        """`scale` is how much of what it computes it adds to its input."""
        return Layer(self._attention(scale), self._attention(scale) if has_cross else None, self._feed_forward(scale))

    def norm(self) -> Norm:
        return Norm(1 + self._zeros(self._width), self._zeros(self._width))

    def _attention(self, scale: float) -> Attention:
        width = self._width
        query, value = self._linear(width, width), self._linear(width, width)
        key = Linear(self.random(width, width, fan_in=width), None)
        return Attention(self.norm(), query, key, value, self._linear(width, width, scale))

    def _feed_forward(self, scale: float) -> FeedForward:
        return FeedForward(
            self.norm(), self._linear(self._width, 4 * self._width), self._linear(4 * self._width, self._width, scale)
        )

    def _linear(self, inputs: int, outputs: int, scale: float = 1.0) -> Linear:
        return Linear(self.random(outputs, inputs, fan_in=inputs, scale=scale), self._zeros(outputs))

    def _zeros(self, count: int) -> Array:
        """Almost: equal arrays would be stored once."""
        return self.random(count, fan_in=1, scale=ALMOST_ZERO)
