"""The genuine Whisper base in a real worker, on human speech: what people get."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tools.accuracy.prompts import Prompt
from tests.tools.accuracy.sound import read_g722, voice_note
from tests.tools.accuracy.words import compare, errors_in, words_of
from tests.tools.bench.one_worker import running_worker
from tests.tools.bench.ours import Profile

CLEAR = {("ru", "all-circuits-busy-now"), ("ru", "vm-youhave"), ("en", "vm-newpassword"), ("en", "followme/options")}
"""Sentences that anybody understands."""


@pytest.mark.real
@pytest.mark.parametrize("profile", Profile)
async def test_clear_sentences_are_understood(
    real_model: Path, human_speech: dict[tuple[str, str], Prompt], profile: Profile, tmp_path: Path
) -> None:
    errors = 0
    async with running_worker(real_model, profile.config) as worker:
        for language, name in sorted(CLEAR):
            prompt = human_speech[language, name]
            (tmp_path / "clip.ogg").write_bytes(voice_note(read_g722(prompt.path)))
            heard = await worker.recognise(tmp_path / "clip.ogg")
            said = words_of(prompt.text, language)
            errors += errors_in(compare(said, words_of(heard, language)))
    assert errors <= 2
