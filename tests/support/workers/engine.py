"""The demo model in this process: how it is booted, and the windows of the bundled recordings for it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.support.places import DEMO_MODEL, SAMPLES
from voicepipe.config import RecognitionConfig, WorkersConfig
from voicepipe.wire.messages import Boot
from voicepipe.worker.engines.whisper import WINDOW_SECONDS
from voicepipe.worker.media import decode
from voicepipe.worker.speech import SileroVoice, Speech, Utterance
from voicepipe.workers.local import boot_of


def boot(**changes: Any) -> Boot:
    """As `accurate` is configured, in a process that nothing shuts in and whose memory is the C library's affair."""
    plain = boot_of(WorkersConfig(threads=1, tune_allocator=False, sandbox=False), RecognitionConfig(), DEMO_MODEL)
    return replace(plain, **{"memory_limit_bytes": 0} | changes)


def utterances(name: str, *, vad: bool = True) -> list[Utterance]:
    """What the recording is cut into."""
    with (SAMPLES / name).open("rb") as file:
        return list(Speech(decode(file, 600.0), SileroVoice() if vad else None, WINDOW_SECONDS))
