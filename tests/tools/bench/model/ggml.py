"""Bench weights as a file for whisper.cpp, in its q8_0 format: 8 bits a weight, with a scale for each 32 of them."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import numpy as np
from faster_whisper.feature_extractor import FeatureExtractor

from tests.tools.bench.model.tokens import Vocabulary, byte_values
from voicepipe.domain.shapes import DECODER_POSITIONS, ENCODER_POSITIONS, TEXT_TOKENS
from voicepipe.worker.engines.whisper.weights import Array, Attention, Layer, Linear, Norm, Whisper

MAGIC = 0x67676D6C
FILE_Q8_0 = 2007
"""The file's type: format 7, in the second version of quantization."""
F32, F16, Q8_0 = 0, 1, 8
BLOCK = 32


def write_ggml(model: Whisper, vocabulary: Vocabulary, path: Path) -> None:
    """Must come before `write_ct2`, which quantizes the arrays in place."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        _write_header(file, model)
        _write_mel_filters(file, model.size.mel_bands)
        _write_vocabulary(file, vocabulary)
        for name, array in _tensors(model):
            _write_tensor(file, name, array)


def _write_header(file: BinaryIO, model: Whisper) -> None:
    size = model.size
    encoder = (ENCODER_POSITIONS, size.width, size.heads, size.encoder_layers)
    decoder = (DECODER_POSITIONS, size.width, size.heads, size.decoder_layers)
    file.write(struct.pack("12i", MAGIC, size.vocabulary, *encoder, *decoder, size.mel_bands, FILE_Q8_0))


def _write_mel_filters(file: BinaryIO, bands: int) -> None:
    filters = FeatureExtractor.get_mel_filters(16_000, 400, bands).astype(np.float32)
    file.write(struct.pack("2i", *filters.shape))
    file.write(filters.tobytes())


def _write_vocabulary(file: BinaryIO, vocabulary: Vocabulary) -> None:
    """Text tokens only, as bytes: whisper.cpp knows the places of the others."""
    values = byte_values()
    file.write(struct.pack("i", TEXT_TOKENS))
    for text in vocabulary.texts[:TEXT_TOKENS]:
        content = bytes(values[letter] for letter in text)
        file.write(struct.pack("i", len(content)) + content)


def _tensors(model: Whisper) -> Iterator[tuple[str, Array]]:
    yield "encoder.positional_embedding", model.encoder_positions
    yield "decoder.positional_embedding", model.decoder_positions
    for number, convolution in enumerate(model.convolutions, start=1):
        assert convolution.bias is not None
        yield f"encoder.conv{number}.weight", convolution.weight
        yield f"encoder.conv{number}.bias", convolution.bias[:, None]
    yield "decoder.token_embedding.weight", model.embeddings
    for name, layer in _named_layers(model):
        yield from _attention(f"{name}.attn", layer.attention)
        if layer.cross is not None:
            yield from _attention(f"{name}.cross_attn", layer.cross)
        yield from _linear(f"{name}.mlp.0", layer.feed_forward.into)
        yield from _linear(f"{name}.mlp.2", layer.feed_forward.out)
        yield from _norm(f"{name}.mlp_ln", layer.feed_forward.norm)
    yield from _norm("encoder.ln_post", model.encoder_norm)
    yield from _norm("decoder.ln", model.decoder_norm)


def _attention(name: str, attention: Attention) -> Iterator[tuple[str, Array]]:
    for part in ("query", "key", "value", "out"):
        yield from _linear(f"{name}.{part}", getattr(attention, part))
    yield from _norm(f"{name}_ln", attention.norm)


def _linear(name: str, linear: Linear) -> Iterator[tuple[str, Array]]:
    yield f"{name}.weight", linear.weight
    if linear.bias is not None:
        yield f"{name}.bias", linear.bias


def _norm(name: str, norm: Norm) -> Iterator[tuple[str, Array]]:
    yield f"{name}.weight", norm.scale
    yield f"{name}.bias", norm.offset


def _write_tensor(file: BinaryIO, name: str, array: Array) -> None:
    kind, content = _encoded(name, array)
    encoded_name = name.encode()
    file.write(struct.pack("3i", array.ndim, len(encoded_name), kind))
    file.write(struct.pack(f"{array.ndim}i", *reversed(array.shape)))
    file.write(encoded_name + content)


def _encoded(name: str, array: Array) -> tuple[int, bytes]:
    """Convolutions as 16 bits and matrices as 8; whatever is small, or is only added, in full."""
    if array.ndim == 3:
        return F16, array.astype(np.float16).tobytes()
    if array.ndim == 2 and name.endswith(".weight"):
        return Q8_0, _quantized(array)
    return F32, array.tobytes()


def _quantized(array: Array) -> bytes:
    blocks = array.reshape(-1, BLOCK)
    largest = np.abs(blocks).max(axis=1, keepdims=True)
    scales = largest / 127
    packed = np.empty((len(blocks), 2 + BLOCK), np.uint8)
    packed[:, :2] = scales.astype(np.float16).view(np.uint8)
    packed[:, 2:] = np.rint(blocks / np.maximum(scales, 1e-30)).astype(np.int8).view(np.uint8)
    return packed.tobytes()


def _named_layers(model: Whisper) -> Iterator[tuple[str, Layer]]:
    """All layers with whisper.cpp's names for them, the encoder's first."""
    for side, layers in (("encoder", model.encoder), ("decoder", model.decoder)):
        for index, layer in enumerate(layers):
            yield f"{side}.blocks.{index}", layer
