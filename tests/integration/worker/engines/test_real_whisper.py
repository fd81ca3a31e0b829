"""The genuine Whisper base in a real worker: nothing where nobody speaks, and doubt where it can't hear well."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest

from tests.tools.accuracy.noises import NOISES
from tests.tools.accuracy.prompts import Prompt
from tests.tools.accuracy.sound import RATE, read_g722, voice_note
from tests.tools.bench.one_worker import running_worker
from voicepipe.config import RecognitionConfig
from voicepipe.domain.transcripts import Failure
from voicepipe.journey.recognition import Heard
from voicepipe.wire.messages import AS_CONFIGURED

CLEAR = {("ru", "all-circuits-busy-now"), ("ru", "vm-youhave"), ("en", "vm-newpassword"), ("en", "followme/options")}
"""Sentences that anybody understands."""


PROFILES: Sequence[str] = get_args(RecognitionConfig.model_fields["profile"].annotation)
THRESHOLD = 0.5
"""A word below this is doubtful."""


@pytest.mark.real
@pytest.mark.parametrize("profile", PROFILES)
async def test_where_nobody_speaks_nothing_is_said(real_model: Path, profile: str, tmp_path: Path) -> None:
    """Also where no voice detector has heard it first, and where the language is given."""
    for changes in ({}, {"language": "ru"}):
        async with running_worker(real_model, config(profile, vad=False, **changes)) as worker:
            for number, kind in enumerate(("melody", "laughter", "humming", "knocks", "white noise", "silence")):
                sound = NOISES[kind](3 * RATE, np.random.default_rng(number))
                (tmp_path / "clip.ogg").write_bytes(voice_note(sound / max(np.abs(sound).max(), 1e-9) * 0.3))
                heard = await worker.hear(tmp_path / "clip.ogg", AS_CONFIGURED)
                assert isinstance(heard, Failure), (kind, heard)


@pytest.mark.real
@pytest.mark.parametrize("profile", ["accurate", "fast"])
async def test_words_under_noise_are_doubtful(
    real_model: Path, human_speech: dict[tuple[str, str], Prompt], profile: str, tmp_path: Path
) -> None:
    """The first half of a recording is clear, the second is not."""
    clear, doubtful = list[float](), list[float]()
    async with running_worker(real_model, config(profile, languages=("ru", "en"))) as worker:
        for language, name in sorted(CLEAR):
            sound = read_g722(human_speech[language, name].path)
            noise = np.random.default_rng(1).normal(0, 2 * sound.std(), len(sound))
            noise[: len(sound) // 2] = 0
            for written, words in ((sound, clear), (sound + noise, doubtful)):
                (tmp_path / "clip.ogg").write_bytes(voice_note(written))
                heard = await worker.hear(tmp_path / "clip.ogg", AS_CONFIGURED)
                assert isinstance(heard, Heard)
                words += [word.probability for segment in heard.transcript.segments for word in segment.words]
    assert share_below(THRESHOLD, doubtful) > 2 * share_below(THRESHOLD, clear)


def share_below(threshold: float, probabilities: Sequence[float]) -> float:
    return sum(each < threshold for each in probabilities) / len(probabilities)


def config(profile: str, **changes: Any) -> RecognitionConfig:
    return RecognitionConfig.model_validate({"profile": profile, **changes})
