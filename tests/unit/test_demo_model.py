"""The bundled demo model hears the sample recordings rightly through an unmodified faster-whisper.

It knows only its small vocabulary and synthetic voices, so this says nothing about speech in general.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from faster_whisper import WhisperModel

from tests.support.places import DEMO_MODEL, SAMPLES
from tests.support.words import word_errors

MODEL = DEMO_MODEL
MEBIBYTE = 1 << 20
LONG = ("long_", "minutes_")
HIGHEST_WORD_ERROR_RATE = 0.05


@dataclass(frozen=True, slots=True)
class Hearing:
    """A sample, and what the model made of it."""

    file: str
    language: str
    said: list[str]
    heard: list[str]
    heard_language: str


@pytest.fixture(scope="module")
def hearings() -> list[Hearing]:
    model = WhisperModel(str(MODEL), device="cpu", compute_type="int8", cpu_threads=1)
    return list(hear_all(model))


def hear_all(model: WhisperModel) -> Iterator[Hearing]:
    for sample in json.loads((SAMPLES / "texts.json").read_text("utf-8")):
        if sample["file"].startswith(LONG):  # left to those that ask for the whole service's errors
            continue
        segments, info = model.transcribe(
            str(SAMPLES / sample["file"]),
            language=None,
            beam_size=5,
            vad_filter=True,
            condition_on_previous_text=False,
        )
        heard = " ".join(segment.text for segment in segments).split()
        yield Hearing(sample["file"], sample["lang"], sample["text"].split(), heard, info.language)


def test_few_words_are_wrong_in_either_language(hearings: list[Hearing]) -> None:
    for language in ("ru", "en"):
        chosen = [hearing for hearing in hearings if hearing.language == language]
        errors = sum(word_errors(hearing.said, hearing.heard) for hearing in chosen)
        assert errors <= HIGHEST_WORD_ERROR_RATE * sum(len(hearing.said) for hearing in chosen)


def test_all_but_the_minutes_long_recordings_are_heard_word_for_word(hearings: list[Hearing]) -> None:
    short = [hearing for hearing in hearings if hearing.said]
    assert len(short) >= 20
    for hearing in short:
        assert hearing.heard == hearing.said, hearing.file
        assert hearing.heard_language == hearing.language, hearing.file


def test_silence_and_noise_give_no_words(hearings: list[Hearing]) -> None:
    silent = [hearing for hearing in hearings if not hearing.said]
    assert len(silent) >= 2
    assert not any(hearing.heard for hearing in silent)


def test_every_recording_has_its_text_and_the_other_way_round() -> None:
    listed = {sample["file"] for sample in json.loads((SAMPLES / "texts.json").read_text("utf-8"))}
    assert listed == {path.name for path in SAMPLES.iterdir()} - {"texts.json"}


def test_model_and_samples_stay_small() -> None:
    assert sum(path.stat().st_size for path in MODEL.iterdir()) <= 12 * MEBIBYTE
    assert sum(path.stat().st_size for path in SAMPLES.iterdir()) <= 1.5 * MEBIBYTE
