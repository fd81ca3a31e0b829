"""The dimensions of the Whisper models that there are, and what they cost, which follows from these alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

TEXT_TOKENS = 50_257
"""The numbers below are tokens of text; the special ones begin here."""
SPECIAL_BESIDE_LANGUAGES, TIMESTAMPS = 8, 1501
ENCODER_POSITIONS, DECODER_POSITIONS = 1500, 448
_KERNEL = 3
"""Frames that a convolution sees."""
_SQUARES_OF_ENCODER_LAYER, _SQUARES_OF_DECODER_LAYER = 12, 16
"""A layer's weights, in squares of the width: four for an attention, eight for what follows."""


@dataclass(frozen=True, slots=True)
class Size:
    """The dimensions of a Whisper model."""

    width: int
    encoder_layers: int
    decoder_layers: int
    heads: int
    mel_bands: int = 80
    languages: int = 99

    @property
    def vocabulary(self) -> int:
        return TEXT_TOKENS + self.languages + SPECIAL_BESIDE_LANGUAGES + TIMESTAMPS

    @property
    def parameters(self) -> int:
        """How many numbers the model is made of, but for the few thousand of biases and scales."""
        width = self.width
        layers = (
            _SQUARES_OF_ENCODER_LAYER * self.encoder_layers + _SQUARES_OF_DECODER_LAYER * self.decoder_layers
        ) * width**2
        convolutions = _KERNEL * width * (self.mel_bands + width)
        return layers + convolutions + width * (self.vocabulary + ENCODER_POSITIONS + DECODER_POSITIONS)


@dataclass(frozen=True, slots=True)
class Manner:
    """How a model is to be used; fields as in the worker's `Boot`."""

    device: str
    compute_type: str
    threads: int
    beam_size: int
    has_short_context: bool


@dataclass(frozen=True, slots=True)
class Costs:
    """Seconds that a worker is busy with a minute of a long recording, and with a voice note of 10 s.

    Those of all its threads, shared evenly. What comes before the model, to open the recording and to find who speaks,
    is not part of it.
    """

    minute_encoding: float
    minute_writing: float
    note_encoding: float
    note_writing: float

    @property
    def minute(self) -> float:
        return self.minute_encoding + self.minute_writing

    @property
    def note(self) -> float:
        return self.note_encoding + self.note_writing


def reckoned(size: Size, few: tuple[Size, Costs], more: tuple[Size, Costs]) -> Costs:
    """What a model costs, by two of the same width with other numbers of layers: layers are alike."""

    def along(layers: Callable[[Size], int], seconds: Callable[[Costs], float]) -> float:
        (first, first_costs), (second, second_costs) = few, more
        a_layer = (seconds(second_costs) - seconds(first_costs)) / (layers(second) - layers(first))
        return seconds(first_costs) + a_layer * (layers(size) - layers(first))

    return Costs(
        along(lambda each: each.encoder_layers, lambda each: each.minute_encoding),
        along(lambda each: each.decoder_layers, lambda each: each.minute_writing),
        along(lambda each: each.encoder_layers, lambda each: each.note_encoding),
        along(lambda each: each.decoder_layers, lambda each: each.note_writing),
    )


_NEWEST = {"mel_bands": 128, "languages": 100}

SIZES: Mapping[str, Size] = {
    "tiny": Size(384, 4, 4, 6),
    "base": Size(512, 6, 6, 8),
    "distil-small.en": Size(768, 12, 4, 12),
    "small": Size(768, 12, 12, 12),
    "distil-medium.en": Size(1024, 24, 2, 16),
    "medium": Size(1024, 24, 24, 16),
    "distil-large-v2": Size(1280, 32, 2, 20),
    "distil-large-v3": Size(1280, 32, 2, 20, **_NEWEST),
    "turbo": Size(1280, 32, 4, 20, **_NEWEST),
    "large-v2": Size(1280, 32, 32, 20),
    "large-v3": Size(1280, 32, 32, 20, **_NEWEST),
}
"""Each shape by the name of a model that has it.

Models with other weights of the same shape cost the same: `base.en` what `base` does, `large-v1` what `large-v2` does.
"""
