"""The demo model in this process: how it is booted, and the windows of the bundled recordings for it."""

from __future__ import annotations

from typing import Any

from tests.support.places import DEMO_MODEL, SAMPLES
from voicepipe.wire.messages import Boot
from voicepipe.worker.engines.whisper import WINDOW_SECONDS
from voicepipe.worker.media import decode
from voicepipe.worker.speech import SileroVoice, Speech, Utterance


def boot(**changes: Any) -> Boot:
    """As `accurate` is configured."""
    settings: dict[str, Any] = {
        "engine": "whisper",
        "model_path": DEMO_MODEL,
        "device": "cpu",
        "compute_type": "auto",
        "threads": 1,
        "language": None,
        "preferred_language": "ru",
        "min_language_probability": 0.5,
        "beam_size": 5,
        "has_short_context": False,
        "limits_tokens": False,
        "vad": True,
        "condition_on_previous_text": False,
        "is_allocator_tuned": False,
        "heartbeat_seconds": 1.0,
        "is_sandboxed": False,
        "memory_limit_bytes": 0,
    }
    return Boot(**settings | changes)


def utterances(name: str, *, vad: bool = True) -> list[Utterance]:
    """What the recording is cut into."""
    with (SAMPLES / name).open("rb") as file:
        return list(Speech(decode(file, 600.0), SileroVoice() if vad else None, WINDOW_SECONDS))
