"""Bench weights as a CTranslate2 model, filled into its specification directly: no other framework is needed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from ctranslate2.specs import whisper_spec

from tests.tools.bench.model.tokens import Vocabulary, tokenizer
from tests.tools.bench.model.weights import Array, Attention, FeedForward, Layer, Linear, Norm, Whisper

SPACE = 220
"""The token of a single space, with which no real Whisper lets a text begin."""


def write_ct2(model: Whisper, vocabulary: Vocabulary, directory: Path, quantization: str | None = "int8") -> None:
    """What faster-whisper loads. Quantizes the arrays of `model` in place: it is of no use afterwards."""
    directory.mkdir(parents=True, exist_ok=True)
    specification = _specification(model, vocabulary)
    specification.validate()
    specification.optimize(quantization=quantization)
    specification.save(str(directory))
    _write_json(directory / "tokenizer.json", tokenizer(vocabulary))
    preprocessor = {"sampling_rate": 16_000, "hop_length": 160, "chunk_length": 30, "n_fft": 400}
    _write_json(directory / "preprocessor_config.json", preprocessor | {"feature_size": model.size.mel_bands})


def _write_json(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")


def _specification(model: Whisper, vocabulary: Vocabulary) -> Any:
    size = model.size
    specification = whisper_spec.WhisperSpec(size.encoder_layers, size.heads, size.decoder_layers, size.heads)
    _fill_encoder(specification.encoder, model)
    _fill_decoder(specification.decoder, model)
    config = specification.config
    config.suppress_ids = []
    config.suppress_ids_begin = [SPACE, vocabulary.number("<|endoftext|>")]
    config.lang_ids = list(vocabulary.languages)
    upper_half = range(size.decoder_layers // 2, size.decoder_layers)
    config.alignment_heads = [[layer, head] for layer in upper_half for head in range(size.heads)]
    specification.register_vocabulary(list(vocabulary.texts))
    return specification


def _fill_encoder(specification: Any, model: Whisper) -> None:
    _fill_linear(specification.conv1, model.convolutions[0])
    _fill_linear(specification.conv2, model.convolutions[1])
    specification.position_encodings.encodings = model.encoder_positions
    _fill_norm(specification.layer_norm, model.encoder_norm)
    for part, layer in zip(specification.layer, model.encoder, strict=True):
        _fill_layer(part, layer)


def _fill_decoder(specification: Any, model: Whisper) -> None:
    specification.embeddings.weight = model.embeddings
    specification.projection.weight = model.embeddings
    specification.scale_embeddings = False
    specification.position_encodings.encodings = model.decoder_positions
    _fill_norm(specification.layer_norm, model.decoder_norm)
    for part, layer in zip(specification.layer, model.decoder, strict=True):
        _fill_layer(part, layer)


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
