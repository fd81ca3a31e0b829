"""The demo, as whoever tries voicepipe runs it: with the bundled model, and with the genuine Whisper base."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.support.settings import bare_environment


def shown(*options: str, timeout_seconds: float) -> str:
    """What the demo prints. Raises AssertionError where not all was as expected."""
    command = [sys.executable, "-m", "tests.tools.demo", *options]
    result = subprocess.run(
        command, capture_output=True, text=True, timeout=timeout_seconds, env=bare_environment(), check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


@pytest.mark.timeout(200)
def test_everything_that_the_demo_shows_is_as_expected() -> None:
    out = shown(timeout_seconds=180)
    assert "demo: 18 of 18 answers as expected" in out
    for seen in (
        "👆 taps [Stop]",
        ".srt\n",
        "in “Holidays”: @loopback_bot",
        "/transcribe@loopback_bot",
        "→ Олег, writes",
    ):
        assert seen in out


@pytest.mark.real
@pytest.mark.timeout(300)
@pytest.mark.usefixtures("real_model", "human_speech")
def test_human_speech_is_answered_with_its_text() -> None:
    assert "demo: 8 of 8 answers as expected" in shown("--real", timeout_seconds=280)
