"""A process that measures what models cost here: it does what it is told, line by line, until standard input ends.

It takes what a worker takes, in the same way, so that its figures are a worker's. Each line is one JSON object, and so
is each answer: `{"make": SIZE, "directory": …, "quantization": …}` writes a model whose weights are made up, and
`{"measure": MANNER, "directory": …}` tells what one costs.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from voicepipe.domain.shapes import Manner, Size
from voicepipe.worker import processor
from voicepipe.worker.main import die_with


def main(arguments: Sequence[str]) -> None:
    """Arguments: the pid of whoever asks, with whom it dies."""
    die_with(int(arguments[0]))
    processor.use_wide_vectors()
    for line in sys.stdin:
        sys.stdout.write(json.dumps(_answer(json.loads(line))) + "\n")
        sys.stdout.flush()


def _answer(request: dict[str, Any]) -> dict[str, Any]:
    try:
        from voicepipe.worker.engines.whisper import costs

        directory = Path(request["directory"])
        if "make" in request:
            costs.make_model(Size(**request["make"]), directory, request["quantization"])
            return {}
        return asdict(costs.measure(directory, Manner(**request["measure"])))
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"}


if __name__ == "__main__":
    main(sys.argv[1:])
