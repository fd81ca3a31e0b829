"""The engine that recognises nothing cuts windows as the one does that recognises them elsewhere."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from voicepipe.config import RecognitionConfig, WorkersConfig
from voicepipe.wire.messages import Options
from voicepipe.worker.engines import find_engine
from voicepipe.worker.engines.whisper.windows import SHORT_WINDOW_SECONDS, WINDOW_SECONDS
from voicepipe.worker.rehearsal import SILENCE
from voicepipe.workers.local import NO_MODEL, OPENING, boot_of, opening_seats
from voicepipe.workers.sounds import Sounds

BOOT = boot_of(WorkersConfig(), RecognitionConfig(), NO_MODEL)


def test_its_windows_are_as_long() -> None:
    load = find_engine(OPENING).load
    assert load(replace(BOOT, has_short_context=False)).capabilities.window_seconds == WINDOW_SECONDS
    assert load(replace(BOOT, has_short_context=True)).capabilities.window_seconds == SHORT_WINDOW_SECONDS


def test_it_recognises_nothing() -> None:
    engine = find_engine(OPENING).load(BOOT)
    engine.check()
    with pytest.raises(ValueError, match="nothing is recognised"):
        engine.encode(SILENCE, Options())


def test_one_worker_is_enough_unless_more_are_wanted(tmp_path: Path) -> None:
    sounds = Sounds(tmp_path)
    seats = opening_seats(WorkersConfig(express=0), RecognitionConfig(device="cuda"), sounds)
    assert [(seat.boot.engine, seat.boot.device, seat.gpu) for seat in seats] == [(OPENING, "cpu", None)]
    assert len(opening_seats(WorkersConfig(count=3, express=0), RecognitionConfig(), sounds)) == 3
