"""Made-up weights as a CTranslate2 model, filled into its specification directly: no other framework is needed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from ctranslate2.specs import whisper_spec

from voicepipe.domain.shapes import SPECIAL_BESIDE_LANGUAGES, TEXT_TOKENS, TIMESTAMPS, Size
from voicepipe.worker.engines.whisper.weights import (
    Array,
    Attention,
    FeedForward,
    Layer,
    Linear,
    Norm,
    Whisper,
)

SPACE, END = 220, TEXT_TOKENS
"""The token of a single space, with which no real Whisper lets a text begin; and the one that ends a text."""
FIRST_LANGUAGE = TEXT_TOKENS + 2
_AFTER_LANGUAGES = ("translate", "transcribe", "startoflm", "startofprev", "nospeech", "notimestamps")


def save(model: Whisper, vocabulary: Sequence[str], directory: Path, quantization: str | None = "int8") -> None:
    """Write what CTranslate2 loads.

    Quantizes arrays of `model` in place, and takes its layers one by one: it is of no use afterwards. Each layer is
    made small before the next one is taken, so where they are made when they are asked for, no more is in memory at
    once than the file holds, and the embeddings.
    """
    directory.mkdir(parents=True, exist_ok=True)
    specification = _specification(model, vocabulary, quantization)
    specification.validate()
    _share_embeddings(specification.decoder)
    specification.save(str(directory))


def nameless_vocabulary(size: Size) -> list[str]:
    """Tokens without meaning, with the special ones at their places.

    The last one before these is empty, which is what tells CTranslate2 that a model is multilingual.
    """
    texts = [f"{number:x}." for number in range(TEXT_TOKENS - 1)]
    languages = (f"l{number}" for number in range(size.languages))
    special = [f"<|{name}|>" for name in ("endoftext", "startoftranscript", *languages, *_AFTER_LANGUAGES)]
    assert len(special) == size.languages + SPECIAL_BESIDE_LANGUAGES
    return [*texts, "", *special, *(f"<|{index}|>" for index in range(TIMESTAMPS))]


def _specification(model: Whisper, vocabulary: Sequence[str], quantization: str | None) -> Any:
    size = model.size
    specification = whisper_spec.WhisperSpec(size.encoder_layers, size.heads, size.decoder_layers, size.heads)
    _fill_encoder(specification.encoder, model, quantization)
    _fill_decoder(specification.decoder, model, quantization)
    config = specification.config
    config.suppress_ids = []
    config.suppress_ids_begin = [SPACE, END]
    config.lang_ids = list(range(FIRST_LANGUAGE, FIRST_LANGUAGE + size.languages))
    upper_half = range(size.decoder_layers // 2, size.decoder_layers)
    config.alignment_heads = [[layer, head] for layer in upper_half for head in range(size.heads)]
    specification.register_vocabulary(list(vocabulary))
    return specification


def _fill_encoder(specification: Any, model: Whisper, quantization: str | None) -> None:
    _fill_linear(specification.conv1, model.convolutions[0])
    _fill_linear(specification.conv2, model.convolutions[1])
    specification.position_encodings.encodings = model.encoder_positions
    _fill_norm(specification.layer_norm, model.encoder_norm)
    for part in (specification.conv1, specification.conv2, specification.position_encodings, specification.layer_norm):
        _finish(part, quantization)
    for part, layer in zip(specification.layer, model.encoder, strict=True):
        _fill_layer(part, layer)
        _finish(part, quantization)


def _fill_decoder(specification: Any, model: Whisper, quantization: str | None) -> None:
    specification.embeddings.weight = model.embeddings
    specification.scale_embeddings = False
    specification.position_encodings.encodings = model.decoder_positions
    _fill_norm(specification.layer_norm, model.decoder_norm)
    for part in (specification.embeddings, specification.position_encodings, specification.layer_norm):
        _finish(part, quantization)
    specification.projection.weight = specification.embeddings.weight
    for part, layer in zip(specification.layer, model.decoder, strict=True):
        _fill_layer(part, layer)
        _finish(part, quantization)


def _share_embeddings(decoder: Any) -> None:
    """The output projection has the embeddings; CTranslate2 stores them once, and their name instead."""
    decoder.projection.weight = "decoder/embeddings/weight"
    if not isinstance(decoder.embeddings.weight_scale, str):
        decoder.projection.weight_scale = "decoder/embeddings/weight_scale"


def _finish(part: Any, quantization: str | None) -> None:
    part.validate()
    part.optimize(quantization=quantization)


def _fill_layer(specification: Any, layer: Layer) -> None:
    own, cross = layer.attention, layer.cross
    _fill_attention(specification.self_attention, own, [own.query, own.key, own.value], [own.out])
    if cross is not None:
        _fill_attention(specification.attention, cross, [cross.query], [cross.key, cross.value], [cross.out])
    _fill_feed_forward(specification.ffn, layer.feed_forward)


def _fill_attention(specification: Any, attention: Attention, *fused: list[Linear]) -> None:
    _fill_norm(specification.layer_norm, attention.norm)
    for part, linears in zip(specification.linear, fused, strict=True):
        part.weight = np.concatenate([linear.weight for linear in linears])
        part.bias = np.concatenate([_bias(linear) for linear in linears])


def _fill_feed_forward(specification: Any, feed_forward: FeedForward) -> None:
    _fill_norm(specification.layer_norm, feed_forward.norm)
    _fill_linear(specification.linear_0, feed_forward.into)
    _fill_linear(specification.linear_1, feed_forward.out)


def _fill_linear(specification: Any, linear: Linear) -> None:
    specification.weight, specification.bias = linear.weight, _bias(linear)


def _bias(linear: Linear) -> Array:
    return np.zeros(len(linear.weight), np.float32) if linear.bias is None else linear.bias


def _fill_norm(specification: Any, norm: Norm) -> None:
    specification.gamma, specification.beta = norm.scale, norm.offset
