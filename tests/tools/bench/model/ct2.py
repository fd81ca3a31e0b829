"""Bench weights as a CTranslate2 model, with what faster-whisper loads beside it."""

from __future__ import annotations

import json
from pathlib import Path

from tests.tools.bench.model.tokens import Vocabulary, tokenizer
from voicepipe.worker.engines.whisper.made_up import save
from voicepipe.worker.engines.whisper.weights import Whisper


def write_ct2(model: Whisper, vocabulary: Vocabulary, directory: Path, quantization: str | None = "int8") -> None:
    """What faster-whisper loads. Quantizes the arrays of `model` in place: it is of no use afterwards."""
    save(model, vocabulary.texts, directory, quantization)
    _write_json(directory / "tokenizer.json", tokenizer(vocabulary))
    preprocessor = {"sampling_rate": 16_000, "hop_length": 160, "chunk_length": 30, "n_fft": 400}
    _write_json(directory / "preprocessor_config.json", preprocessor | {"feature_size": model.size.mel_bands})


def _write_json(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
