"""A format that is registered is all that `voicepipe transcribe` needs to offer and write it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.fixtures import Command
from tests.support.samples import load_samples
from voicepipe.domain.transcripts import Transcript
from voicepipe.formats import FORMATS, Format

SAMPLE = load_samples()["seen_ru_18.ogg"]
OTHER = load_samples()["seen_ru_00.ogg"]


def count_letters(transcript: Transcript) -> str:
    return f"{len(transcript.text)} letters\n"


@pytest.fixture(autouse=True)
def _letters(own_state: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A throw-away format, and a model to recognise with."""
    monkeypatch.setenv("VOICEPIPE_RECOGNITION__MODEL", "demo")
    FORMATS.register(Format(name="letters", suffix=".count", render=count_letters, may_share_output=False))
    yield
    FORMATS.unregister("letters")


def test_an_added_format_is_offered(voicepipe: Command) -> None:
    assert "--format <text|json|srt|vtt|letters>" in voicepipe("transcribe", "--help").stdout


def test_an_added_format_is_printed(voicepipe: Command) -> None:
    result = voicepipe("transcribe", "--format", "letters", SAMPLE.path)
    assert result.stdout == f"{len(SAMPLE.text)} letters\n"


def test_an_added_format_is_written_into_files(voicepipe: Command, tmp_path: Path) -> None:
    assert voicepipe("transcribe", "--format", "letters", "--output", "made", SAMPLE.path, OTHER.path).exit_code == 0
    written = {path.name: path.read_text() for path in (tmp_path / "made").iterdir()}
    assert written == {f"{sample.path.stem}.count": f"{len(sample.text)} letters\n" for sample in (SAMPLE, OTHER)}


def test_an_added_format_may_refuse_to_share_an_output(voicepipe: Command) -> None:
    result = voicepipe("transcribe", "--format", "letters", SAMPLE.path, OTHER.path)
    assert (result.exit_code, "add --output DIR" in result.stderr) == (2, True)


def test_a_format_that_is_not_registered_is_refused_with_those_that_are(voicepipe: Command) -> None:
    result = voicepipe("transcribe", "--format", "docx", SAMPLE.path)
    assert result.exit_code == 2
    assert "'docx' is not one of 'text', 'json', 'srt', 'vtt', 'letters'." in result.stderr
