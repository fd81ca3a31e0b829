"""`voicepipe process`, `voicepipe transcribe --summary`, and what `voicepipe doctor` says of the text processors."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.fixtures import Command
from tests.support.language_model import language_model
from tests.support.places import SAMPLES
from tests.tools.summaries import texts

TEXT = next(text for text in texts() if text.name == "ru move").material.text


@pytest.fixture(autouse=True)
def _demo(own_state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VOICEPIPE_RECOGNITION__MODEL", "demo")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "move.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


def test_a_summary_of_a_file_is_of_its_sentences(voicepipe: Command, file: Path) -> None:
    result = voicepipe("process", file)
    assert (result.exit_code, result.stderr) == (0, "")
    points = result.stdout.splitlines()
    assert 3 <= len(points) <= 8
    assert all(point.removeprefix("• ") in TEXT for point in points)


def test_other_things_are_asked_for_by_name(voicepipe: Command, file: Path) -> None:
    assert "• офис" in voicepipe("process", file, "--with", "keywords").stdout.splitlines()
    assert voicepipe("process", file, "--with", "tidy").stdout.startswith("Привет, это Марина,")
    assert voicepipe("process", file, "--with", "poem").exit_code == 2


def test_what_cannot_be_made_is_said(voicepipe: Command, file: Path, tmp_path: Path) -> None:
    result = voicepipe("process", file, "--with", "tasks")
    assert result.exit_code != 0
    assert "[processing] endpoint" in result.stderr
    file.write_text("Буду в семь.", encoding="utf-8")
    assert "too short" in voicepipe("process", file).stderr
    file.write_bytes(b"\xff\xfe\x00")
    assert "no text in UTF-8" in voicepipe("process", file).stderr
    assert "can't be read" in voicepipe("process", tmp_path / "none.txt").stderr


def test_a_language_model_is_asked_where_there_is_one(
    voicepipe: Command, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with language_model() as model:
        monkeypatch.setenv("VOICEPIPE_PROCESSING__ENABLED", "true")
        monkeypatch.setenv("VOICEPIPE_PROCESSING__ENDPOINT", model.endpoint)
        assert "set [processing] model" in voicepipe("process", file).stderr
        assert "set [processing] model" in voicepipe("doctor", "--offline").stdout
        monkeypatch.setenv("VOICEPIPE_PROCESSING__MODEL", "loopback-1")
        result = voicepipe("process", file, "--with", "translation", "--into", "en")
    assert " ".join(result.stdout.split()) == f"{TEXT.upper()} [made by a language model: loopback-1]"


def test_a_recording_can_be_summed_up_at_once(voicepipe: Command) -> None:
    result = voicepipe("transcribe", "--summary", SAMPLES / "minutes_ru.ogg")
    assert result.exit_code == 0
    points = result.stdout.splitlines()
    assert 3 <= len(points) <= 8
    assert all(point.startswith("• ") and ":" in point for point in points)
    assert voicepipe("transcribe", "--summary", "--format", "srt", SAMPLES / "minutes_ru.ogg").exit_code != 0
