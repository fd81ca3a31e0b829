"""Writes a bench model: what `scripts/build_bench_model` does."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from tests.tools.bench.model.ct2 import write_ct2
from tests.tools.bench.model.ggml import write_ggml
from tests.tools.bench.model.script import WINDOW_SECONDS, Script, script_for
from tests.tools.bench.model.tokens import build_vocabulary
from voicepipe.domain.shapes import SIZES
from voicepipe.worker.engines.whisper.weights import make_weights

QUANTIZATIONS = ("int8", "int8_float16", "int16", "float16", "float32")


def build_model(
    size: str,
    script: Script,
    directory: Path,
    *,
    ggml: Path | None = None,
    seed: int = 0,
    quantization: str = "int8",
) -> None:
    """Write a CTranslate2 model of this size, and if wanted the same weights for whisper.cpp.

    Raises ValueError when the script does not fit.
    """
    vocabulary = build_vocabulary(script, SIZES[size].languages)
    weights = make_weights(SIZES[size], vocabulary.emitted, seed)
    if ggml is not None:
        weights = replace(weights, encoder=tuple(weights.encoder), decoder=tuple(weights.decoder))
        write_ggml(weights, vocabulary, ggml)
    write_ct2(weights, vocabulary, directory, None if quantization == "float32" else quantization)
    said = {"text": script.text, "end_seconds": script.end_seconds, "language": script.language}
    (directory / "script.json").write_text(json.dumps(said, ensure_ascii=False), encoding="utf-8")


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts/build_bench_model",
        description="Write a Whisper model of true dimensions whose weights are made up: it costs what the real one "
        "costs, and says the same text for every window of 30 s, whatever it hears. For measurements only.",
    )
    parser.add_argument("size", choices=SIZES)
    parser.add_argument("directory", type=Path, help="where the CTranslate2 model is written")
    parser.add_argument("--text", help="what it says (default: made-up words, four for each of the seconds)")
    parser.add_argument(
        "--seconds", type=float, default=WINDOW_SECONDS, help="where in its window the text ends (default 30)"
    )
    parser.add_argument("--language", default="en", help="the language that it seems to hear (default en)")
    parser.add_argument("--quantization", choices=QUANTIZATIONS, default="int8", help="of the weights (default int8)")
    parser.add_argument("--ggml", type=Path, metavar="PATH", help="write the same weights for whisper.cpp, too (q8_0)")
    parser.add_argument("--seed", type=int, default=0, help="of the weights and the made-up words (default 0)")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str]) -> int:
    options = parse(arguments)
    try:
        text = options.text or script_for(options.seconds, options.seed).text
        script = Script(text, options.seconds, options.language)
        build_model(
            options.size,
            script,
            options.directory,
            ggml=options.ggml,
            seed=options.seed,
            quantization=options.quantization,
        )
    except ValueError as error:
        sys.stderr.write(f"scripts/build_bench_model: {error}\n")
        return 2
    sys.stdout.write(f"{options.directory}: {options.size}, says {len(script.text.split())} words per window\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
