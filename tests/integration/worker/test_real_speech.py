"""The genuine Whisper base in a real worker, on human speech: what people get."""

from __future__ import annotations

import random
import wave
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest

from tests.tools.accuracy.clips import Clip, Source, is_sentence, make_clips
from tests.tools.accuracy.prompts import Prompt
from tests.tools.accuracy.sound import RATE, Floats, at_level, read_g722, silence, telephone, voice_note
from tests.tools.accuracy.words import Fate, Step, compare, doubled, errors_in, words_of
from tests.tools.bench.one_worker import running_worker
from tests.tools.bench.ours import Profile
from voicepipe.wire.sound import SAMPLE_RATE
from voicepipe.worker.media import decode
from voicepipe.worker.speech import SileroVoice, Speech

Prompts = Mapping[tuple[str, str], Prompt]
CLEAR = {("ru", "all-circuits-busy-now"), ("ru", "vm-youhave"), ("en", "vm-newpassword"), ("en", "followme/options")}
"""Sentences that anybody understands."""
MOST_WORDS_IN_A_ROW = 2
"""That may be lost or added where nothing is lost or said twice: a word heard as two, or two as one."""


# --- how it is recorded -------------------------------------------------------------------------------------------
def quiet(sound: Floats) -> bytes:
    return voice_note(at_level(sound, -48))


def cancelling(sound: Floats) -> bytes:
    """Two channels whose sum is nothing."""
    samples = (np.stack([sound, -sound], axis=1) * 32767).astype("<i2")
    target = BytesIO()
    with wave.open(target, "wb") as file:
        file.setparams((2, 2, RATE, 0, "NONE", ""))
        file.writeframes(samples.tobytes())
    return target.getvalue()


RECORDED: Mapping[str, tuple[Callable[[Floats], bytes], int]] = {
    "as it is": (voice_note, 2),
    "quiet": (quiet, 2),
    "channels cancel": (cancelling, 2),
    "by telephone": (telephone, 4),
}
"""And how many words of all may be wrong."""


@pytest.mark.real
@pytest.mark.parametrize("profile", Profile)
async def test_clear_sentences_are_understood_however_they_are_recorded(
    real_model: Path, human_speech: Prompts, profile: Profile, tmp_path: Path
) -> None:
    errors = dict.fromkeys(RECORDED, 0)
    async with running_worker(real_model, profile.config) as worker:
        for language, name in sorted(CLEAR):
            prompt = human_speech[language, name]
            said = words_of(prompt.text, language)
            for how, (record, _) in RECORDED.items():
                (tmp_path / "clip").write_bytes(record(read_g722(prompt.path)))
                heard = await worker.recognise(tmp_path / "clip")
                errors[how] += errors_in(compare(said, words_of(heard, language)))
    assert {how: wrong for how, wrong in errors.items() if wrong > RECORDED[how][1]} == {}


# --- nothing is lost, nothing is said twice -----------------------------------------------------------------------
def torn_speech(prompts: Prompts, language: str, chance: random.Random) -> tuple[Floats, list[str]]:
    """Sentences with short and long pauses, more than a window of them; the last one is torn in its middle."""
    sentences = [each for key, each in sorted(prompts.items()) if key[0] == language and is_sentence(each)]
    sound, words = [silence(0.2)], list[str]()
    while sum(map(len, sound)) < 32 * RATE:
        prompt = sentences.pop(chance.randrange(len(sentences)))
        spoken, said = read_g722(prompt.path), words_of(prompt.text, language)
        sound += [spoken, silence(chance.choice([0.15, 0.4, 1.0, 2.6]))]
        words += said
    sound[-2:] = [spoken[: len(spoken) // 2]]
    return np.concatenate(sound), words[: len(words) - len(said) + round(len(said) / 2)]


def longest_run(steps: list[Step], fate: Fate) -> int:
    longest = run = 0
    for step in steps:
        run = run + 1 if step.fate is fate else 0
        longest = max(longest, run)
    return longest


@pytest.mark.real
@pytest.mark.parametrize("profile", Profile)
async def test_of_sentences_between_pauses_none_is_lost_or_said_twice(
    real_model: Path, human_speech: Prompts, profile: Profile, tmp_path: Path
) -> None:
    async with running_worker(real_model, profile.config) as worker:
        for language in ("ru", "en"):
            sound, said = torn_speech(human_speech, language, random.Random(7))
            (tmp_path / "clip.ogg").write_bytes(voice_note(sound))
            heard = words_of(await worker.recognise(tmp_path / "clip.ogg"), language)
            steps = compare(said, heard)
            assert doubled(steps, heard) == [], heard
            assert longest_run(steps, Fate.LOST) <= MOST_WORDS_IN_A_ROW, heard
            assert longest_run(steps, Fate.ADDED) <= MOST_WORDS_IN_A_ROW, heard
            assert errors_in(steps) <= len(said) // 4, heard


# --- who speaks at all --------------------------------------------------------------------------------------------
def speech_seconds(clip: Clip) -> float:
    """How much of it would reach an engine."""
    with clip.path.open("rb") as file:
        return sum(window.seconds for window in Speech(decode(file, 60.0), SileroVoice(), 30.0))


@pytest.mark.real
def test_the_shortest_words_are_speech_and_noises_are_none(human_speech: Prompts, tmp_path: Path) -> None:
    prompts = list(human_speech.values())
    words = make_clips(prompts, tmp_path, seed=5, sources=[Source.WORD])
    assert [clip.name for clip in words if not speech_seconds(clip)] == []
    noises = make_clips(prompts, tmp_path, seed=5, sources=[Source.NO_SPEECH], limit=70)
    assert len([clip.name for clip in noises if speech_seconds(clip)]) <= 1


@pytest.mark.real
def test_quiet_sentences_lose_nothing_to_the_voice_detector(human_speech: Prompts, tmp_path: Path) -> None:
    for language, name in sorted(CLEAR):
        sound = read_g722(human_speech[language, name].path)
        for number, data in enumerate((voice_note(sound), quiet(sound))):
            (tmp_path / str(number)).write_bytes(data)
        loud, soft = (speech_seconds(Clip(name, Source.SENTENCE, language, tmp_path / each, 0.0)) for each in "01")
        assert soft == pytest.approx(loud, abs=0.2)
        assert loud > len(sound) / SAMPLE_RATE / 2
