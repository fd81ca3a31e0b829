"""`voicepipe model advise` with real measuring: models are made up, loaded, timed, and gone."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.support.fixtures import Command
from tests.support.processes import children_of, is_alive
from tests.support.settings import bare_environment
from voicepipe.cli.tools.survey import Unmeasured, measure_width, width_of
from voicepipe.domain.shapes import SIZES, Manner

pytestmark = pytest.mark.usefixtures("own_state")
MANNER = Manner("cpu", "auto", 1, 5, has_short_context=True)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary files are."""
    directory = tmp_path / "temporary"
    directory.mkdir()
    monkeypatch.setenv("TMPDIR", str(directory))
    monkeypatch.setattr("tempfile.tempdir", None)
    return directory


def test_a_model_is_measured_and_nothing_is_left(
    voicepipe: Command, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VOICEPIPE_WORKERS__COUNT", "1")
    monkeypatch.setenv("VOICEPIPE_RECOGNITION__PROFILE", "fast")
    before = set(children_of(os.getpid()))
    result = voicepipe("model", "advise", "tiny", "--json")
    assert result.exit_code == 0, result.stderr
    document = json.loads(result.stdout)
    (tiny,) = document["models"]
    assert (tiny["name"], tiny["workers"], document["configured"]) == ("tiny", 1, "base")
    assert 0 < tiny["note_seconds"] < tiny["minute_seconds"] < 600
    assert tiny["minutes_per_day"] == pytest.approx(86_400 / tiny["minute_seconds"], rel=0.01)
    assert 200e6 < tiny["worker_memory_bytes"] < 300e6
    assert tiny["word_error_percent"]["en"]["LibriSpeech test-clean, by OpenAI"] == 6.7
    assert tiny["word_error_percent"]["ru"] == {}
    assert list(place.iterdir()) == []
    assert set(children_of(os.getpid())) == before


def test_what_there_is_no_room_for_is_not_measured(
    voicepipe: Command, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("voicepipe.cli.tools.advice.usable_memory_bytes", lambda: 200_000_000)
    shown = voicepipe("model", "advise")
    assert shown.exit_code == 0, shown.stderr
    assert shown.stdout.count("no room: ") == 8
    assert "Left out, as they know English only: tiny.en" in shown.stdout
    assert "None is quick enough here, or there is no room for it" in shown.stdout
    assert "a  LibriSpeech test-clean, by OpenAI: arXiv 2212.04356" in shown.stdout
    rows = list(csv.DictReader(io.StringIO(voicepipe("model", "advise", "--csv").stdout)))
    assert len(rows) == 17
    assert rows[-1]["name"] == "large-v3"
    assert rows[-1]["word_error_percent.ru.FLEURS, 775 clips"] == "3.84"


def test_a_full_disk_is_a_reason(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("voicepipe.cli.tools.survey.free_bytes", lambda directory: 10_000_000)
    with pytest.raises(Unmeasured, match="TMPDIR"):
        measure_width(width_of(SIZES["tiny"]), MANNER, 1)


def test_a_process_that_dies_is_a_reason(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dying = "import os, sys; sys.stdin.readline(); os.kill(os.getpid(), 9)"
    monkeypatch.setattr("voicepipe.cli.tools.survey.PROGRAM", (sys.executable, "-c", dying))
    with pytest.raises(Unmeasured, match="ended by signal 9, perhaps for want of memory"):
        measure_width(width_of(SIZES["tiny"]), MANNER, 1)
    assert list(place.iterdir()) == []


def test_what_is_wrong_in_the_process_is_a_reason(place: Path) -> None:
    wrong = Manner("cpu", "no such format", 1, 1, has_short_context=True)
    with pytest.raises(Unmeasured, match="ValueError"):
        measure_width(width_of(SIZES["tiny"]), wrong, 1)


@pytest.mark.timeout(120)
def test_ctrl_c_leaves_nothing(place: Path, own_state: Path) -> None:
    environment = bare_environment() | {"TMPDIR": str(place), "VOICEPIPE_SERVICE__STATE_DIR": str(own_state)}
    process = subprocess.Popen(
        [sys.executable, "-m", "voicepipe", "model", "advise", "tiny"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
        text=True,
    )
    deadline = time.monotonic() + 90
    while not any(place.rglob("model.bin")):
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.05)
    measuring = children_of(process.pid)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, "")
    assert "interrupted" in err
    assert list(place.iterdir()) == []
    assert not any(map(is_alive, measuring))
