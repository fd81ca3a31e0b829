"""Writes the trained network as the CTranslate2 folder that an unmodified faster-whisper loads.

CTranslate2's own converters start from other frameworks' files; its specification can as well be filled directly.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from ctranslate2.converters import utils
from ctranslate2.specs import common_spec, whisper_spec
from numpy.typing import NDArray
from torch import Tensor, nn

from demo_model.network import Attention, Decoder, Encoder, FeedForward, TinyWhisper
from demo_model.tokens import (
    FULL_FIRST_LANGUAGE,
    FULL_SIZE,
    UNUSED,
    WHISPER_LANGUAGES,
    full_to_compact,
    tokenizer,
    vocabulary,
)

PREPROCESSOR = {"feature_size": 80, "sampling_rate": 16000, "hop_length": 160, "chunk_length": 30, "n_fft": 400}


def export(model: TinyWhisper, folder: Path) -> None:
    """int8 weights, about 3 MB; replaces what `folder` holds."""
    folder.mkdir(parents=True, exist_ok=True)
    specification = _specification(model)
    specification.validate()
    specification.optimize(quantization="int8")
    specification.save(str(folder))
    _write_json(folder / "tokenizer.json", tokenizer())
    _write_json(folder / "preprocessor_config.json", PREPROCESSOR)
    _write_json(folder / "vocabulary.json", json.loads((folder / "vocabulary.json").read_text("utf-8")))


def _write_json(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, separators=(",", ":")) + "\n", "utf-8")


def _specification(model: TinyWhisper) -> Any:
    size = model.size
    specification = whisper_spec.WhisperSpec(
        *(size.encoder_layers, size.encoder_heads, size.decoder_layers, size.decoder_heads)
    )
    _fill_encoder(specification.encoder, model.encoder)
    _fill_decoder(specification.decoder, model.decoder, _full_table(model))
    specification.config.suppress_ids = []
    specification.config.suppress_ids_begin = []
    specification.config.lang_ids = [FULL_FIRST_LANGUAGE + index for index in range(len(WHISPER_LANGUAGES))]
    specification.config.alignment_heads = [(size.decoder_layers - 1, head) for head in range(2)]
    specification.register_vocabulary(vocabulary())
    return specification


def _full_table(model: TinyWhisper) -> NDArray[np.float32]:
    """The row of every full token, (FULL_SIZE, D)."""
    compact = _array(model.table())
    rows = np.full(FULL_SIZE, UNUSED)
    for full, index in full_to_compact().items():
        rows[full] = index
    return compact[rows]


def _fill_encoder(specification: Any, encoder: Encoder) -> None:
    for part, convolution in ((specification.conv1, encoder.conv1), (specification.conv2, encoder.conv2)):
        part.weight, part.bias = _array(convolution.weight), _array(convolution.bias)
    specification.position_encodings.encodings = _array(encoder.positions)
    _fill_norm(specification.layer_norm, encoder.norm)
    for part, layer in zip(specification.layer, encoder.layers, strict=True):
        _fill_self_attention(part.self_attention, layer.attention, layer.attention_norm)
        _fill_feed_forward(part.ffn, layer.feed_forward, layer.feed_forward_norm)


def _fill_decoder(specification: Any, decoder: Decoder, table: NDArray[np.float32]) -> None:
    specification.embeddings.weight = table
    specification.projection.weight = table
    specification.scale_embeddings = False
    specification.position_encodings.encodings = _array(decoder.positions)
    _fill_norm(specification.layer_norm, decoder.norm)
    for part, layer in zip(specification.layer, decoder.layers, strict=True):
        _fill_self_attention(part.self_attention, layer.attention, layer.attention_norm)
        _fill_cross_attention(part.attention, layer.cross, layer.cross_norm)
        _fill_feed_forward(part.ffn, layer.feed_forward, layer.feed_forward_norm)


def _fill_self_attention(specification: Any, attention: Attention, norm: nn.LayerNorm) -> None:
    _fuse(specification.linear[0], [attention.query, attention.key, attention.value])
    _fill_linear(specification.linear[1], attention.out)
    _fill_norm(specification.layer_norm, norm)


def _fill_cross_attention(specification: Any, attention: Attention, norm: nn.LayerNorm) -> None:
    _fuse(specification.linear[0], [attention.query])
    _fuse(specification.linear[1], [attention.key, attention.value])
    _fill_linear(specification.linear[2], attention.out)
    _fill_norm(specification.layer_norm, norm)


def _fill_feed_forward(specification: Any, feed_forward: FeedForward, norm: nn.LayerNorm) -> None:
    _fill_linear(specification.linear_0, feed_forward.into)
    _fill_linear(specification.linear_1, feed_forward.out)
    _fill_norm(specification.layer_norm, norm)


def _fuse(specification: Any, layers: Sequence[nn.Linear]) -> None:
    parts = [common_spec.LinearSpec() for _ in layers]
    for part, layer in zip(parts, layers, strict=True):
        _fill_linear(part, layer)
    utils.fuse_linear(specification, parts)


def _fill_linear(specification: Any, layer: nn.Linear) -> None:
    """Whisper's keys have no bias; a fused layer needs one for all of its parts."""
    specification.weight = _array(layer.weight)
    specification.bias = np.zeros(layer.out_features, np.float32) if layer.bias is None else _array(layer.bias)


def _fill_norm(specification: Any, norm: nn.LayerNorm) -> None:
    specification.gamma, specification.beta = _array(norm.weight), _array(norm.bias)


def _array(tensor: Tensor) -> NDArray[np.float32]:
    return tensor.detach().to(torch.float32).contiguous().numpy()
