"""Stock faster-whisper in a process of its own, without voicepipe around it.

As a program: `python -m tests.tools.accuracy.stock MODEL`. It says `null` when the model is loaded; then each line that
it reads is a path and whether to skip silence, and the line that it answers is what it heard, and what all of its
steps have counted until now.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

from tests.tools.accuracy.steps import time_stock

BEAMS = 5


def load(model: str) -> Any:
    """As little is set as can be: one thread, as ours, and 8-bit weights."""
    from faster_whisper import WhisperModel

    return WhisperModel(model, device="cpu", compute_type="int8", cpu_threads=1)


def hear(model: Any, path: str, skips_silence: bool) -> dict[str, Any]:
    """With the language detected. The text so far is no prompt for what follows: that makes loops, and costs."""
    segments, info = model.transcribe(path, beam_size=BEAMS, vad_filter=skips_silence, condition_on_previous_text=False)
    return {"text": "".join(segment.text for segment in segments).strip(), "language": info.language}


def main(model_path: str) -> None:
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever libraries print is no answer
    model = load(model_path)
    meter = time_stock()
    answers.write("null\n")
    answers.flush()
    for line in sys.stdin:
        heard = hear(model, *json.loads(line))
        answers.write(json.dumps(heard | {"counters": meter.counters}) + "\n")
        answers.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
